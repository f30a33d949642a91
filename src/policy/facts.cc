#include "policy/facts.h"

#include "base/toml_file.h"

namespace jiaoji::policy {

using feel::Value;

const char* to_string(Change change) {
  switch (change) {
    case Change::none: return "none";
    case Change::grow: return "grow";
    case Change::shrink: return "shrink";
    case Change::gain: return "gain";
  }
  return "";
}

const char* to_string(FactType type) {
  switch (type) {
    case FactType::number: return "number";
    case FactType::boolean: return "boolean";
    case FactType::date: return "date";
    case FactType::choice: return "choice";
  }
  return "";
}

const Fact* Vocabulary::find(std::string_view name) const {
  const auto found = std::ranges::find(facts, name, &Fact::name);
  return found == facts.end() ? nullptr : &*found;
}

namespace {

Fact read_fact(toml_file::Table& in) {
  using enum FactType;
  Fact out;
  out.name = in.text("name");
  out.label = in.text("label");
  out.type = in.choice<FactType>("type", {{"number", number}, {"boolean", boolean}, {"date", date}, {"choice", choice}});
  out.unit = in.text("unit", "");
  out.whole = in.flag("whole");
  if (in.take("change", false)) out.change = in.choice<Change>("change", {{"grow", Change::grow}, {"shrink", Change::shrink}, {"gain", Change::gain}});
  if (const auto* options = in.take("options", out.type == choice)) {
    const auto* list = options->as_array();
    if (!list || list->empty() || !list->is_homogeneous<std::string>()) in.fail_at(*options, "options 应当是一列文字", "options must be a list of texts");
    for (const auto& one : *list) out.options.push_back(one.as_string()->get());
  }
  const bool number_change = out.change == Change::grow || out.change == Change::shrink;
  if (out.change != Change::none && number_change != (out.type == number)) in.fail_here("数字用 grow 或 shrink，是否和选项用 gain", "a number takes grow or shrink, yes/no and choices take gain");
  return out;
}

// What a fact cannot take, with what would be right; nothing when it can.
std::optional<Text> refused(const Fact& fact, const Value& value) {
  switch (fact.type) {
    case FactType::number:
      if (!value.number()) return Text{"应是数字" + (fact.unit.empty() ? "" : "（" + fact.unit + "）"), "should be a number" + (fact.unit.empty() ? "" : " (" + fact.unit + ")")};
      if (value.number()->is_negative()) return Text{"不能小于 0", "must not be below 0"};
      if (fact.whole && !value.number()->is_whole()) return Text{"应是整数", "should be a whole number"};
      return {};
    case FactType::boolean:
      if (!value.boolean()) return Text{"应是 true 或 false（表格里写 是 或 否）", "should be true or false"};
      return {};
    case FactType::date:
      if (!value.date()) return Text{"应是日期，如 2021-03-01", "should be a date such as 2021-03-01"};
      return {};
    case FactType::choice:
      if (value.string() && std::ranges::find(fact.options, *value.string()) != fact.options.end()) return {};
      std::string options;
      for (const auto& one : fact.options) options += (options.empty() ? "" : "、") + one;
      return Text{"应是其中之一：" + options, "should be one of: " + options};
  }
  return {};
}

std::unexpected<Error> faulty(std::vector<Where> faults) {
  const auto& first = faults.front();
  Text detail{first.pointer + "：" + first.detail.zh, first.pointer + ": " + first.detail.en};
  return fail(Code::invalid, "facts.invalid", std::move(detail), std::move(faults));
}

Value value_of(const Fact& fact, std::string_view cell) {
  if (fact.type == FactType::boolean) {
    if (cell == "是" || cell == "true" || cell == "有" || cell == "yes" || cell == "TRUE") return true;
    if (cell == "否" || cell == "false" || cell == "无" || cell == "no" || cell == "FALSE") return false;
    return cell;
  }
  if (fact.type == FactType::date) {
    if (const auto date = feel::Date::parse(cell)) return *date;
    return cell;
  }
  if (fact.type == FactType::choice) return cell;
  std::string plain;
  for (const char c : cell) {
    if (c != ',') plain += c;
  }
  if (const auto number = Decimal::parse(plain)) return *number;
  return cell;
}

}  // namespace

Result<Vocabulary> read_vocabulary(std::string_view toml, std::string_view file) {
  return toml_file::read<Vocabulary>(toml, file, "policy.program", [](const toml::table& table) {
    toml_file::Table in(table, "program");
    Vocabulary out;
    in.name("id");
    in.text("kind");
    in.both("label");
    in.both("about", false);
    in.each("fact", kFactsMax, true, [&](toml_file::Table& one) {
      out.facts.push_back(read_fact(one));
      if (std::ranges::count(out.facts, out.facts.back().name, &Fact::name) > 1) one.fail_here("name 重复", "the name stands twice");
    });
    in.done();
    return out;
  });
}

Result<feel::Context> read_facts(const Vocabulary& vocabulary, const json::Object& facts, const std::string& pointer) {
  feel::Context out;
  std::vector<Where> faults;
  for (const auto& [name, given] : facts.members) {
    const auto* fact = vocabulary.find(name);
    if (!fact) {
      faults.push_back({pointer + "/" + name, "facts.unknown", {"没有这一项事实；有哪些见政策的事实表", "there is no such fact; the vocabulary lists them"}});
      continue;
    }
    if (given.is_null()) continue;
    auto value = given.string() ? value_of(*fact, *given.string()) : feel::from_json(given);
    // A number that came in quotes is no number: only a table's cells are read as people write.
    if (given.string() && fact->type != FactType::date && fact->type != FactType::choice) value = Value(*given.string());
    if (auto fault = refused(*fact, value)) faults.push_back({pointer + "/" + name, "facts.value", *std::move(fault)});
    else out.put(name, std::move(value));
  }
  if (!faults.empty()) return faulty(std::move(faults));
  return out;
}

Result<feel::Context> read_facts(const Vocabulary& vocabulary, const std::map<std::string, std::string>& cells, const std::string& place) {
  feel::Context out;
  std::vector<Where> faults;
  for (const auto& fact : vocabulary.facts) {
    const auto cell = cells.find(fact.name);
    if (cell == cells.end()) continue;
    const auto text = text::trim(cell->second);
    if (text.empty()) continue;
    auto value = value_of(fact, text);
    if (auto fault = refused(fact, value)) faults.push_back({place + "，" + fact.name, "facts.value", {fmt::format("“{}”{}", text, fault->zh), fmt::format("\"{}\" {}", text, fault->en)}});
    else out.put(fact.name, std::move(value));
  }
  if (!faults.empty()) return faulty(std::move(faults));
  return out;
}

}  // namespace jiaoji::policy
