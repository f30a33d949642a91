// Explanations as JSON and as words: of a trace, after the evaluation, never by a second one.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "rules/trace.h"

namespace jiaoji::rules {

// {"decisions":[{"decision","value","from":[{"name","value"}]}], "tables":[{"decision","hit_policy","inputs":[{"label","value"}],
//  "rules":[{"rule":1,"fired":true,"outputs":[…texts…],"source":{…},"annotations":[…],"failed":[{"input","test","saw","unknown"}]}]}]}
json::Value to_json(const Trace& trace);

// Lines for a terminal: the rules that fired, then those that failed in one cell only, each with its source.
std::string in_words(const Trace& trace, Language language);

json::Value to_json(const Source& source);
std::string in_words(const Source& source, Language language);  // "《办法》第三条（济南，2026-01-01 起）"; empty when there is none

}  // namespace jiaoji::rules
