#include "market/sample.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/dice.h"
#include "base/embedded.h"
#include "base/table.h"
#include "base/text.h"

namespace jiaoji::market {

namespace {

using region::Party;

Result<std::vector<std::map<std::string, std::string>>> read_embedded(std::string_view path) {
  std::vector<std::string> names;
  std::vector<std::map<std::string, std::string>> rows;
  TRY_VOID(table::read_csv(embedded(path), {}, [&](const std::vector<std::string>& heading) { return names = heading, true; },
                           [&](table::Row& row) {
                             auto& out = rows.emplace_back();
                             for (std::size_t i = 0; i < names.size(); ++i) out[names[i]] = row.cells[i];
                             return true;
                           }));
  return rows;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const auto bar = text.find('|');
    parts.emplace_back(text.substr(0, bar));
    if (bar == std::string_view::npos) return parts;
    text.remove_prefix(bar + 1);
  }
}

// ---- made-up values of a program's fields, by their type alone ---------------------------------------------------------------------

double round_to_two(double value) {
  const double step = std::pow(10, std::floor(std::log10(std::max(value, 1.0))) - 1);
  return std::round(value / step) * step;
}

// Which part of a field's range a side draws from, 0–1: a condition compares the two sides, and most pairs of the same trade pass it.
struct Share { double from = 0, until = 1; };
Share share_of(const Program& program, Side side, int field) {
  for (const auto& condition : program.conditions) {
    if ((side == Side::need ? condition.need : condition.offer).field != field) continue;
    const bool low = (condition.test == Test::at_least) == (side == Side::need);
    if (condition.test == Test::at_least || condition.test == Test::at_most) return low ? Share{0.1, 0.6} : Share{0.4, 0.9};
  }
  return {};
}

FieldValue make_value(const Field& field, Side side, Share share, Dice& dice, const std::vector<std::string>& cities, const std::string& code) {
  const double unit = share.from + dice.unit() * (share.until - share.from), low = field.min.value_or(0), high = field.max.value_or(field.type == FieldType::money ? 5e6 : 1e5);
  switch (field.type) {
    case FieldType::text: return std::monostate();
    case FieldType::code: {
      if (field.options.empty()) return {};
      Codes codes{dice.of(field.options).code};
      if (field.many && side == Side::offer) while (dice.chance(0.7)) if (const auto& more = dice.of(field.options).code; std::ranges::find(codes, more) == codes.end()) codes.push_back(more);
      return codes;
    }
    case FieldType::industry: return Codes{code};
    case FieldType::number: {
      const double value = round_to_two(std::exp(std::log(std::max(low, 1.0)) + unit * (std::log(std::max(high, 10.0)) - std::log(std::max(low, 1.0)))));
      return std::clamp(std::round(value), std::ceil(low), std::floor(high));
    }
    case FieldType::money: return Money{static_cast<std::int64_t>(std::clamp(round_to_two(std::exp(std::log(100.0) + unit * std::log(std::min(high, 5e6) / 100))), low, high)) * 100};
    case FieldType::dates: {
      const int from = parse_day("2026-10-01") + static_cast<int>(dice.below(180));
      return Days{from, from + 20 + static_cast<int>(dice.below(240))};
    }
    case FieldType::place: {
      Codes places{dice.of(cities)};
      if (field.many) while (dice.chance(0.85)) if (const auto& more = dice.of(cities); std::find(places.begin(), places.end(), more) == places.end()) places.push_back(more);
      return places;
    }
    case FieldType::yes_no: return dice.chance(side == Side::need ? 0.5 : 0.85);
  }
  return {};
}

json::Value make_fields(const Program& program, Side side, Dice& dice, const std::vector<std::string>& cities, const std::string& code) {
  const auto& fields = program.side(side).fields;
  std::vector<FieldValue> values(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].required || dice.chance(side == Side::need ? 0.5 : 0.75)) values[i] = make_value(fields[i], side, share_of(program, side, static_cast<int>(i)), dice, cities, code);
  return fields_to_json(program, side, values);
}

// ---- firms ---------------------------------------------------------------------------------------------------------------------------------

const std::vector<std::string> kFirst = {"海晟", "鲁信", "泰和", "齐源", "岱宗", "胶澳", "蓝湾", "鼎新", "恒远", "众诚", "华岳", "瑞港", "东启", "云帆", "正源", "博泰", "金石", "中海"};
const std::vector<std::string> kSecond = {"精工", "智造", "新材", "机电", "科技", "装备", "食品", "海工", "电子", "物流", "环保", "软件"};

struct World {
  std::vector<std::string> cities;                              // codes
  std::map<std::string, std::string> names;                     // code → name
  std::map<std::string, std::vector<std::string>> districts;    // city → codes
  std::vector<Party> firms;                                     // made up
};

