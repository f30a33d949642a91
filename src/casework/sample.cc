#include "casework/sample.h"

#include "base/embedded.h"
#include "region/records.h"

namespace jiaoji::casework {

namespace {

const region::Actor& system() {
  static const auto actor = region::system_actor();
  return actor;
}

json::Object answers(std::vector<std::pair<std::string, json::Value>> members) { return {std::move(members)}; }

// Opens a case and does its tasks by their elements, as far as they are given.
Result<void> play(store::Writer& db, Service& casework, Opening opening, const std::vector<std::pair<std::string, json::Object>>& tasks) {
  opening.illustrative = true;
  TRY(const auto row, casework.open(db, system(), opening));
  for (const auto& [element, given] : tasks) {
    TRY(const auto open, list_tasks(db, row.id));
    for (const auto& task : open) {
      if (task.node != element || task.closed_at != 0) continue;
      TRY_VOID(casework.complete(db, system(), task.id, given));
      break;
    }
  }
  return {};
}

}  // namespace

Result<void> make_sample(store::Database& db, Service& casework) {
  return db.write([&](store::Writer& writer) -> Result<void> {
    std::map<std::string, std::string> procedures;
    for (const auto& [program, name, city] : {std::tuple("eia-commitment", "环评告知承诺审批", "370100"), {"petitions", "环保信访办理", "370100"}, {"business-registration", "企业登记跨市通办", "370200"}, {"enterprise-service", "重点项目要素保障", "370100"}}) {
      const auto path = std::string("programs/") + program + "/" + program + ".bpmn";
      TRY(const auto drafted, casework.draft(writer, system(), {.program = program, .name = name, .city = city, .bpmn = std::string(embedded(path)), .visibility = region::Visibility::everyone, .illustrative = true}));
      TRY_VOID(casework.deploy(writer, system(), drafted.id, drafted.version));
      procedures[program] = drafted.id;
    }
    TRY(const auto parties, region::list_parties(writer, system(), {.text = "", .city = "370100", .after = "", .limit = 3}));
    TRY(const auto others, region::list_parties(writer, system(), {.text = "", .city = "370200", .after = "", .limit = 3}));
    const auto party = [](const std::vector<region::Party>& from, std::size_t at) { return at < from.size() ? from[at].id : std::string(); };
    const auto project = [](const char* name, const char* industry, int wan) {
      return answers({{"项目名称", name}, {"行业", industry}, {"总投资万元", wan}, {"在规划环评范围内", true}, {"三年内有环境处罚", false}});
    };
    const auto yes = [](const char* name) { return answers({{name, true}}); };
    TRY_VOID(play(writer, casework, {.procedure = procedures["eia-commitment"], .process = "", .title = "示意：精密传感器生产线", .party = party(parties, 0), .city = "370100", .answers = project("精密传感器生产线", "电子装配", 3200)}, {}));
    TRY_VOID(play(writer, casework, {.procedure = procedures["eia-commitment"], .process = "", .title = "示意：数控机床主轴车间", .party = party(parties, 1), .city = "370100", .answers = project("数控机床主轴车间", "机械加工", 4600)}, {{"commit", yes("承诺")}, {"announce", answers({{"公示网址", ""}})}}));
    TRY_VOID(play(writer, casework, {.procedure = procedures["eia-commitment"], .process = "", .title = "示意：染料中间体扩建", .party = party(parties, 2), .city = "370100", .answers = project("染料中间体扩建", "化工", 18000)}, {}));
    TRY_VOID(play(writer, casework, {.procedure = procedures["business-registration"], .process = "", .title = "示意：某物流公司道路货运许可", .party = party(others, 0), .city = "370200", .answers = answers({{"企业名称", "某物流有限公司"}, {"事项", "道路货物运输经营许可"}, {"协同市", "370100"}})}, {{"receive", yes("材料齐全")}}));
    TRY_VOID(play(writer, casework, {.procedure = procedures["business-registration"], .process = "", .title = "示意：十五平方米小餐馆", .party = party(others, 1), .city = "370200", .answers = answers({{"企业名称", "某小餐馆"}, {"事项", "食品经营许可"}, {"协同市", "370100"}})}, {{"food", answers({{"经营面积", 15}, {"经营方式", "餐饮"}, {"从业人员健康证齐全", true}, {"有冷藏设备", true}})}, {"receive", yes("材料齐全")}}));
    TRY_VOID(play(writer, casework, {.procedure = procedures["enterprise-service"], .process = "", .title = "示意：新能源电池项目用能指标", .party = party(parties, 0), .city = "370100", .answers = answers({{"项目名称", "新能源电池项目"}, {"要素", "用能"}, {"措施", "第12条"}, {"诉求", "年底前落实用能指标"}})}, {{"assign", answers({{"专员", "示意专员"}})}}));
    for (const bool is_true : {true, true, false, false, false}) {
      std::vector<std::pair<std::string, json::Object>> tasks = {{"register", answers({{"反映对象", "示意单位"}})}, {"investigate", answers({{"属实", is_true}, {"调查情况", "示意"}})}};
      if (is_true) tasks.emplace_back("rectify", answers({{"整改要求", "示意"}}));
      tasks.emplace_back("answer", answers({{"答复", "示意"}}));
      tasks.emplace_back("public", answers({{"公开网址", ""}}));
      TRY_VOID(play(writer, casework, {.procedure = procedures["petitions"], .process = "", .title = "示意：来信", .party = "", .city = "370100", .answers = answers({{"来信内容", "示意：异味、噪声"}})}, tasks));
    }
    return {};
  });
}

}  // namespace jiaoji::casework
