// What check and diff found, as JSON: for the command line and the API.
#pragma once

#include "base/json.h"
#include "rules/analyse.h"

namespace jiaoji::rules {

// {"outcome":"clean|found|unknown","overlaps":[{"rules":[1,2],"where":{input: tests},"example":{input: value}}],
//  "gaps":[{"where","example"}],"shadowed":[3],"why":…,"note":…}; rules count from 1.
json::Value to_json(const Check& check, Language language);

// {"outcome":"equal|different|unknown","witness":{"input","facts","output_a","output_b","rule_a","rule_b"},
//  "differences":[{"where","example","facts","a":{"output","rule","rules"},"b":{…}}],"all":…,"why":…,"note":…}; "rules" are those that match,
// of tables that collect.
json::Value to_json(const Diff& diff, const Table& a, const Table& b, Language language);

}  // namespace jiaoji::rules
