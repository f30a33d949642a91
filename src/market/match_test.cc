#include "market/match_testing.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace jiaoji::market {
namespace {

using testing_::World;

std::vector<std::string> ids(const std::vector<Match>& matches) {
  std::vector<std::string> out;
  for (const auto& m : matches) out.push_back(m.listing.id);
  return out;
}

TEST(Match, FindsWhatTheWordsSay) {
  World w;
  w.offer("o1", "p1", "370200", "曲轴锻造", "42CrMo 曲轴，调质处理");
  w.offer("o2", "p2", "370600", "冷冻鱼片", "真鳕鱼，去刺切片");
  w.offer("o3", "p3", "370100", "濟南互联网平台", "海尔、飞地、PLC-300");
  const struct { const char* name; const char* need; const char* first; } rows[] = {
      {"a word", "曲轴", "o1"}, {"one character", "鳕", "o2"}, {"traditional", "濟南", "o3"}, {"simplified finds traditional", "济南", "o3"},
      {"full width", "ＰＬＣ－３００", "o3"}, {"a part of a mixed word", "plc", "o3"}, {"海尔 stays whole", "海尔", "o3"}, {"飞地 stays whole", "飞地", "o3"}, {"互联网 stays whole", "互联网", "o3"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto answer = w.ask(w.need(row.need));
    ASSERT_FALSE(answer.matches.empty());
    EXPECT_EQ(answer.matches[0].listing.id, row.first);
  }
}

TEST(Match, PartsAddUpToTheScore) {
  World w;
  for (int i = 0; i < 50; ++i) w.offer("o" + std::to_string(i), "p" + std::to_string(i), "370200", "曲轴 " + std::to_string(i), i % 2 ? "锻造 调质" : "铸造 磨削 曲轴");
  auto need = w.need("曲轴 锻造");
  need.city = "370200";
  for (const auto& m : w.ask(need).matches) {
    double sum = 0;
    for (const auto& part : m.parts) {
      EXPECT_EQ(part.contribution, part.value * part.weight);
      EXPECT_GE(part.value, 0);
      EXPECT_LE(part.value, 1);
      sum += part.contribution;
    }
    EXPECT_DOUBLE_EQ(sum, m.score);
  }
}

TEST(Match, KeepsACitysRowsFromOthers) {
  World w;
  w.offer("own", "p1", "370200", "曲轴", "曲轴", Visibility::city);
  w.offer("shared", "p2", "370200", "曲轴", "曲轴甲", Visibility::region);
  w.offer("open", "p3", "370200", "曲轴", "曲轴乙", Visibility::everyone);
  const auto seen = [&](Viewer viewer) {
    const auto answer = w.ask(w.need("曲轴"), std::move(viewer));
    auto list = ids(answer.matches);
    std::ranges::sort(list);
    EXPECT_EQ(answer.listings, static_cast<std::int64_t>(list.size()));
    return list;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(seen({}), (Ids{"open"}));
  EXPECT_EQ(seen({.city = "370100", .signed_in = true}), (Ids{"open", "shared"}));
  EXPECT_EQ(seen({.city = "370200", .signed_in = true}), (Ids{"open", "own", "shared"}));
  EXPECT_EQ(seen({.signed_in = true}), (Ids{"open", "shared"}));
  EXPECT_EQ(find(*w.market.snapshot(), "test", Side::offer, "曲轴", {.city = "370100", .signed_in = true}, 10).size(), 2u);
}

TEST(Match, SetsNearMissesApartAndSaysWhatWouldPass) {
  World w;
  w.offer("fits", "p1", "370200", "曲轴", "甲", Visibility::region, {5000.0, 10.0});
  w.offer("slow", "p2", "370200", "曲轴", "乙", Visibility::region, {5000.0, 90.0});
  w.offer("both", "p3", "370200", "曲轴", "丙", Visibility::region, {10.0, 90.0});
  w.offer("silent", "p4", "370200", "曲轴", "丁");
  auto need = w.need("曲轴");
  need.fields = {2000.0, 30.0};
  const auto answer = w.ask(need);
  auto eligible = ids(answer.matches);
  std::ranges::sort(eligible);
  EXPECT_EQ(eligible, (std::vector<std::string>{"fits", "silent"}));
  ASSERT_EQ(ids(answer.near_misses), (std::vector<std::string>{"slow"}));
  EXPECT_EQ(ids(answer.refused), (std::vector<std::string>{"both"}));
  for (const auto& m : answer.matches) EXPECT_EQ(m.eligible, m.listing.id == "fits" ? Truth::yes : Truth::unknown);
  const auto& late = answer.near_misses[0].conditions[1];
  EXPECT_EQ(late.truth, Truth::no);
  EXPECT_FALSE(late.to_pass.zh.empty());
  EXPECT_NE(late.offer_saw.zh.find("90"), std::string::npos);
}

TEST(Match, NeverMatchesAPartyWithItselfOrItsGroup) {
  World w;
  w.offer("self", "me", "370200", "曲轴", "甲");
  auto sister = w.listing(Side::offer, "sister", "p2", "370200", "曲轴", "乙");
  sister.affiliation = "group";
  w.put(sister);
  w.offer("other", "p3", "370200", "曲轴", "丙");
  auto need = w.need("曲轴");
  need.party = "me";
  need.affiliation = "group";
  EXPECT_EQ(ids(w.ask(need).matches), (std::vector<std::string>{"other"}));
}

TEST(Match, OffersADroppedPairAgainOnlyAfterAChange) {
  World w;
  w.offer("o1", "p1", "370200", "曲轴", "甲");
  auto need = w.need("曲轴");
  need.id = "n1";
  w.apply({Drop{"n1", "o1", 1, 1}});
  EXPECT_TRUE(w.ask(need).matches.empty());
  need.version = 2;
  EXPECT_EQ(w.ask(need).matches.size(), 1u);
  need.version = 1;
  w.apply({Drop{"n1", "o1", 0, 0}});
  EXPECT_EQ(w.ask(need).matches.size(), 1u);
}

TEST(Match, CollapsesListingsThatSayTheSame) {
  World w;
  w.offer("a", "p1", "370200", "供应曲轴", "42CrMo 曲轴，调质处理，月产五千");
  w.offer("b", "p2", "370200", "供应曲轴", "42CrMo 曲轴，调质处理，月产五千");
  const auto answer = w.ask(w.need("曲轴"));
  ASSERT_EQ(answer.matches.size(), 1u);
  EXPECT_EQ(answer.matches[0].duplicates.size(), 1u);
}

TEST(Memory, LiftsWhatWasAcceptedForALikeNeedAndSaysSo) {
  World w;
  for (int i = 0; i < 20; ++i) w.offer("o" + std::to_string(i), "p" + std::to_string(i), "370200", "曲轴加工", "锻造曲轴 型号" + std::to_string(i));
  auto earlier = w.need("船用曲轴 锻造");
  earlier.id = "n1";
  earlier.title = "船用曲轴采购";
  const auto rank = [&](const Listing& need) {
    const auto list = ids(w.ask(need, {.signed_in = true}, 20).matches);
    return std::ranges::find(list, "o13") - list.begin();
  };
  const auto cold = rank(w.need("船用曲轴 锻造件"));
  w.apply({Learn{"d1", earlier, "o13", 1.0, {"已交付", "delivered"}}});
  EXPECT_EQ(rank(w.need("船用曲轴 锻造件")), 0);
  const auto lifted = w.ask(w.need("船用曲轴 锻造件")).matches[0];
  EXPECT_EQ(lifted.like, "n1");
  const auto memory = std::ranges::find(lifted.parts, "memory", &ScorePart::id);
  EXPECT_NE(memory->because.zh.find("船用曲轴采购"), std::string::npos);
  EXPECT_NE(memory->because.zh.find("已交付"), std::string::npos);
  EXPECT_EQ(rank(earlier), cold) << "a need never remembers itself";
  w.apply({Learn{"d1", earlier, "o13", 0, {}}});
  EXPECT_EQ(rank(w.need("船用曲轴 锻造件")), cold) << "what was taken back is forgotten";
}

TEST(Match, WordsThatNobodyUsesFindNothingAndNoWordsTheNewest) {
  World w;
  w.offer("o1", "a", "370100", "曲轴", "锻造", Visibility::city);
  w.offer("o2", "b", "370200", "电缆", "阻燃");
  const Viewer qingdao{.city = "370200", .signed_in = true};
  EXPECT_TRUE(w.ask(w.need("翡翠"), qingdao).matches.empty());
  EXPECT_TRUE(w.ask(w.need("曲轴"), qingdao).matches.empty()) << "and a word of a hidden listing the same";
  ASSERT_EQ(w.ask(w.need(""), qingdao).matches.size(), 1u);
}

// Whatever the order of changes, the market answers like one that was built from what is left.
RC_GTEST_PROP(Market, AnswersLikeOneBuiltFromWhatIsLeft, ()) {
  static const std::vector<std::string> kWords = {"曲轴", "连杆", "锻造", "调质", "铝合金", "冷冻", "鱼片", "电缆", "PLC-300", "检测"};
  World w;
  std::map<std::string, Listing> left;
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    const auto id = "o" + std::to_string(*rc::gen::inRange(0, 25));
    if (*rc::gen::inRange(0, 4) == 0) {
      w.apply({Remove{id}});
      left.erase(id);
      continue;
    }
    std::string text = "编号" + id;
    for (int k = *rc::gen::inRange(1, 5); k > 0; --k) text += " " + *rc::gen::elementOf(kWords);
    auto l = w.listing(Side::offer, id, "party-" + id, *rc::gen::inRange(0, 2) ? "370200" : "370100", *rc::gen::elementOf(kWords), text, static_cast<Visibility>(*rc::gen::inRange(0, 3)));
    l.version = i + 1;
    w.put(l);
    left[id] = l;
  }
  World fresh;
  std::vector<Change> all;
  for (const auto& [id, l] : left) all.emplace_back(Upsert{l});
  fresh.apply(all);
  const Viewer viewer{.city = "370200", .signed_in = true};
  const auto need = w.need(*rc::gen::elementOf(kWords) + " " + *rc::gen::elementOf(kWords));
  const auto a = w.ask(need, viewer, 50), b = fresh.ask(need, viewer, 50);
  RC_ASSERT(a.listings == b.listings);
  std::set<std::string> sa, sb;
  for (const auto& m : a.matches) sa.insert(m.listing.id), sa.insert(m.duplicates.begin(), m.duplicates.end());
  for (const auto& m : b.matches) sb.insert(m.listing.id), sb.insert(m.duplicates.begin(), m.duplicates.end());
  RC_ASSERT(sa == sb);
  std::vector<double> scores_a, scores_b;  // and with the same scores: what was removed is not counted anywhere
  for (const auto& m : a.matches) scores_a.push_back(m.score);
  for (const auto& m : b.matches) scores_b.push_back(m.score);
  RC_ASSERT(scores_a == scores_b);
  // And those that hold a word are exactly those that a plain look finds.
  std::set<std::string> plain;
  for (const auto& [id, l] : left) {
    if (!sees(viewer, l.city, l.visibility, l.party)) continue;
    if ((l.title + l.text).find(need.text.substr(0, need.text.find(' '))) != std::string::npos) plain.insert(id);
  }
  for (const auto& id : plain) RC_ASSERT(sa.contains(id));
}

}  // namespace
}  // namespace jiaoji::market
