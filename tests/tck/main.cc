// jiaoji-tck: runs the test files of OMG's DMN Technology Compatibility Kit below a folder, and counts.
//
// A result that should be null is counted apart from one that should not: an engine that always answers null passes four in ten.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/cli.h"
#include "rules/evaluate.h"
#include "rules/commands_load.h"

namespace fs = std::filesystem;
using namespace jiaoji;
using feel::Value;

namespace {

std::string_view local(const char* name) {
  const std::string_view all = name;
  const auto colon = all.find(':');
  return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const auto inner : node.children()) {
    if (local(inner.name()) == name) return inner;
  }
  return {};
}

bool is_nil(const pugi::xml_node& node) {
  const auto nil = std::string_view(node.attribute("xsi:nil").value());
  return nil == "true" || nil == "1";
}

Value simple(const pugi::xml_node& node) {
  const std::string text = node.text().get();
  const auto type = local(node.attribute("xsi:type").value());
  if (is_nil(node)) return {};
  if (type == "boolean") return text == "true" || text == "1";
  if (type == "decimal" || type == "double" || type == "float" || type == "integer" || type == "int" || type == "long") return Decimal::parse(text);
  if (type == "date") return feel::Date::parse(text);
  if (type == "time") return feel::Time::parse(text);
  if (type == "dateTime") return feel::DateTime::parse(text);
  if (type == "duration") {
    if (const auto months = feel::Months::parse(text)) return *months;
    return feel::DaysTime::parse(text);
  }
  return text;
}

// The value that an inputNode, an expected, an item or a component holds.
Value value_of(const pugi::xml_node& node) {
  if (is_nil(node)) return {};
  if (const auto list = child(node, "list")) {
    if (is_nil(list)) return {};
    feel::List out;
    for (const auto item : list.children()) {
      if (local(item.name()) == "item") out.push_back(value_of(item));
    }
    return out;
  }
  if (child(node, "component")) {
    feel::Context out;
    for (const auto component : node.children()) {
      if (local(component.name()) == "component") out.put(component.attribute("name").value(), value_of(component));
    }
    return out;
  }
  const auto value = child(node, "value");
  return value ? simple(value) : Value();
}

bool same(const Value& expected, const Value& actual) {
  if (expected.number() && actual.number()) {
    const auto off = expected.number()->minus(*actual.number());
    return off && off->magnitude() <= *Decimal::parse("0.00000001");
  }
  if (expected.list() && actual.list()) {
    return std::ranges::equal(*expected.list(), *actual.list(), same);
  }
  if (expected.context() && actual.context()) {
    if (expected.context()->entries.size() != actual.context()->entries.size()) return false;
    return std::ranges::all_of(expected.context()->entries, [&](const auto& entry) {
      const auto* other = actual.context()->find(entry.first);
      return other && same(entry.second, *other);
    });
  }
  // A test can only say what XML can: a function or a range is held against its text.
  if (expected.string() && (actual.range() || actual.function())) return *expected.string() == feel::spelling(actual);
  return feel::identical(expected, actual);
}

struct Count {
  int passed = 0, failed = 0, passed_non_null = 0, total_non_null = 0;
  json::Array failures;
};

struct Case {
  std::string file, id;
};

void judge(Count& count, const Case& where, const std::string& node, const Value& expected, const Value& actual, const std::string& why) {
  const bool passed = same(expected, actual);
  ++(passed ? count.passed : count.failed);
  if (!expected.is_null()) {
    ++count.total_non_null;
    count.passed_non_null += passed;
  }
  if (passed) return;
  count.failures.push_back(json::object({{"file", where.file}, {"case", where.id}, {"node", node}, {"expected", feel::literal(expected)}, {"actual", why.empty() ? feel::literal(actual) : feel::literal(actual) + "   <- " + why}}));
}

