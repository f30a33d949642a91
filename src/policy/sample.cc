#include "policy/sample.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/dice.h"
#include "base/embedded.h"

namespace jiaoji::policy {

namespace {

constexpr std::string_view kProgram = "programs/firm-facts/program.toml";

// Facts that go together: what a firm spends and owns follows from its size.
json::Object made_up(const Vocabulary& vocabulary, Dice& dice) {
  json::Object out;
  const std::int64_t sizes[] = {300, 900, 2'500, 8'000, 30'000, 120'000};
  const auto rank = dice.below(6);
  const auto size = sizes[rank];
  const auto revenue = size + static_cast<std::int64_t>(dice.below(static_cast<std::size_t>(size)));
  const auto share = [&](std::size_t until) { return revenue * static_cast<std::int64_t>(dice.below(until * 10)) / 1'000; };
  const auto options = [&](std::string_view name) -> const std::vector<std::string>& { return vocabulary.find(name)->options; };
  out.set("行业", options("行业")[dice.below(options("行业").size())]);
  const auto age_days = static_cast<std::int64_t>(dice.below(9'000));
  out.set("成立日期", format_day(static_cast<std::int32_t>(20'600 - age_days)));
  out.set("年营收万元", revenue);
  out.set("职工人数", std::max<std::int64_t>(5, revenue / (60 + static_cast<std::int64_t>(dice.below(80)))));
  out.set("缴纳税收万元", share(7));
  out.set("研发费用万元", share(9));
  out.set("研发人员", static_cast<std::int64_t>(dice.below(20 * (rank + 1))));
  out.set("发明专利", static_cast<std::int64_t>(dice.below(6 * (rank + 1))));
  out.set("技改投资万元", dice.chance(.4) ? share(20) : std::int64_t{0});
  out.set("贷款利息万元", dice.chance(.3) ? share(2) : std::int64_t{0});
  out.set("出口额万美元", dice.chance(.45) ? share(4) : std::int64_t{0});
  out.set("跨市采购额万元", share(15));
  out.set("用地亩", 5 + revenue / (200 + static_cast<std::int64_t>(dice.below(400))));
  out.set("能耗吨标煤", share(30));
  out.set("从事主导产品年限", std::min(age_days / 365, static_cast<std::int64_t>(1 + dice.below(5 * (rank + 1)))));
  out.set("主导产品市场占有率", static_cast<std::int64_t>(dice.below(8 * (rank + 1))));
  out.set("高新技术企业", dice.chance(.5));
  out.set("专精特新", options("专精特新")[dice.chance(.45) ? 0 : 1 + dice.below(rank < 2 ? 2 : 4)]);
  out.set("上市阶段", options("上市阶段")[dice.chance(.88) ? 0 : dice.below(4)]);
  out.set("首台套产品", dice.chance(.12));
  out.set("工业互联网平台用户", dice.chance(.35));
  if (!dice.chance(.1)) out.set("三年内有失信或处罚", dice.chance(.06));  // of some it is not known
  return out;
}

}  // namespace

Result<Vocabulary> carried_vocabulary() { return read_vocabulary(embedded(kProgram), kProgram); }

Result<void> make_sample(store::Database& db, Service& policies) {
  return db.write([&](store::Writer& writer) -> Result<void> {
    std::uint64_t number = 0;
    std::string after;
    while (true) {
      constexpr int kPage = 200;
      TRY(const auto page, region::list_parties(writer, region::system_actor(), {.text = "", .city = "", .after = after, .limit = kPage}));
      for (const auto& party : page) {
        after = party.id;
        if (party.kind != "enterprise") continue;
        Dice dice(++number);
        TRY_VOID(policies.write_facts(writer, region::system_actor(), party, 0, made_up(policies.vocabulary(), dice), true));
      }
      if (page.size() < kPage) return {};
    }
  });
}

}  // namespace jiaoji::policy
