#include "market/classify.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "market/codes.h"
#include "market/collection.h"
#include "market/query.h"
#include "market/record.h"

namespace jiaoji::market {

namespace {

constexpr std::size_t kWitnesses = 30;     // rows of the table, and labelled texts, that are heard
constexpr double kLabelled = 0.8;          // how much a labelled text counts beside the table

class Anyone final : public Gate {
  Admission admit(State::Place) override { return Admission::yes; }
};

// An index of texts by id, outside of any program.
class Shelf {
 public:
  Shelf() : collection_(Layout{.fields = {{"title", -1, 2.0, 0.5}, {"text", -1, 1.0, 0.75}}}) {}
  void fill(const std::vector<Listing>& listings) {
    std::vector<const Listing*> added;
    for (const auto& listing : listings) added.push_back(&listing);
    collection_.apply(added, {});
  }
  // Calls `witness` with the listing and how well it answers (0–1).
  template <class F>
  void ask(std::string_view text, F witness) const {
    const auto state = collection_.state();
    if (state->documents == 0) return;
    const TextQuery query(*state, {text});
    if (query.empty()) return;
    Anyone gate;
    for (const Hit& hit : search(*state, query.terms(), kWitnesses, 0, gate).best) {
      const Listing listing = unpack(state->record(hit.at));
      witness(listing, query.value(texts_by(listing, state->layout.fields)));
    }
  }

 private:
  Collection collection_;
};

}  // namespace

struct Classifier::Impl {
  std::vector<IndustryCode> table;
  std::map<std::string, const IndustryCode*, std::less<>> by_code;
  Shelf codes;
  std::unique_ptr<Shelf> labelled = std::make_unique<Shelf>();

  // A class is known by its own name and, less, by those above it.
  Listing row(const IndustryCode& code) const {
    Listing listing{.id = code.code, .title = code.name, .text = code.description};
    for (std::size_t digits = 3; digits >= 2 && code.code.size() > 2; --digits)
      if (const auto above = by_code.find(code.code.substr(0, digits)); above != by_code.end() && above->first != code.code) listing.text += " " + above->second->name + " " + above->second->description;
    return listing;
  }
};

Classifier::Classifier(std::vector<IndustryCode> table) : impl_(std::make_unique<Impl>()) {
  impl_->table = std::move(table);
  for (const auto& code : impl_->table) impl_->by_code[code.code] = &code;
  std::vector<Listing> rows;
  for (const auto& code : impl_->table) if (code.code.size() > 1) rows.push_back(impl_->row(code));  // a section says too little
  impl_->codes.fill(rows);
}

Classifier::~Classifier() = default;

void Classifier::learn(std::vector<Labelled> labelled) {
  std::vector<Listing> rows;
  for (auto& one : labelled) if (knows(one.code)) rows.push_back({.id = std::move(one.id), .text = std::move(one.text), .industries = {std::move(one.code)}});
  impl_->labelled = std::make_unique<Shelf>();
  impl_->labelled->fill(rows);
}

std::vector<Proposal> Classifier::propose(std::string_view text, int top) const {
  std::map<std::string, Proposal> found;
  const auto hear = [&](const std::string& code, double says, const std::string& like) {
    auto& proposal = found[code];
    proposal.code = code;
    if (says > proposal.confidence) proposal.like = like;
    proposal.confidence += says * says;   // one clear witness before many faint ones
  };
  impl_->codes.ask(text, [&](const Listing& row, double says) { hear(row.id, says, ""); });
  impl_->labelled->ask(text, [&](const Listing& row, double says) { hear(row.industries[0], kLabelled * says, row.id); });
  std::vector<Proposal> out;
  double all = 0;
  for (auto& [code, proposal] : found) {
    all += proposal.confidence;
    proposal.name = *name_of(code);
    out.push_back(std::move(proposal));
  }
  std::ranges::sort(out, [](const Proposal& a, const Proposal& b) { return a.confidence != b.confidence ? a.confidence > b.confidence : a.code < b.code; });
  if (out.size() > static_cast<std::size_t>(top)) out.resize(static_cast<std::size_t>(top));
  for (auto& proposal : out) proposal.confidence /= all > 0 ? all : 1;
  return out;
}

bool Classifier::knows(std::string_view code) const { return impl_->by_code.contains(code); }

const std::string* Classifier::name_of(std::string_view code) const {
  const auto at = impl_->by_code.find(code);
  return at == impl_->by_code.end() ? nullptr : &at->second->name;
}

Result<std::vector<IndustryCode>> parse_industry_table(std::string_view tsv) {
  std::vector<IndustryCode> table;
  int line_number = 0;
  while (!tsv.empty()) {
    ++line_number;
    const auto end = tsv.find('\n');
    auto line = tsv.substr(0, end);
    tsv = end == std::string_view::npos ? std::string_view() : tsv.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    std::vector<std::string> cells;
    for (;;) {
      const auto tab = line.find('\t');
      cells.emplace_back(line.substr(0, tab));
      if (tab == std::string_view::npos) break;
      line.remove_prefix(tab + 1);
    }
    const auto wrong = [&](Text what) {
      return fail(Code::invalid, "codes.table", {fmt::format("第 {} 行：{}", line_number, what.zh), fmt::format("line {}: {}", line_number, what.en)}, {{fmt::format("line {}", line_number), "codes.table", what}});
    };
    if (cells.size() < 6) return wrong({"应有 7 列（门类、大类、中类、小类、层级、名称、说明），以制表符分隔", "seven columns are expected (section, division, group, class, level, name, description), separated by tabs"});
    std::string code;
    for (const int i : {3, 2, 1, 0}) if (code.empty()) code = cells[static_cast<std::size_t>(i)];
    if (!is_industry_code(code) || cells[5].empty()) return wrong({"代码应为一个字母或 2 到 4 位数字，名称不能为空", "a code is a letter or 2 to 4 digits, and a name is required"});
    table.push_back({.code = code, .name = cells[5], .description = cells.size() > 6 ? cells[6] : "", .section = code.size() == 1 ? "" : cells[0]});
  }
  if (table.empty()) return fail(Code::invalid, "codes.table", {"文件里没有代码", "the file holds no codes"});
  return table;
}

}  // namespace jiaoji::market