Party make_firm(World& world, Dice& dice, std::size_t number) {
  Party party;
  party.city = dice.of(world.cities);
  party.district = dice.of(world.districts[party.city]);
  party.name = fmt::format("{}{}{}有限公司（示意{}）", world.names[party.city], dice.of(kFirst), dice.of(kSecond), number);
  party.kind = "enterprise";
  party.about = "为试用而编写的示意单位";
  party.contact_name = "示意联系人";
  party.contact_phone = "0532-00000000";
  party.illustrative = true;
  party.source = "示意数据";
  return party;
}

Result<void> add_places_and_codes(store::Database& db, World& world) {
  TRY(const auto places, read_embedded("sample/places.csv"));
  TRY(const auto codes, read_embedded("sample/industry.csv"));
  for (const auto& p : places) {
    world.names[p.at("code")] = p.at("name");
    if (p.at("parent").empty()) world.cities.push_back(p.at("code"));
    else world.districts[p.at("parent")].push_back(p.at("code"));
  }
  return db.write([&](store::Writer& w) -> Result<void> {
    for (const auto& p : places)
      TRY_VOID(region::put_place(w, {p.at("code"), p.at("parent"), p.at("name"), p.at("name_en"), std::stod(p.at("lon")), std::stod(p.at("lat"))}));
    for (const auto& c : codes) TRY_VOID(put_code(w, {c.at("code"), c.at("name"), c.at("description"), c.at("section")}));
    return w.journal(region::entry_of(region::system_actor(), "sample.created", "sample", "", {}, json::object({{"places", static_cast<std::int64_t>(places.size())}})));
  });
}

Result<void> add_named_parties(store::Database& db, region::Service& region) {
  TRY(const auto parties, read_embedded("sample/parties.csv"));
  TRY(const auto cooperations, read_embedded("sample/cooperations.csv"));
  return db.write([&](store::Writer& w) -> Result<void> {
    const auto actor = region::system_actor();
    std::map<std::string, std::string> ids;
    for (const auto& row : parties) {
      Party party{.name = row.at("name"), .kind = row.at("kind"), .city = row.at("city"), .visibility = region::Visibility::everyone, .about = row.at("about"), .source = row.at("source")};
      if (const auto head = ids.find(row.at("affiliation")); head != ids.end()) party.affiliation = head->second;
      TRY(const auto created, region.create_party(w, actor, party));
      ids[row.at("name")] = created.id;
    }
    for (const auto& row : cooperations) {
      const auto id = [&](const char* column) { return ids.contains(row.at(column)) ? ids.at(row.at(column)) : std::string(); };
      static const SystemClock clock;
      TRY_VOID(region::insert_cooperation(w, {new_id(region::Cooperation::kIdPrefix, clock), row.at("from"), id("from"), row.at("from_city"), row.at("to"), id("to"), row.at("to_city"),
                                              row.at("relation"), row.at("subject"), row.at("status"), row.at("source"), row.at("note")}));
    }
    return {};
  });
}

Result<void> add_firms(store::Database& db, region::Service& region, World& world, Dice& dice, std::size_t count) {
  const auto actor = region::system_actor();
  while (world.firms.size() < count) {
    TRY_VOID(db.write([&](store::Writer& w) -> Result<void> {
      for (int i = 0; i < 2'000 && world.firms.size() < count; ++i) {
        auto firm = make_firm(world, dice, world.firms.size() + 1);
        // The first two are those of the sample accounts.
        if (world.firms.size() < 2) {
          firm.city = world.firms.empty() ? "370200" : "371000";
          firm.district = world.districts[firm.city].front();
          firm.name = world.firms.empty() ? "青岛示例装备有限公司（示意）" : "威海示例电子有限公司（示意）";
        }
        TRY(auto created, region.create_party(w, actor, std::move(firm)));
        world.firms.push_back(std::move(created));
      }
      return {};
    }));
  }
  return {};
}

Result<void> add_accounts(store::Database& db, region::Service& region, const World& world, const std::string& password) {
  TRY(const auto hash, region.passwords().hash(password));  // one hash for all: a sample's password is public
  return db.write([&](store::Writer& w) -> Result<void> {
    for (const auto& account : sample_accounts()) {
      region::NewAccount from{.login = account.login, .name = account.who.zh, .role = *region::parse_role(account.role)};
      if (from.login == "officer-jinan") from.city = "370100";
      if (from.login == "officer-qingdao") from.city = "370200";
      if (from.login == "firm-qingdao") from.city = "370200", from.party = world.firms[0].id;
      if (from.login == "firm-weihai") from.city = "371000", from.party = world.firms[1].id;
      TRY([[maybe_unused]] const auto created, region.create_account(w, region::system_actor(), from, hash));
    }
    return {};
  });
}