Value answer(const rules::Compiled& model, const pugi::xml_node& test, const std::string& node, const feel::Context& inputs, feel::Run& run) {
  const std::string_view type = test.attribute("type").value();
  if (type == "decisionService" || type == "bkm") {
    const auto* called = model.find(test.attribute("invocableName").value());
    if (!called) return {};
    auto out = rules::Evaluation(model, inputs, run).call(*called, inputs);
    const auto* several = out.context();
    return several && called->outputs.size() > 1 && several->find(node) ? *several->find(node) : out;
  }
  const auto* element = model.find(node);
  return element ? rules::Evaluation(model, inputs, run).value(*element) : Value();
}

void run_case(const rules::Compiled* model, const pugi::xml_node& test, const Case& where, const std::string& unusable, Count& count) {
  feel::Context inputs;
  for (const auto input : test.children()) {
    if (local(input.name()) == "inputNode") inputs.put(input.attribute("name").value(), value_of(input));
  }
  for (const auto result : test.children()) {
    if (local(result.name()) != "resultNode") continue;
    const std::string node = result.attribute("name").value();
    const auto expected = value_of(child(result, "expected"));
    if (!model) {
      judge(count, where, node, expected, Value("(the model is unusable)"), unusable);
      continue;
    }
    feel::Run run;
    run.now = *feel::DateTime::at(static_cast<__int128>(1'790'000'000) * 1'000'000'000, *feel::Zone::offset(0));
    const auto actual = answer(*model, test, node, inputs, run);
    std::string why;
    for (const auto& note : run.notes) why += note.text.en + "; ";
    for (const auto& problem : model->problems()) {
      if (problem.element == node) why += problem.error.detail.en + "; ";
    }
    judge(count, where, node, expected, actual, why);
  }
}

// The model as it is when it was written and read again.
Result<std::shared_ptr<const rules::Compiled>> rewritten(const rules::Compiled& model) {
  std::vector<rules::Model> models;
  for (const auto& one : model.models()) {
    TRY(auto again, rules::read_model(rules::write_model(one)));
    models.push_back(std::move(again));
  }
  return rules::Compiled::of(std::move(models));
}

void run_file(const fs::path& path, bool rewrite, Count& count) {
  pugi::xml_document document;
  if (!document.load_file(path.c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single)) return;
  const auto root = document.document_element();
  if (local(root.name()) != "testCases") return;
  auto model = rules::load_model((path.parent_path() / child(root, "modelName").text().get()).string());
  if (model && rewrite) model = rewritten(**model);
  const auto unusable = model ? std::string() : model.error().detail.en;
  for (const auto test : root.children()) {
    if (local(test.name()) == "testCase") run_case(model ? model->get() : nullptr, test, {path.filename().string(), test.attribute("id").value()}, unusable, count);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Cli cli;
  std::string folder;
  bool rewrite = false;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--json") cli.json = true;
    else if (std::string_view(argv[i]) == "--rewrite") rewrite = true;
    else folder = argv[i];
  }
  std::error_code none;
  if (folder.empty() || !fs::is_directory(folder, none)) {
    std::cerr << "usage: jiaoji-tck DIR [--json] [--rewrite]   (--rewrite: every model is written as DMN 1.5 and read again first)\n";
    return 2;
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".xml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Count count;
  for (const auto& file : files) run_file(file, rewrite, count);
  if (cli.json) {
    cli.print_json(json::object({{"passed", count.passed}, {"failed", count.failed}, {"passed_non_null", count.passed_non_null}, {"total_non_null", count.total_non_null}, {"failures", std::move(count.failures)}}));
  } else {
    for (const auto& failure : count.failures) cli.print(fmt::format("{} {} {}: expected {}, got {}", *failure.find("file")->string(), *failure.find("case")->string(), *failure.find("node")->string(), *failure.find("expected")->string(), *failure.find("actual")->string()));
    cli.print(fmt::format("passed {} of {}; of those whose result is not null {} of {}", count.passed, count.passed + count.failed, count.passed_non_null, count.total_non_null));
  }
  return count.failed == 0 ? 0 : 1;
}
