#include "market/import.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/credit_code.h"
#include "base/table.h"
#include "base/text.h"

namespace jiaoji::market {

namespace {

using region::Actor;
using region::Party;

constexpr std::string_view kExample = "示例";  // in the first column: a row of the template that nobody removed

struct Column {
  std::string id;
  Text label;
  bool required = false;
  int field = -1;  // position in the program's side
};

std::vector<Column> party_columns() {
  return {{"name", {"单位名称", "name"}, true}, {"credit_code", {"统一社会信用代码", "credit code"}}, {"kind", {"类型", "kind"}}, {"city", {"城市", "city"}, true},
          {"district", {"区县", "district"}}, {"affiliation", {"所属集团", "affiliation"}}, {"visibility", {"可见范围", "visibility"}}, {"about", {"简介", "about"}},
          {"contact_name", {"联系人", "contact name"}}, {"contact_phone", {"联系电话", "contact phone"}}};
}

std::vector<Column> listing_columns(const Program& program, Side side) {
  std::vector<Column> columns = {{"external", {"编号", "number"}}, {"party", {"单位", "party"}}, {"title", {"标题", "title"}, true}, {"text", {"说明", "description"}, true},
                                 {"district", {"区县", "district"}}, {"visibility", {"可见范围", "visibility"}}, {"codes", {"行业代码", "industry codes"}}};
  const auto& fields = program.side(side).fields;
  for (std::size_t i = 0; i < fields.size(); ++i) columns.push_back({fields[i].id, fields[i].label, fields[i].required, static_cast<int>(i)});
  return columns;
}

std::string heading_of(const Column& column, const Program* program, Side side) {
  const Field* field = column.field < 0 ? nullptr : &program->side(side).fields[static_cast<std::size_t>(column.field)];
  const std::string unit = !field ? "" : field->type == FieldType::money ? "元" : field->unit;
  return column.label.zh + (unit.empty() ? "" : "（" + unit + "）");
}

// Which column of the file is which of ours: by id or label in either language; a unit in brackets behind it is passed over.
Result<std::vector<int>> map_heading(const std::vector<Column>& columns, const std::vector<std::string>& heading) {
  std::vector<int> at(heading.size(), -1);
  std::vector<Where> faults;
  std::set<int> seen;
  for (std::size_t i = 0; i < heading.size(); ++i) {
    auto name = text::fold_text(heading[i]);
    if (const auto bracket = name.find('('); bracket != std::string::npos) name = name.substr(0, bracket);
    name = text::trim(name);
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (name == text::fold_text(columns[c].id) || name == text::fold_text(columns[c].label.zh) || name == text::fold_text(columns[c].label.en)) at[i] = static_cast<int>(c);
    const auto place = fmt::format("row 1, column {}", i + 1);
    if (at[i] < 0) faults.push_back({place, "import.unknown_column", {"不认识的列“" + text::ellipsis(heading[i], 30) + "”；请用模板的表头", "unknown column \"" + text::ellipsis(heading[i], 30) + "\": use the heading of the template"}});
    else if (!seen.insert(at[i]).second) faults.push_back({place, "import.column_twice", {"列“" + heading[i] + "”出现两次", "the column \"" + heading[i] + "\" stands twice"}});
  }
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].required && !seen.contains(static_cast<int>(c)))
      faults.push_back({"row 1", "import.missing_column", {"缺少列“" + columns[c].label.zh + "”", "the column \"" + columns[c].label.en + "\" is missing"}});
  if (faults.empty()) return at;
  const auto first = faults.front();
  return fail(Code::invalid, "import.heading", {"表头有误：" + first.detail.zh, "the heading is wrong: " + first.detail.en}, std::move(faults));
}

std::optional<Visibility> visibility_of(const std::string& typed) {
  const auto word = text::fold_text(typed);
  if (word == "本市" || word == "city") return Visibility::city;
  if (word == "区域" || word == "region" || word.empty()) return Visibility::region;
  if (word == "公开" || word == "public") return Visibility::everyone;
  return std::nullopt;
}
const char* visibility_word(Visibility visibility) {
  switch (visibility) {
    case Visibility::city: return "本市";
    case Visibility::region: return "区域";
    case Visibility::everyone: return "公开";
  }
  return "";
}

