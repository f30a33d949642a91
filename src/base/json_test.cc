#include "base/json.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/dice.h"
#include "base/json_readable.h"

namespace jiaoji::json {
namespace {

std::string key_of(std::string_view text, const Limits& limits = {}) {
  auto parsed = parse(text, limits);
  return parsed ? "ok" : parsed.error().key;
}

TEST(Json, RefusesWhatIsNotJson) {
  const struct { const char* name; std::string text; const char* key; } rows[] = {
      {"empty", "", "json.malformed"},
      {"trailing letter", R"({"a":1}x)", "json.malformed"},
      {"a fault in a field that nobody reads", R"({"id":1,"zz":tru})", "json.malformed"},
      {"a second value", R"({"a":1} {})", "json.trailing"},
      {"duplicate key", R"({"a":1,"a":2})", "json.duplicate_key"},
      {"duplicate key, spelled otherwise", R"({"a":1,"\u0061":2})", "json.duplicate_key"},
      {"NUL", R"(["\u0000"])", "json.nul"},
      {"lone surrogate", R"(["\ud800"])", "json.malformed"},
      {"not UTF-8", "[\"\xff\"]", "json.not_utf8"},
      {"overlong", "[\"\xc0\xaf\"]", "json.not_utf8"},
      {"byte order mark", "\xEF\xBB\xBF{}", "json.byte_order_mark"},
      {"UTF-16", std::string("{\0}\0", 4), "json.malformed"},
      {"number out of range", "[1e400]", "json.number_range"},
      {"plus sign", "[+1]", "json.malformed"},
      {"leading zero", "[01]", "json.malformed"},
      {"100,000 deep", std::string(100'000, '['), "json.too_deep"},
      {"65 deep", std::string(65, '[') + std::string(65, ']'), "json.too_deep"},
      {"64 deep is allowed", std::string(64, '[') + std::string(64, ']'), "ok"},
      {"brackets in a string do not count", "[\"" + std::string(100, '[') + "\"]", "ok"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(key_of(row.text), row.key);
  }
  EXPECT_EQ(key_of("[1,2,3]", {.bytes = 3}), "json.too_large");
}

TEST(Json, KeepsNumbersExact) {
  const auto whole = [](const char* text) { return parse(text)->number()->whole(); };
  EXPECT_EQ(whole("9007199254740993"), 9007199254740993);
  EXPECT_EQ(whole("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(whole("9223372036854775808"), std::nullopt);
  EXPECT_EQ(whole("1e2"), 100);
  EXPECT_EQ(whole("-0"), 0);
  EXPECT_EQ(whole("0.5"), std::nullopt);
  EXPECT_EQ(whole("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(whole("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(whole("1e300"), std::nullopt);
  EXPECT_EQ(whole("0e400"), 0);
  EXPECT_EQ(write(*parse("[0.1,36.65,1E5,-0]")), "[0.1,36.65,1E5,-0]");
}

TEST(Json, ScalesNumbersExactly) {
  const auto fen = [](const char* text) { return parse(text)->number()->scaled(2); };
  EXPECT_EQ(fen("12.34"), 1234);
  EXPECT_EQ(fen("12.3400"), 1234);
  EXPECT_EQ(fen("12.345"), std::nullopt);
  EXPECT_EQ(fen("1e2"), 10000);
  EXPECT_EQ(fen("1.5E+1"), 1500);
  EXPECT_EQ(fen("1234e-2"), 1234);
  EXPECT_EQ(fen("-0.00"), 0);
  EXPECT_EQ(fen("-0.01"), -1);
  EXPECT_EQ(fen("90071992547409.93"), 9007199254740993);
  EXPECT_EQ(fen("99999999999999999.99"), std::nullopt);
}

RC_GTEST_PROP(Json, WritesWhatItReads, (const std::map<std::string, double>& members)) {
  Object object;
  for (const auto& [key, number] : members) {
    std::string name = key;
    std::erase_if(name, [](char c) { return c == 0 || static_cast<unsigned char>(c) >= 0x80; });
    object.set(name, number);
  }
  const auto text = write(Value(object));
  const auto again = parse(text);
  RC_ASSERT(again.has_value());
  RC_ASSERT(write(*again) == text);
  for (const auto& [key, value] : object.members) RC_ASSERT(again->find(key)->number()->value == value.number()->value);
}

TEST(Json, FieldsNameEveryFaultAtOnce) {
  const auto body = *parse(R"({"note":null,"title":5,"count":3.5,"extra":1,"side":"both"})");
  Fields in(body);
  in.text("title");
  in.integer("count", 0, 10);
  in.choice("side", {"need", "offer"});
  in.text("city");
  in.optional_text("note");
  const auto done = in.done();
  ASSERT_FALSE(done);
  std::vector<std::string> seen;
  for (const auto& where : done.error().where) seen.push_back(where.pointer + " " + where.key);
  EXPECT_EQ(seen, (std::vector<std::string>{"/title field.not_text", "/count field.not_whole", "/side field.not_a_choice", "/city field.missing", "/note field.null", "/extra field.unknown"}));
}

// JSONTestSuite (Nicolas Seriot): 95 files that must be read, 188 that must be refused.
TEST(Json, JsonTestSuite) {
  const char* shared = std::getenv("JIAOJI_SHARED");
  const auto folder = std::filesystem::path(shared ? shared : "../shared") / "data/JSONTestSuite/test_parsing";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "needs the shared data: JSONTestSuite";
  int accepted = 0, refused = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    const auto name = file.path().filename().string();
    const auto key = key_of(text.str(), {.depth = 512});
    if (name.starts_with("y_")) {
      // Two of the 95 hold what we refuse by rule, not as a syntax error: the NUL character and duplicate keys.
      const bool by_rule = key == "json.nul" || key == "json.duplicate_key";
      EXPECT_TRUE(key == "ok" || by_rule) << name << ": " << key;
      accepted += key == "ok" || by_rule;
    } else if (name.starts_with("n_")) {
      EXPECT_NE(key, "ok") << name;
      refused += key != "ok";
    }
  }
  EXPECT_EQ(accepted, 95);
  EXPECT_EQ(refused, 188);
}

// Values anyhow, about as deep as may be, with what the parser refuses among them: NUL, bytes that are no UTF-8, numbers no double holds,
// spellings that are none, keys that stand twice.
Value anything(Dice& dice, int depth) {
  static const std::vector<std::string> texts = {"", "a", "b", "甲", "\"\\\n[{", std::string(1, '\0'), "\xff", "\xed\xa0\x80", "\x01"};
  static const std::vector<std::string> numbers = {"0", "-1.5", "1e308", "1E+400", "-1e400", "1e-400", "0e999", "01", "+1", "NaN", std::string(400, '9'), "0." + std::string(400, '1')};
  const bool odd = dice.chance(0.01);
  const auto text = [&] { return texts[dice.below(odd ? texts.size() : 5)]; };
  if (depth > 0) {
    Value inside = anything(dice, depth - 1);
    if (dice.chance(0.5)) return dice.chance(0.5) ? Value(Array{std::move(inside)}) : Value(Array{1, std::move(inside), text()});
    Object out;
    out.members.emplace_back(text(), std::move(inside));
    const auto more = dice.chance(0.05) ? 20u : dice.below(3);
    for (std::size_t i = 0; i < more; ++i) out.members.emplace_back(dice.chance(0.02) ? text() : std::to_string(i), text());
    return out;
  }
  switch (dice.below(6)) {
    case 0: return nullptr;
    case 1: return true;
    case 2: return Array{};
    case 3: return Object{};
    case 4: return text();
    default: {
      Value out;
      out.data = Number{numbers[dice.below(odd ? numbers.size() : 3)], 0};
      return out;
    }
  }
}

RC_GTEST_PROP(Json, WhatCanBeReadIsWhatTheParserTakes, (std::uint32_t seed)) {
  Dice dice(seed);
  const int limit = static_cast<int>(dice.below(70));
  for (int i = 0; i < 30; ++i) {
    const auto value = anything(dice, std::max(0, limit - 3 + static_cast<int>(dice.below(5))));
    RC_ASSERT(can_be_read(value, limit) == parse(write(value), {.depth = limit}).has_value());
  }
}

}  // namespace
}  // namespace jiaoji::json
