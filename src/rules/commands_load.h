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

}  // namespace jiaoji::rules