constexpr std::pair<std::string_view, std::string_view> kKinds[] = {{"企业", "enterprise"}, {"院所", "institute"}, {"高校", "university"}, {"政府", "government"},
                                                                    {"平台", "platform"}, {"园区", "park"}, {"金融", "finance"}, {"其他", "other"}};

// Places by code or by name, with or without 市, 区, 县.
class Places {
 public:
  static Result<Places> read(store::Reader& db) {
    Places places;
    TRY(places.all_, region::all_places(db));
    return places;
  }
  // A city when `parent` is "", else a district of it; "" when there is none.
  std::string find(const std::string& typed, const std::string& parent) const {
    for (const auto& p : all_)
      if (p.parent == parent && (p.code == typed || p.name == typed || typed == p.name + "市" || typed == p.name + "区" || typed == p.name + "县")) return p.code;
    return "";
  }
  // Any place, for fields.
  std::string any(const std::string& typed) const {
    for (const auto& p : all_) if (const auto code = find(typed, p.parent); !code.empty()) return code;
    return typed;
  }

 private:
  std::vector<region::Place> all_;
};

std::vector<std::string> split_list(const std::string& typed) {
  std::vector<std::string> out;
  std::string part;
  const auto end = [&] { if (part = text::trim(part); !part.empty()) out.push_back(part); part.clear(); };
  for (const char32_t c : text::to_utf32(typed)) {
    if (c == U';' || c == U'；' || c == U'、' || c == U',' || c == U'，' || c == U'|') end();
    else part += text::to_utf8(std::u32string(1, c));
  }
  end();
  return out;
}

// One good row: what would be written. `faults` are the row's; a row with faults is never written.
struct Planned {
  std::size_t row = 0;
  Party party;                       // of kind parties
  std::string group;                 // name of its head, when that is a row of the same file
  std::string party_id, external;    // of kind listings
  ListingInput input;
};

class Importer {
 public:
  Importer(store::Database& db, Service& market, region::Service& region, const Actor& actor, const ImportRequest& request, const Watch& watch)
      : db_(db), market_(market), region_(region), actor_(actor), request_(request), watch_(watch) {}

  Result<ImportResult> run() {
    result_.dry_run = request_.dry_run;
    if (request_.kind == TableKind::listings) {
      TRY(program_, market_.program(request_.program));
      if (!market_.enabled(request_.program)) return fail(Code::conflict, "program.disabled", {"该项目已停用", "this program is switched off"});
      columns_ = listing_columns(*program_, request_.side);
    } else {
      columns_ = party_columns();
    }
    watch_.progress(0, {"读取文件", "reading the file"});
    TRY_VOID(read_file());
    TRY_VOID(db_.read([&](store::Reader& db) { return plan(db); }));
    const bool refused = request_.all_or_nothing && result_.bad > 0;
    if (!request_.dry_run && !refused) TRY_VOID(write());
    return result_;
  }

 private:
  Error cancelled() const { return {Code::conflict, "import.cancelled", {"已取消，没有写入任何内容", "cancelled: nothing was written"}, {}}; }

  Result<void> read_file() {
    Result<void> heading_outcome;
    const auto take_heading = [&](const std::vector<std::string>& heading) {
      auto mapped = map_heading(columns_, heading);
      if (mapped) at_ = *std::move(mapped);
      else heading_outcome = std::unexpected(std::move(mapped).error());
      return heading_outcome.has_value();
    };
    TRY_VOID(table::read(request_.path, {}, take_heading, [&](table::Row& row) {
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        if (columns_[static_cast<std::size_t>(at_[i])].id == "external" && row.cells[i] == kExample) return true;
      if (!row.cells.empty() && row.cells[0] == kExample) return true;
      rows_.push_back(std::move(row));
      return !watch_.cancelled();
    }));
    if (watch_.cancelled()) return fail(cancelled());
    return heading_outcome;
  }

