// A decision table as JSON: what the API shows of a table, and what the page sends back when an officer has edited it.
#pragma once

#include <string>

#include "base/json.h"
#include "rules/model.h"

namespace jiaoji::rules {

inline constexpr std::size_t kCellMax = 4'000;        // characters of one cell or clause text
inline constexpr std::size_t kClausesMax = 200;       // columns of one kind
inline constexpr std::size_t kTableFaultsMax = 100;   // told at once

// {"hit_policy","aggregation","inputs":[{"label","expression","type","allowed"}],"outputs":[{"label","name","type","allowed","otherwise"}],
//  "annotations":[…],"rules":[{"id","tests":[…],"outputs":[…],"annotations":[…],"source":{…}|null}]}
json::Value to_json(const Table& table);

// The same shape back. Of a clause only what is not empty must be there; of a rule its tests and outputs. Errors: request.invalid with a JSON
// pointer each that begins with `pointer` (a member that is missing, unknown or of the wrong type; a rule that is ragged; too many).
Result<Table> read_table(const json::Value& value, const std::string& pointer);

}  // namespace jiaoji::rules