Result<void> add_listings(store::Database& db, Service& market, const World& world, const SampleOptions& options, const std::function<void(double, Text)>& progress) {
  const SampleWords words;
  const auto actor = region::system_actor();
  const auto& programs = market.programs();
  for (std::int64_t made = 0; made < options.listings;) {
    TRY_VOID(db.write([&](store::Writer& w) -> Result<void> {
      for (int i = 0; i < 2'000 && made < options.listings; ++i, ++made) {
        Dice dice(options.seed * 0x5851f42d4c957f2d + static_cast<std::uint64_t>(made));
        // Most are of the first program (programs are sorted by id; supply-demand is the main one).
        std::size_t which = 0;
        for (std::size_t p = 0; p < programs.size(); ++p) if (programs[p]->id == "supply-demand" ? dice.chance(0.9) : dice.chance(0.1)) { which = p; break; }
        const Side side = dice.chance(0.4) ? Side::need : Side::offer;
        const auto said = words.make(side, static_cast<std::uint64_t>(made), options.seed);
        ListingInput input{.title = said.title, .text = said.text, .fields = make_fields(*programs[which], side, dice, world.cities, said.code)};
        input.codes = {said.code};
        input.visibility = dice.chance(0.1) ? Visibility::city : dice.chance(0.3) ? Visibility::everyone : Visibility::region;
        TRY([[maybe_unused]] const auto row, market.create(w, actor, programs[which]->id, side, dice.of(world.firms).id, input, {.source = "示意数据", .illustrative = true}));
      }
      return {};
    }));
    progress(static_cast<double>(made) / static_cast<double>(options.listings), {"建立示意供需", "making listings"});
  }
  return {};
}

// Deals between what the market itself matches, so that memory has something to remember.
Result<void> add_deals(store::Database& db, Service& market, std::uint64_t seed, int count) {
  const auto actor = region::system_actor();
  Dice dice(seed ^ 0xdea1);
  TRY(const auto needs, db.read_as<std::vector<ListingRow>>([&](store::Reader& r) { return list_listings(r, actor, {.program = "supply-demand", .side = Side::need, .open = true, .limit = 400}); }));
  int made = 0;
  for (const auto& need : needs) {
    if (made >= count) break;
    TRY(const auto view, db.read_as<MatchView>([&](store::Reader& r) { return market.match(r, actor, {.program = "supply-demand", .listing = need.listing.id, .top = 3}); }));
    std::vector<std::string> offers;   // of the same trade, in much the same words
    for (const auto& m : view.answer.matches)
      if (m.listing.industries == view.asking.industries && std::ranges::any_of(m.parts, [](const ScorePart& p) { return p.id == "text" && p.value > 0.25; })) offers.push_back(m.listing.id);
    if (offers.empty()) continue;
    const auto offer = dice.of(offers);
    TRY_VOID(db.write([&](store::Writer& w) -> Result<void> {
      TRY(auto deal, market.introduce(w, actor, need.listing.id, offer, "示意对接"));
      TRY(const auto p, market.program("supply-demand"));
      const std::size_t reached = dice.below(p->stages.size());
      if (reached == 0) return {};
      const auto& stage = p->stages[reached];
      const std::string reason = stage.drops && !p->drop_reasons.empty() ? dice.of(p->drop_reasons).code : "";
      TRY([[maybe_unused]] const auto moved, market.change_deal(w, actor, deal.id, deal.version, {.agree = !stage.drops, .stage = stage.id, .reason = reason}));
      return {};
    }));
    ++made;
  }
  return {};
}

}  // namespace

const std::vector<SampleAccount>& sample_accounts() {
  static const std::vector<SampleAccount> accounts = {
      {"admin", "administrator", {"管理员（示意）", "administrator"}},
      {"auditor", "auditor", {"审计员（示意）", "auditor"}},
      {"coordinator", "coordinator", {"区域协调员（示意）", "regional coordinator"}},
      {"officer-jinan", "officer", {"济南工作人员（示意）", "officer of Jinan"}},
      {"officer-qingdao", "officer", {"青岛工作人员（示意）", "officer of Qingdao"}},
      {"firm-qingdao", "member", {"青岛企业（示意）", "a firm in Qingdao"}},
      {"firm-weihai", "member", {"威海企业（示意）", "a firm in Weihai"}},
  };
  return accounts;
}