  Result<void> plan(store::Reader& db) {
    TRY(places_, Places::read(db));
    result_.rows = static_cast<std::int64_t>(rows_.size());
    if (request_.kind == TableKind::parties) for (const auto& row : rows_) names_.insert(text::fold_text(cell(row, "name")));
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i % 512 == 0) {
        if (watch_.cancelled()) return fail(cancelled());
        watch_.progress(0.05 + 0.55 * static_cast<double>(i) / static_cast<double>(rows_.size()), {"检查各行", "checking rows"});
      }
      faults_before_ = faults_;
      Planned planned{.row = rows_[i].number};
      TRY_VOID(request_.kind == TableKind::parties ? plan_party(db, rows_[i], planned) : plan_listing(db, rows_[i], planned));
      if (faults_ == faults_before_) planned_.push_back(std::move(planned)), ++result_.good;
      else ++result_.bad;
      rows_[i] = {};
    }
    heads_first();
    return {};
  }

  // Members of a group whose head stands in the same file are written after it; without the head they are faults too.
  void heads_first() {
    std::set<std::string> heads;
    for (const auto& p : planned_) if (p.group.empty()) heads.insert(text::fold_text(p.party.name));
    std::erase_if(planned_, [&](const Planned& p) {
      if (p.group.empty() || heads.contains(text::fold_text(p.group))) return false;
      no_group(p.row, p.group);
      return --result_.good, ++result_.bad, true;
    });
    std::ranges::stable_partition(planned_, [](const Planned& p) { return p.group.empty(); });
  }

  void no_group(std::size_t row, const std::string& group) {
    fault(row, "所属集团", "party.affiliation", {"没有登记这个集团“" + text::ellipsis(group, 30) + "”", "no such group is registered"});
  }

  std::string cell(const table::Row& row, std::string_view id) const {
    for (std::size_t i = 0; i < row.cells.size(); ++i) if (columns_[static_cast<std::size_t>(at_[i])].id == id) return text::trim(row.cells[i]);
    return "";
  }

  void fault(std::size_t row, const std::string& column, std::string key, Text detail) {
    ++faults_;
    if (result_.faults.size() < ImportResult::kFaultsMax) result_.faults.push_back({row, column, std::move(key), std::move(detail)});
  }
  void fault(std::size_t row, const std::string& column, const Error& error) { fault(row, column, error.key, error.where.empty() ? error.detail : error.where[0].detail); }

  std::string clean(const table::Row& row, const Column& column, std::size_t max, bool newlines) {
    auto cleaned = text::clean(cell(row, column.id), {.max = max, .newlines = newlines, .required = column.required}, "");
    if (cleaned) return text::mask_identity_numbers(*cleaned);
    fault(row.number, column.label.zh, cleaned.error());
    return "";
  }

  const Column& column(std::string_view id) const {
    return *std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) { return c.id == id; });
  }

  Result<void> plan_party(store::Reader& db, const table::Row& row, Planned& planned) {
    Party& p = planned.party;
    p.name = clean(row, column("name"), 100, false);
    p.about = clean(row, column("about"), 2000, true);
    p.contact_name = clean(row, column("contact_name"), 60, false);
    p.contact_phone = clean(row, column("contact_phone"), 40, false);
    p.city = places_.find(cell(row, "city"), "");
    if (p.city.empty()) fault(row.number, "城市", "place.unknown", {"没有这个城市“" + text::ellipsis(cell(row, "city"), 20) + "”", "there is no such city"});
    if (const auto district = cell(row, "district"); !district.empty() && !p.city.empty()) {
      p.district = places_.find(district, p.city);
      if (p.district.empty()) fault(row.number, "区县", "place.unknown", {"该城市没有“" + text::ellipsis(district, 20) + "”", "the city has no such district"});
    }
    const auto visibility = visibility_of(cell(row, "visibility"));
    if (!visibility) fault(row.number, "可见范围", "import.visibility", {"应为 本市、区域 或 公开", "must be city, region or public"});
    p.visibility = static_cast<region::Visibility>(visibility.value_or(Visibility::region));
    p.kind = "enterprise";
    if (const auto kind = cell(row, "kind"); !kind.empty()) {
      p.kind.clear();
      for (const auto& [zh, en] : kKinds) if (kind == zh || kind == en) p.kind = en;
      if (p.kind.empty()) fault(row.number, "类型", "import.kind", {"应为 企业、院所、高校、政府、平台、园区、金融 或 其他", "must be enterprise, institute, university, government, platform, park, finance or other"});
    }
    if (const auto code = cell(row, "credit_code"); !code.empty()) {
      auto parsed = parse_credit_code(code, "");
      if (!parsed) fault(row.number, "统一社会信用代码", parsed.error());
      else if (p.credit_code = *parsed; !keys_.insert(p.credit_code).second) fault(row.number, "统一社会信用代码", "import.twice", {"同一代码在文件中出现两次", "the same code stands twice in the file"});
    }
    if (const auto group = cell(row, "affiliation"); !group.empty()) {
      TRY(const auto head, region::find_party_by_name(db, actor_, group, p.city));
      const auto folded = text::fold_text(group);
      if (head) p.affiliation = head->id;
      else if (!names_.contains(folded)) no_group(row.number, group);
      else if (folded != text::fold_text(p.name)) planned.group = group;
    }
    if (!region::may(actor_, region::Action::import, p.subject()))
      fault(row.number, "城市", "access.forbidden", {"您只能导入本市的单位", "you may import parties of your city only"});
    return {};
  }

  Result<void> find_own_party(store::Reader& db, const table::Row& row, Planned& planned, Party& party) {
    auto name = cell(row, "party");
    if (name.empty() && !actor_.party.empty()) name = actor_.party;
    auto [at, fresh] = parties_.try_emplace(name);
    if (fresh && !name.empty()) {
      if (is_id(name, Party::kIdPrefix)) { TRY(at->second, region::find_party(db, name)); }
      else if (const auto code = parse_credit_code(name, "")) { TRY(at->second, region::find_party_by_credit_code(db, *code)); }
      else { TRY(at->second, region::find_party_by_name(db, actor_, name, actor_.city)); }
    }
    if (!at->second || !region::may(actor_, region::Action::party_read, at->second->subject())) {
      fault(row.number, "单位", "party.not_found", name.empty() ? Text{"请填写单位", "give the party"} : Text{"没有登记这个单位“" + text::ellipsis(name, 30) + "”，请先导入单位", "no such party is registered: import parties first"});
      return {};
    }
    party = *at->second;
    planned.party_id = party.id;
    return {};
  }

  Result<void> plan_listing(store::Reader& db, const table::Row& row, Planned& planned) {
    Party party;
    TRY_VOID(find_own_party(db, row, planned, party));
    auto& in = planned.input;
    in.title = clean(row, column("title"), 120, false);
    in.text = clean(row, column("text"), 4000, true);
    const auto visibility = visibility_of(cell(row, "visibility"));
    if (!visibility) fault(row.number, "可见范围", "import.visibility", {"应为 本市、区域 或 公开", "must be city, region or public"});
    const bool hidden = !planned.party_id.empty() && party.visibility == region::Visibility::city;
    in.visibility = hidden && cell(row, "visibility").empty() ? Visibility::city : visibility.value_or(Visibility::region);
    if (hidden && in.visibility != Visibility::city) fault(row.number, "可见范围", "listing.beyond_party", kBeyondParty);
    if (!planned.party_id.empty() && !region::may(actor_, region::Action::import, {party.city, party.id, static_cast<region::Visibility>(*in.visibility)}))
      fault(row.number, "单位", "access.forbidden", {"您只能导入本单位或本市的供需信息", "you may import listings of your party or city only"});
    if (const auto district = cell(row, "district"); !district.empty()) {
      in.district = places_.find(district, party.city);
      if (in.district->empty()) fault(row.number, "区县", "place.unknown", {"单位所在城市没有“" + text::ellipsis(district, 20) + "”", "the party's city has no such district"});
    }
    in.codes = split_list(cell(row, "codes"));
    const auto known = market_.known_codes();
    for (const auto& code : *in.codes) if (known.industry && !known.industry(code)) fault(row.number, "行业代码", "listing.code_unknown", {"没有这个行业代码：" + text::ellipsis(code, 20), "is not an industry code: " + text::ellipsis(code, 20)});
    plan_fields(row, in);
    // What its party calls it; without a number, its title stands for it.
    planned.external = text::clean(cell(row, "external"), {.max = 60, .required = false}, "").value_or("");
    if (planned.external.empty()) planned.external = "标题：" + text::fold_text(*in.title);
    if (!keys_.insert(planned.party_id + "\n" + planned.external).second)
      fault(row.number, "编号", "import.twice", {"同一单位的编号（或没有编号时的标题）在文件中出现两次", "the number (or, without one, the title) stands twice for the same party"});
    return {};
  }

  void plan_fields(const table::Row& row, ListingInput& in) {
    const auto& fields = program_->side(request_.side).fields;
    std::vector<FieldValue> values(fields.size());
    for (std::size_t f = 0; f < fields.size(); ++f) {
      auto typed = cell(row, fields[f].id);
      if (fields[f].type == FieldType::place) {
        std::string codes;
        for (const auto& part : split_list(typed)) codes += (codes.empty() ? "" : ";") + places_.any(part);
        typed = codes;
      }
      if (typed.empty() && !fields[f].required) continue;
      auto value = parse_field_text(fields[f], typed, market_.known_codes());
      if (value && fields[f].required && value->index() == 0) fault(row.number, fields[f].label.zh, "field.missing", {"必填", "is required"});
      if (value) values[f] = *std::move(value);
      else fault(row.number, fields[f].label.zh, value.error());
    }
    in.fields = fields_to_json(*program_, request_.side, values);
  }

  Result<void> write() {
    return db_.write([&](store::Writer& db) -> Result<void> {
      for (std::size_t i = 0; i < planned_.size(); ++i) {
        if (i % 512 == 0) {
          if (watch_.cancelled()) return fail(cancelled());
          watch_.progress(0.6 + 0.4 * static_cast<double>(i) / static_cast<double>(planned_.size()), {"写入", "writing"});
        }
        auto written = request_.kind == TableKind::parties ? write_party(db, planned_[i]) : write_listing(db, planned_[i]);
        // What was right when it was checked and is refused now: somebody changed something meanwhile. Nothing is taken.
        if (!written) {
          auto error = std::move(written).error();
          error.detail = {fmt::format("第 {} 行：{}（没有写入任何内容）", planned_[i].row, error.detail.zh), fmt::format("row {}: {} (nothing was written)", planned_[i].row, error.detail.en)};
          return fail(std::move(error));
        }
        ++(*written ? result_.taken : result_.unchanged);
      }
      return {};
    });
  }

  Result<bool> write_party(store::Writer& db, Planned& planned) {
    auto& p = planned.party;
    if (!planned.group.empty()) {
      TRY(const auto head, region::find_party_by_name(db, actor_, planned.group, p.city));
      if (head) p.affiliation = head->id;
    }
    std::optional<Party> found;
    if (!p.credit_code.empty()) { TRY(found, region::find_party_by_credit_code(db, p.credit_code)); }
    if (!found) {
      TRY(found, region::find_party_by_name(db, actor_, p.name, p.city));
      if (found && (found->city != p.city || (!found->credit_code.empty() && found->credit_code != p.credit_code))) found.reset();
    }
    if (!found) {
      TRY([[maybe_unused]] const auto created, region_.create_party(db, actor_, p));
      return true;
    }
    region::PartyChange change;
    bool any = false;
    const auto differs = [&](std::optional<std::string>& field, const std::string& now, const std::string& before) { if (now != before && !now.empty()) field = now, any = true; };
    differs(change.name, p.name, found->name), differs(change.credit_code, p.credit_code, found->credit_code), differs(change.kind, p.kind, found->kind);
    differs(change.district, p.district, found->district), differs(change.about, p.about, found->about), differs(change.affiliation, p.affiliation, found->affiliation);
    differs(change.contact_name, p.contact_name, found->contact_name), differs(change.contact_phone, p.contact_phone, found->contact_phone);
    if (p.visibility != found->visibility) change.visibility = p.visibility, any = true;
    if (!any) return false;
    TRY([[maybe_unused]] const auto changed, region_.change_party(db, actor_, found->id, found->version, change));
    return true;
  }

  Result<bool> write_listing(store::Writer& db, Planned& planned) {
    TRY(auto found, find_external(db, planned.party_id, request_.program, request_.side, planned.external));
    if (!found && is_id(planned.external, Listing::kIdPrefix)) {   // what an export calls a listing that has no number of its own
      TRY(found, find_listing(db, planned.external));
      if (found && (found->listing.party != planned.party_id || found->listing.program != request_.program || found->listing.side != request_.side)) found.reset();
    }
    const Origin origin{.import = request_.import, .external = planned.external, .source = "导入"};
    if (!found) {
      TRY([[maybe_unused]] const auto created, market_.create(db, actor_, request_.program, request_.side, planned.party_id, planned.input, origin));
      return true;
    }
    const auto& l = found->listing;
    const auto& in = planned.input;
    const bool same = l.title == *in.title && l.text == *in.text && l.visibility == *in.visibility && l.industries == *in.codes && (!in.district || *in.district == l.district) &&
                      found->fields == json::write(*in.fields) && found->open;
    if (same) return false;
    planned.input.open = found->open ? std::nullopt : std::optional(true);
    TRY([[maybe_unused]] const auto changed, market_.change(db, actor_, l.id, l.version, planned.input, origin));
    return true;
  }

  store::Database& db_;
  Service& market_;
  region::Service& region_;
  const Actor& actor_;
  const ImportRequest& request_;
  const Watch& watch_;
  std::shared_ptr<const Program> program_;
  std::vector<Column> columns_;
  std::vector<int> at_;
  std::vector<table::Row> rows_;
  Places places_;
  std::map<std::string, std::optional<Party>> parties_;
  std::set<std::string> keys_, names_;   // names_: of the file's parties, folded
  std::vector<Planned> planned_;
  std::size_t faults_ = 0, faults_before_ = 0;
  ImportResult result_;
};

}  // namespace

