// Judges the ranking on judged queries: what `jiaoji market evaluate` prints. The index and the ranking are the product's own.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace jiaoji::market {

// Four texts, as files hold them. corpus: a JSON object a line {"id", "title", "text"}, id a number or a string, other
// keys ignored; queries: id<TAB>text; qrels: query<TAB>0<TAB>document<TAB>grade (TREC).
// Memory teaches earlier queries and their relevant documents; a query never remembers itself (the same query id).
struct Evaluation {
  std::string_view corpus, queries, qrels, memory_queries, memory_qrels;
};

struct Figures {
  int queries = 0;              // that have at least one relevant document
  double mrr_at_10 = 0;         // mean of 1 / rank of the first relevant document (0 below rank 10)
  double ndcg_at_10 = 0;        // Järvelin and Kekäläinen 2002, gain = grade, discount log2(rank + 1)
  double recall_at_100 = 0;     // share of the relevant documents among the first 100, mean over queries
  double p50_us = 0, p99_us = 0;  // of one match, top 100 with explanation
};

// Errors name file and line ("corpus line 7").
Result<Figures> evaluate(const Evaluation& data);
json::Value to_json(const Figures& figures);

// The figures of a ranking already made: for tests, and for judging another engine with the same ruler.
struct Judged {
  std::vector<std::string> ranked;                           // document ids, best first
  std::vector<std::pair<std::string, double>> relevant;      // document id, grade > 0
};
Figures score_rankings(const std::vector<Judged>& queries);

}  // namespace jiaoji::market
