// The same judged queries on Xapian with its CJK n-grams (BM25 as it comes), beside our own market: quality and time in one run.
//   market_xapian FOLDER     with corpus.jsonl, queries.train.tsv, qrels.train.tsv
#include <sodium.h>
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "base/json.h"
#include "market/evaluate.h"

using namespace jiaoji;
using namespace jiaoji::market;

namespace {

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class F>
void lines(const std::string& text, F take) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end > at) take(std::string_view(text).substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || sodium_init() < 0) return fmt::print(stderr, "usage: market_xapian FOLDER\n"), 2;
  const std::string folder = std::string(argv[1]) + "/";
  const auto corpus = read(folder + "corpus.jsonl"), queries = read(folder + "queries.train.tsv"), qrels = read(folder + "qrels.train.tsv");
  auto db = Xapian::WritableDatabase("", Xapian::DB_BACKEND_INMEMORY);
  Xapian::TermGenerator generator;
  generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
  lines(corpus, [&](std::string_view line) {
    const auto value = *json::parse(line);
    const auto* id = value.find("id");
    Xapian::Document document;
    document.set_data(id->string() ? *id->string() : id->number()->spelling);
    generator.set_document(document);
    generator.index_text(*value.find("title")->string(), 1);
    generator.increase_termpos();
    generator.index_text(*value.find("text")->string(), 1);
    db.add_document(document);
  });
  std::map<std::string, std::vector<std::pair<std::string, double>>> relevant;
  lines(qrels, [&](std::string_view line) {
    const auto a = line.find('\t'), b = line.find('\t', a + 1), c = line.find('\t', b + 1);
    relevant[std::string(line.substr(0, a))].emplace_back(line.substr(b + 1, c - b - 1), 1);
  });
  // The query parser joins the n-grams of a run of characters with AND, which finds next to nothing; any of them is the fair question.
  const auto any_of = [&](std::string_view text) {
    Xapian::Document words;
    generator.set_document(words);
    generator.index_text(std::string(text));
    const auto document = generator.get_document();
    return Xapian::Query(Xapian::Query::OP_OR, document.termlist_begin(), document.termlist_end());
  };
  std::vector<Judged> judged;
  std::vector<double> times;
  lines(queries, [&](std::string_view line) {
    const auto tab = line.find('\t');
    const auto at = relevant.find(std::string(line.substr(0, tab)));
    if (at == relevant.end()) return;
    const auto began = std::chrono::steady_clock::now();
    Xapian::Enquire enquire(db);
    enquire.set_query(any_of(line.substr(tab + 1)));
    Judged one{.relevant = at->second};
    const auto found = enquire.get_mset(0, 100);
    for (auto hit = found.begin(); hit != found.end(); ++hit) one.ranked.push_back(hit.get_document().get_data());
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
    judged.push_back(std::move(one));
  });
  std::ranges::sort(times);
  const auto theirs = score_rankings(judged);
  const auto ours = evaluate({corpus, queries, qrels, "", ""});
  if (!ours) return fmt::print(stderr, "{}\n", ours.error().detail.en), 1;
  const double median = times[times.size() / 2];
  fmt::print("xapian: {} queries, top 100, same process: MRR@10 jiaoji {:.3f} (with explanation), xapian {} {:.3f}; median query {:.0f} us and {:.0f} us, ratio {:.1f} (goal 10)\n", ours->queries,
             ours->mrr_at_10, Xapian::version_string(), theirs.mrr_at_10, ours->p50_us, median, median / ours->p50_us);
}