std::optional<TableKind> parse_table_kind(std::string_view text) {
  if (text == "parties") return TableKind::parties;
  if (text == "listings") return TableKind::listings;
  return std::nullopt;
}

Result<ImportResult> run_import(store::Database& db, Service& market, region::Service& region, const Actor& actor, const ImportRequest& request, const Watch& watch) {
  if (!region::may(actor, region::Action::import)) return fail(region::refusal(actor, region::Action::import));
  return Importer(db, market, region, actor, request, watch).run();
}

json::Value to_json(const ImportResult& r, Language language) {
  json::Array faults;
  for (const auto& f : r.faults)
    faults.push_back(json::object({{"row", static_cast<std::int64_t>(f.row)}, {"column", f.column}, {"key", f.key}, {"detail", f.detail.in(language)}}));
  return json::object({{"rows", r.rows}, {"good", r.good}, {"bad", r.bad}, {"taken", r.taken}, {"unchanged", r.unchanged}, {"dry_run", r.dry_run}, {"faults", std::move(faults)}});
}

Template template_of(const Program* program, Side side, TableKind kind) {
  Template out;
  const auto columns = kind == TableKind::parties ? party_columns() : listing_columns(*program, side);
  for (const auto& column : columns) {
    out.heading.push_back(heading_of(column, program, side));
    std::string example;
    if (column.field >= 0) {
      const auto& field = program->side(side).fields[static_cast<std::size_t>(column.field)];
      example = field.help.zh;
    } else if (column.id == "visibility") example = "区域";
    else if (column.id == "city") example = "青岛";
    else if (column.id == "district") example = "崂山";
    else if (column.id == "codes") example = "3670";
    else if (column.id == "kind") example = "企业";
    out.example.push_back(example);
  }
  out.example[0] = kExample;
  return out;
}

