#include "market/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "market/market.h"

namespace jiaoji::market {

namespace {

constexpr int kDepth = 100;

std::unexpected<Error> wrong(const char* file, std::size_t line, Text what) {
  const auto place = fmt::format("{} line {}", file, line);
  return fail(Code::invalid, "evaluate.input", {place + "：" + what.zh, place + ": " + what.en}, {{place, "evaluate.input", what}});
}

template <class F>
Result<void> each_line(std::string_view text, F take) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) TRY_VOID(take(line, number));
  }
  return {};
}

// A market of texts: what a program looks like that has titles, texts and memory, and nothing else.
Program plain_program() {
  Program program{.id = "evaluation"};
  program.parts = {{.id = "text", .kind = PartKind::text, .weight = 1.0}, {.id = "memory", .kind = PartKind::memory, .weight = 0.4}};
  program.stages = {{.id = "accepted", .teaches = 1}};
  return program;
}

Result<std::vector<Listing>> read_corpus(std::string_view text) {
  std::vector<Listing> offers;
  TRY_VOID(each_line(text, [&](std::string_view line, std::size_t number) -> Result<void> {
    const auto value = json::parse(line);
    if (!value) return wrong("corpus", number, value.error().detail);
    const auto *id = value->find("id"), *title = value->find("title"), *body = value->find("text");
    if (!id || !(id->string() || id->number())) return wrong("corpus", number, {"id 应为数字或文字", "id must be a number or a string"});
    if ((title && !title->string()) || (body && !body->string()) || (!title && !body)) return wrong("corpus", number, {"title 与 text 应为文字，至少有一个", "title and text must be strings, one at least"});
    offers.push_back({.id = id->string() ? *id->string() : id->number()->spelling, .program = "evaluation", .side = Side::offer, .visibility = Visibility::everyone,
                      .title = title ? *title->string() : "", .text = body ? *body->string() : ""});
    return {};
  }));
  return offers;
}

Result<std::vector<Listing>> read_queries(const char* name, std::string_view text) {
  std::vector<Listing> needs;
  TRY_VOID(each_line(text, [&](std::string_view line, std::size_t number) -> Result<void> {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) return wrong(name, number, {"应为 编号<TAB>文字", "must be id<TAB>text"});
    needs.push_back({.id = std::string(line.substr(0, tab)), .program = "evaluation", .side = Side::need, .visibility = Visibility::everyone, .text = std::string(line.substr(tab + 1))});
    return {};
  }));
  return needs;
}

using Qrels = std::unordered_map<std::string, std::vector<std::pair<std::string, double>>>;
Result<Qrels> read_qrels(const char* name, std::string_view text) {
  Qrels qrels;
  TRY_VOID(each_line(text, [&](std::string_view line, std::size_t number) -> Result<void> {
    std::vector<std::string> cells;
    for (std::size_t at = 0; at <= line.size();) {
      const auto end = std::min(line.find_first_of("\t ", at), line.size());
      if (end > at) cells.emplace_back(line.substr(at, end - at));
      at = end + 1;
    }
    if (cells.size() != 4) return wrong(name, number, {"应为 查询<TAB>0<TAB>文档<TAB>等级", "must be query<TAB>0<TAB>document<TAB>grade"});
    const double grade = std::atof(cells[3].c_str());
    if (grade > 0) qrels[cells[0]].emplace_back(cells[2], grade);
    return {};
  }));
  return qrels;
}

// What the memory files teach; a relevant document that the corpus does not hold teaches nothing.
Result<std::vector<Change>> lessons(const Evaluation& data) {
  std::vector<Change> changes;
  TRY(const auto needs, read_queries("memory queries", data.memory_queries));
  TRY(const auto qrels, read_qrels("memory qrels", data.memory_qrels));
  for (const auto& need : needs)
    if (const auto at = qrels.find(need.id); at != qrels.end())
      for (const auto& [document, grade] : at->second) changes.emplace_back(Learn{need.id + "/" + document, need, document, 1.0, {"采纳", "accepted"}});
  return changes;
}

double percentile(std::vector<double>& times, double share) {
  if (times.empty()) return 0;
  const auto at = static_cast<std::size_t>(std::min(static_cast<double>(times.size()) - 1, std::floor(share * static_cast<double>(times.size()))));
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(at), times.end());
  return times[at];
}

}  // namespace

Figures score_rankings(const std::vector<Judged>& queries) {
  Figures out;
  for (const auto& query : queries) {
    if (query.relevant.empty()) continue;
    ++out.queries;
    std::unordered_map<std::string_view, double> grades;
    for (const auto& [id, grade] : query.relevant) grades[id] = grade;
    double dcg = 0, ideal = 0, found = 0;
    bool first = true;
    for (std::size_t rank = 0; rank < query.ranked.size() && rank < kDepth; ++rank) {
      const auto at = grades.find(query.ranked[rank]);
      if (at == grades.end()) continue;
      ++found;
      if (rank >= 10) continue;
      if (std::exchange(first, false)) out.mrr_at_10 += 1.0 / static_cast<double>(rank + 1);
      dcg += at->second / std::log2(static_cast<double>(rank) + 2);
    }
    std::vector<double> best;
    for (const auto& [id, grade] : grades) best.push_back(grade);
    std::ranges::sort(best, std::greater());
    for (std::size_t rank = 0; rank < best.size() && rank < 10; ++rank) ideal += best[rank] / std::log2(static_cast<double>(rank) + 2);
    out.ndcg_at_10 += dcg / ideal;
    out.recall_at_100 += found / static_cast<double>(grades.size());
  }
  if (out.queries > 0) out.mrr_at_10 /= out.queries, out.ndcg_at_10 /= out.queries, out.recall_at_100 /= out.queries;
  return out;
}

Result<Figures> evaluate(const Evaluation& data) {
  TRY(auto offers, read_corpus(data.corpus));
  TRY(const auto needs, read_queries("queries", data.queries));
  TRY(const auto qrels, read_qrels("qrels", data.qrels));
  Market market({std::make_shared<const Program>(plain_program())});
  std::vector<Change> changes;
  for (auto& offer : offers) changes.emplace_back(Upsert{std::move(offer)});
  TRY_VOID(market.apply(changes));
  TRY(const auto taught, lessons(data));
  if (!taught.empty()) TRY_VOID(market.apply(taught));
  market.compact();
  const auto snapshot = market.snapshot();
  std::vector<Judged> judged;
  std::vector<double> times;
  for (const auto& need : needs) {
    const auto relevant = qrels.find(need.id);
    if (relevant == qrels.end()) continue;
    const auto began = std::chrono::steady_clock::now();
    TRY(const auto answer, match(*snapshot, {.asking = need, .viewer = {.signed_in = true}, .top = kDepth, .near_misses = 0}));
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
    Judged one{.relevant = relevant->second};
    for (const auto& m : answer.matches) {
      one.ranked.push_back(m.listing.id);
      // Documents that say the same are one result here; each of them was found.
      for (const auto& twin : m.duplicates) one.ranked.push_back(twin);
    }
    judged.push_back(std::move(one));
  }
  Figures figures = score_rankings(judged);
  figures.p50_us = percentile(times, 0.50);
  figures.p99_us = percentile(times, 0.99);
  return figures;
}

json::Value to_json(const Figures& f) {
  return json::object({{"queries", f.queries}, {"mrr_at_10", f.mrr_at_10}, {"ndcg_at_10", f.ndcg_at_10}, {"recall_at_100", f.recall_at_100}, {"p50_us", f.p50_us}, {"p99_us", f.p99_us}});
}

}  // namespace jiaoji::market
