// Models from files: a model and, from the same folder, what it imports.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "rules/compile.h"

namespace jiaoji::rules {

// Reads FILE and the models of its imports (by location, else by namespace among the .dmn files beside it), and compiles them.
// Errors: file.cannot_open, those of read_model (with the file's name), model.import_missing, those of Compiled::of.
Result<std::shared_ptr<const Compiled>> load_model(const std::string& path);

// A cell as people write it: 12, 是, 2026-03-01, 普通审批; a list or a context as FEEL.
feel::Value value_of_cell(const std::string& cell);

// One case a row (CSV or .xlsx, columns by the names of facts) or a line (.jsonl). Error: with the line of a bad one.
Result<std::vector<feel::Context>> read_cases(const std::string& path);

}  // namespace jiaoji::rules