SampleWords::SampleWords() {
  const auto rows = read_embedded("sample/vocabulary.csv");
  if (!rows) throw std::runtime_error("sample/vocabulary.csv: " + rows.error().detail.en);
  for (const auto& row : *rows)
    families_.push_back({row.at("code"), split(row.at("products")), split(row.at("materials")), split(row.at("processes")), split(row.at("specifications")), split(row.at("uses"))});
}

SampleText SampleWords::make(Side side, std::uint64_t number, std::uint64_t seed) const {
  Dice dice((seed + 1) * 0x2545f4914f6cdd1d ^ number * 0x9e3779b97f4a7c15);
  const Family& f = families_[dice.below(families_.size())];
  const auto& product = dice.of(f.products);
  const auto& material = dice.of(f.materials);
  const auto& process = dice.of(f.processes);
  const auto& second = dice.of(f.processes);
  const auto& specification = dice.of(f.specifications);
  const auto& use = dice.of(f.uses);
  const auto number_of = [&](int low, int high) { return low + static_cast<int>(dice.below(static_cast<std::size_t>(high - low))); };
  SampleText out{.code = f.code};
  static const std::vector<std::string> kNeedTitles = {"采购{1}用{0}", "寻找{0}供应商（{2}）", "{1}项目需要{0}", "求{0}配套，{2}", "{0}外协加工需求"};
  static const std::vector<std::string> kOfferTitles = {"供应{1}用{0}", "{0}（{2}）现货与定制", "承接{0}生产与{3}", "{2}{0}，可供{1}", "{0}批量供货能力"};
  out.title = fmt::format(fmt::runtime(dice.of(side == Side::need ? kNeedTitles : kOfferTitles)), product, use, material, process);
  static const std::vector<std::string> kNeedOpenings = {"因{0}扩产，需长期采购{1}。", "为{0}配套，寻找能稳定供应{1}的企业。", "现有供应商交期不稳，{0}所用{1}需要第二来源。", "新项目立项，{0}方向首批需要{1}。"};
  static const std::vector<std::string> kOfferOpenings = {"专业生产{1}多年，主要用于{0}。", "具备{1}的设计与批量制造能力，服务{0}客户。", "新投产{1}产线，面向{0}寻找合作。", "为多家{0}企业配套{1}，可派人驻厂。"};
  static const std::vector<std::string> kClosings = {"可先打样，合格后签年度框架。", "要求提供检测报告与近两年业绩。", "支持到厂考察，付款方式可谈。", "希望就近配套，半天内可到货。", "质量体系齐全，接受第三方检验。", "急件可加班，旺季保供。", "可共享检测设备与试验数据。"};
  out.text = fmt::format(fmt::runtime(dice.of(side == Side::need ? kNeedOpenings : kOfferOpenings)), use, product);
  out.text += fmt::format("材料为{}，工艺包括{}{}；技术要求：{}，{}。", material, process, second == process ? "" : "和" + second, specification, dice.of(f.specifications));
  out.text += fmt::format("{}每月约 {} 件（套、吨），型号 {}{}-{}。", side == Side::need ? "需求量" : "产能", number_of(2, 90) * 10, static_cast<char>('A' + dice.below(26)), static_cast<char>('A' + dice.below(26)), number_of(10, 990));
  if (dice.chance(0.5)) out.text += fmt::format("另{}{}。", side == Side::need ? "需" : "可供", dice.of(f.products));
  out.text += dice.of(kClosings);
  if (dice.chance(0.3)) out.text += dice.of(kClosings);
  return out;
}

Result<void> make_sample(store::Database& db, Service& market, region::Service& region, const SampleOptions& options, const std::function<void(double, Text)>& progress) {
  TRY(const auto rows, db.read_as<std::int64_t>([](store::Reader& r) { return r.integer("SELECT (SELECT COUNT(*) FROM party) + (SELECT COUNT(*) FROM account) + (SELECT COUNT(*) FROM place)"); }));
  if (rows > 0) return fail(Code::conflict, "sample.not_empty", {"数据目录里已有内容；示意数据只建在空目录里，请换 --data", "there is data already: the sample is made in an empty folder only, choose another --data"});
  World world;
  Dice dice(options.seed);
  progress(0, {"建立城市与单位", "making cities and parties"});
  TRY_VOID(add_places_and_codes(db, world));
  TRY_VOID(add_named_parties(db, region));
  TRY_VOID(add_firms(db, region, world, dice, 42 + static_cast<std::size_t>(options.listings) / 8));
  TRY_VOID(add_accounts(db, region, world, options.password));
  TRY_VOID(market.load());
  TRY_VOID(add_listings(db, market, world, options, progress));
  TRY_VOID(add_deals(db, market, options.seed, 40));
  progress(1, {"完成", "done"});
  return {};
}

}  // namespace jiaoji::market
