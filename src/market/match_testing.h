// For tests: a small market drawn in the test itself.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "market/market.h"

namespace jiaoji::market::testing_ {

// One program "test": the need asks for a quantity and a longest lead time, the offer has a capacity and a lead time.
struct World {
  World() : program(make()), market({program}) {}

  static std::shared_ptr<const Program> make() {
    constexpr const char* kProgram = R"(
id = "test"
label = { zh = "试", en = "test" }
[need]
label = { zh = "需", en = "need" }
[[need.field]]
id = "quantity"
type = "number"
unit = "件"
label = { zh = "数量", en = "quantity" }
[[need.field]]
id = "lead_max"
type = "number"
unit = "天"
label = { zh = "最长交期", en = "longest lead time" }
[offer]
label = { zh = "供", en = "offer" }
[[offer.field]]
id = "capacity"
type = "number"
unit = "件"
label = { zh = "产能", en = "capacity" }
[[offer.field]]
id = "lead"
type = "number"
unit = "天"
label = { zh = "交期", en = "lead time" }
[[condition]]
id = "capacity"
test = "at_least"
need = "quantity"
offer = "capacity"
label = { zh = "产能够用", en = "enough" }
[[condition]]
id = "lead"
test = "at_most"
need = "lead_max"
offer = "lead"
label = { zh = "来得及", en = "in time" }
[[part]]
id = "text"
kind = "text"
weight = 1.0
label = { zh = "文字", en = "words" }
[[part]]
id = "memory"
kind = "memory"
weight = 0.4
label = { zh = "记忆", en = "memory" }
[[part]]
id = "near"
kind = "same_place"
weight = 0.1
label = { zh = "同城", en = "place" }
[[stage]]
id = "introduced"
label = { zh = "引荐", en = "introduced" }
)";
    auto parsed = parse_program(kProgram, "test.toml");
    if (!parsed) throw std::runtime_error(parsed.error().detail.en);
    return std::make_shared<const Program>(*std::move(parsed));
  }

  Listing listing(Side side, std::string id, std::string party, std::string city, std::string title, std::string text, Visibility visibility = Visibility::region,
                  std::vector<FieldValue> fields = {}) const {
    Listing l{.id = std::move(id), .program = "test", .side = side, .party = std::move(party), .city = std::move(city), .visibility = visibility, .title = std::move(title), .text = std::move(text)};
    l.fields = std::move(fields);
    l.fields.resize(2);
    return l;
  }
  Listing need(std::string text) const { return listing(Side::need, "", "", "", "", std::move(text)); }
  void put(Listing l) { apply({Upsert{std::move(l)}}); }
  void offer(std::string id, std::string party, std::string city, std::string title, std::string text, Visibility visibility = Visibility::region, std::vector<FieldValue> fields = {}) {
    put(listing(Side::offer, std::move(id), std::move(party), std::move(city), std::move(title), std::move(text), visibility, std::move(fields)));
  }
  void apply(std::vector<Change> changes) {
    if (const auto done = market.apply(changes); !done) throw std::runtime_error(done.error().detail.en);
  }
  MatchAnswer ask(const Listing& need, Viewer viewer = {.signed_in = true}, int top = 10) {
    auto answer = match(*market.snapshot(), {.asking = need, .viewer = std::move(viewer), .top = top});
    if (!answer) throw std::runtime_error(answer.error().detail.en);
    return *std::move(answer);
  }

  std::shared_ptr<const Program> program;
  Market market;
};

}  // namespace jiaoji::market::testing_
