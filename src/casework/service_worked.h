// Plays worked cases by the real service, on a store of their own that is gone afterwards: dates, handover between cities, timers and what
// is refused are those of a real case. A person of each role and city does what is his; nobody does more.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace jiaoji::casework {

struct Played {
  std::string title;
  std::vector<Text> differences;  // none: as it should be
};

// `file`: programs/<id>/cases/x.toml. The procedures are those of its program, the decision tables those of all programs beside it, places
// those of the sample region, the calendar the shipped one. The last one is of the file's figures, where it has any.
// Errors: cases.file, with file, line and field; those of a procedure or table that cannot be put in force.
Result<std::vector<Played>> play_worked(const std::string& file);

}  // namespace jiaoji::casework
