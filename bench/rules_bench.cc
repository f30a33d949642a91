// Figures of feel and rules that need no peer: FEEL expressions (as JSON, for bench/rules/run.mjs), the difference of two large tables,
// one policy over a million firms.   rules_bench [feel]
#include <chrono>
#include <random>

#include <fmt/format.h>

#include "base/json.h"
#include "rules/analyse.h"
#include "rules/asked.h"
#include "rules/evaluate.h"
#include "rules/testing.h"

using namespace jiaoji;
using Clock = std::chrono::steady_clock;

namespace {

double micros(Clock::time_point since) { return std::chrono::duration<double, std::micro>(Clock::now() - since).count(); }

void feel_figures() {
  const char* expressions[] = {"a + b * 2", "if a > b then a else b", "for x in list return x * 2", "some x in list satisfies x > 3", "string length(name) + sum(list)"};
  const feel::Scope scope{{"a", "b", "list", "name"}, {}, {}};
  const std::vector<feel::Value> values = {feel::Value(3), feel::Value(4), feel::Value(feel::List{feel::Value(1), feel::Value(2), feel::Value(3), feel::Value(4), feel::Value(5)}), feel::Value("青岛")};
  json::Object out;
  for (const auto* source : expressions) {
    constexpr int times = 20'000;
    const auto start = Clock::now();
    for (int i = 0; i < times; ++i) {
      feel::Run run;
      const auto expression = feel::parse_expression(source, scope);
      if (!feel::evaluate(*expression, values, run)) std::abort();
    }
    out.set(source, micros(start) / times);
  }
  fmt::print("{}\n", json::write(json::Value(std::move(out))));
}

struct Loaded {
  std::shared_ptr<const rules::Compiled> model;
  const rules::DecisionTable* table;
};
Loaded load(const std::vector<std::string>& inputs, const std::string& table) {
  std::string body;
  for (const auto& name : inputs) body += rules::input(name, "number");
  std::vector<rules::Model> models;
  models.push_back(*rules::read_model(rules::definitions(body + rules::decision("d", inputs, table))));
  auto model = *rules::Compiled::of(std::move(models));
  const auto* of = rules::table_in(*model->find("d"));
  return {std::move(model), of};
}

// Disjoint rules by splitting; the second table has ten other outputs and one moved bound.
void difference(std::size_t columns, std::size_t count) {
  std::mt19937 random(1);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<std::vector<std::pair<int, int>>> boxes = {std::vector<std::pair<int, int>>(columns, {0, 1000})};
  while (boxes.size() < count) {
    const auto at = static_cast<std::size_t>(below(static_cast<int>(boxes.size())));
    const auto column = static_cast<std::size_t>(below(static_cast<int>(columns)));
    auto [low, high] = boxes[at][column];
    if (high - low < 4) continue;
    const auto cut = low + 1 + below(high - low - 1);
    boxes.push_back(boxes[at]);
    boxes[at][column].second = boxes.back()[column].first = cut;
  }
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < columns; ++i) inputs.push_back("c" + std::to_string(i));
  std::vector<std::vector<std::string>> rows;
  for (const auto& box : boxes) {
    auto& row = rows.emplace_back();
    for (const auto& [low, high] : box) row.push_back(low == 0 && high == 1000 ? "-" : low == 0 ? fmt::format("< {}", high) : high == 1000 ? fmt::format(">= {}", low) : fmt::format("[{}..{})", low, high));
    row.push_back(std::to_string(below(5)));
  }
  const auto a = load(inputs, rules::table("UNIQUE", inputs, rows));
  for (int i = 0; i < 10; ++i) rows[static_cast<std::size_t>(below(static_cast<int>(rows.size())))].back() = "9";
  const auto b = load(inputs, rules::table("UNIQUE", inputs, rows));
  const auto start = Clock::now();
  const auto found = rules::diff(*a.table, *b.table);
  fmt::print("difference of two tables of {} columns and {} rules: {:.3f} s, {} regions, all {}\n", columns, count, micros(start) / 1e6, found.differences.size(), found.all);
}

void million_firms() {
  const std::vector<std::string> inputs = {"revenue", "patents", "age", "staff", "debt"};
  const auto policy = load(inputs, rules::table("FIRST", inputs, {{">= 2000", ">= 5", ">= 2", "-", "< 70", "100"}, {"[500..2000)", ">= 3", ">= 1", ">= 10", "< 80", "30"}, {"< 500", ">= 1", "-", "[1..300)", "-", "10"}, {"-", "-", "-", "-", "-", "0"}}));
  constexpr std::size_t firms = 1'000'000;
  std::mt19937 random(1);
  std::vector<std::array<std::int64_t, 5>> columns(firms);
  for (auto& firm : columns) firm = {static_cast<std::int64_t>(random() % 5000), static_cast<std::int64_t>(random() % 12), static_cast<std::int64_t>(random() % 20), static_cast<std::int64_t>(random() % 500), static_cast<std::int64_t>(random() % 100)};
  const auto& element = *policy.model->find("d");
  std::vector<feel::Value> slots(element.slots);
  std::size_t eligible = 0;
  const auto start = Clock::now();
  for (const auto& firm : columns) {
    feel::Run run;
    for (std::size_t i = 0; i < firm.size(); ++i) slots[i] = feel::Value(firm[i]);
    feel::Frame frame{slots, run};
    eligible += !feel::evaluate(*element.logic, frame).number()->is_zero();
  }
  const auto seconds = micros(start) / 1e6;
  fmt::print("one policy over {} firms, one core: {:.0f} firms/s, {} eligible\n", firms, firms / seconds, eligible);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "feel") return feel_figures(), 0;
  difference(7, 1'100);
  difference(10, 1'100);
  million_firms();
}