std::vector<std::string> to_cells(const Program& program, const ListingRow& row) {
  const auto& l = row.listing;
  std::string codes;
  for (const auto& code : l.industries) codes += (codes.empty() ? "" : ";") + code;
  std::vector<std::string> cells = {row.external.empty() ? l.id : row.external, row.party_name, l.title, l.text, l.district, visibility_word(l.visibility), codes};
  const auto& fields = program.side(l.side).fields;
  for (std::size_t f = 0; f < fields.size(); ++f) cells.push_back(f < l.fields.size() ? field_to_text(fields[f], l.fields[f]) : "");
  return cells;
}

// What an import finds the head of a group by: its name, when the actor sees it and no other party would be taken for it.
static Result<std::string> head_of(store::Reader& db, const Actor& actor, const Party& party) {
  if (party.affiliation.empty() || party.affiliation == party.id) return std::string();
  TRY(const auto head, region::find_party(db, party.affiliation));
  if (!head || !region::may(actor, region::Action::party_read, head->subject())) return std::string();
  TRY(const auto named, region::find_party_by_name(db, actor, head->name, party.city));
  return named && named->id == head->id ? head->name : std::string();
}

Result<std::vector<std::string>> to_cells(store::Reader& db, const Actor& actor, const Party& p) {
  TRY(const auto head, head_of(db, actor, p));
  const bool with_contact = region::may(actor, region::Action::contact_read, p.subject());
  std::string kind = p.kind;
  for (const auto& [zh, en] : kKinds) if (kind == en) kind = zh;
  return std::vector<std::string>{p.name, p.credit_code, kind, p.city, p.district, head, visibility_word(static_cast<Visibility>(p.visibility)), p.about,
                                  with_contact ? p.contact_name : "", with_contact ? p.contact_phone : ""};
}

}  // namespace jiaoji::market
