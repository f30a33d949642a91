#include "market/evaluate.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "market/classify.h"

namespace jiaoji::market {
namespace {

TEST(Evaluate, ComputesWhatIsComputedByHand) {
  const auto f = score_rankings({{{"a", "b", "c"}, {{"b", 1}}}, {{"x", "y"}, {{"x", 1}, {"z", 1}}}, {{"q"}, {{"none", 1}}}, {{"q"}, {}}});
  EXPECT_EQ(f.queries, 3);
  EXPECT_NEAR(f.mrr_at_10, (0.5 + 1 + 0) / 3, 1e-12);
  EXPECT_NEAR(f.ndcg_at_10, (1 / std::log2(3) + 1 / (1 + 1 / std::log2(3)) + 0) / 3, 1e-12);
  EXPECT_NEAR(f.recall_at_100, (1 + 0.5 + 0) / 3, 1e-12);
}

TEST(Evaluate, NamesFileAndLineOfAFault) {
  const auto place = [](const Evaluation& data) { const auto r = evaluate(data); return r ? "ok" : r.error().where.at(0).pointer; };
  const char* corpus = "{\"id\":1,\"title\":\"曲轴\",\"text\":\"锻造\",\"more\":[1]}\n{\"id\":\"b\",\"text\":\"鱼片\"}\n";
  EXPECT_EQ(place({corpus, "1\t曲轴\n", "1\t0\t1\t1\n", "", ""}), "ok");
  EXPECT_EQ(place({"{\"id\":1,\"text\":\"a\"}\n{\"id\":[]}\n", "", "", "", ""}), "corpus line 2");
  EXPECT_EQ(place({"{\"id\":1,\n", "", "", "", ""}), "corpus line 1");
  EXPECT_EQ(place({corpus, "曲轴\n", "", "", ""}), "queries line 1");
  EXPECT_EQ(place({corpus, "1\t曲轴\n", "1 0\n", "", ""}), "qrels line 1");
}

TEST(Classifier, ProposesByTheTableAndByWhatPeopleLabelled) {
  Classifier classifier({{"C", "制造业", "", ""}, {"36", "汽车制造业", "整车 零部件", "C"}, {"3670", "汽车零部件及配件制造", "曲轴", "C"}, {"1363", "鱼油提取", "鱼油", "C"}});
  const auto proposals = classifier.propose("生产曲轴等汽车零部件");
  ASSERT_FALSE(proposals.empty());
  EXPECT_EQ(proposals[0].code, "3670");
  EXPECT_GT(proposals[0].confidence, 0.5);
  EXPECT_LE(proposals[0].confidence, 1);
  classifier.learn({{"l1", "深海磷虾提取物", "1363"}, {"l2", "不存在的代码", "9999"}});
  EXPECT_EQ(classifier.propose("磷虾提取")[0].code, "1363");
  EXPECT_TRUE(classifier.propose("").empty());
}

TEST(Classifier, NamesTheFaultyLineOfATable) {
  EXPECT_EQ(parse_industry_table("A\t\t\t\t1\t农业\t\nA\t01\n").error().where.at(0).pointer, "line 2");
  const auto table = parse_industry_table("C\t\t\t\t1\t制造业\t说明\r\nC\t36\t\t\t2\t汽车制造业\t\r\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(1).code, "36");
  EXPECT_EQ(table->at(1).section, "C");
}

std::string shared(const std::string& file) {
  const char* folder = std::getenv("JIAOJI_SHARED");
  std::ifstream in(std::filesystem::path(folder ? folder : "../shared") / "data" / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Not the goal but the floor: what was reached must not be lost.
TEST(Evaluate, JudgedIndustryCodes) {
  const auto corpus = shared("gbt4754/corpus.jsonl"), queries = shared("gbt4754/queries.train.tsv"), qrels = shared("gbt4754/qrels.train.tsv");
  if (corpus.empty()) GTEST_SKIP() << "needs the shared data: gbt4754";
  const auto figures = evaluate({corpus, queries, qrels, "", ""});
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->queries, 460);
  EXPECT_GE(figures->mrr_at_10, 0.70);
}

}  // namespace
}  // namespace jiaoji::market
