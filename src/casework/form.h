// What people answer to a procedure's questions, checked against what was asked.
#pragma once

#include "base/json.h"
#include "casework/procedure.h"
#include "casework/state.h"

namespace jiaoji::casework {

inline constexpr std::size_t kAnswerBytesMax = 20'000;
inline constexpr std::size_t kVariablesMax = 200;
inline constexpr int kAnswerDepthMax = 16;

// A JSON object of answers as variables. With a form: each field of its type, the required ones given, nothing else; without one, any
// values. Error: request.invalid with a Where for each field, below `pointer`.
int depth_of(const json::Value& value);  // 0 of what holds nothing
Result<Variables> read_answers(const json::Object& in, const std::vector<FormField>& form, const std::string& pointer);

}  // namespace jiaoji::casework
