// A deadline as it is kept: the question, not its answer, so that its date is reckoned anew when the clock stands still, when it is extended,
// and when a calendar is published.
#pragma once

#include <string>

#include "casework/deadline.h"

namespace jiaoji::casework {

std::string keep(const Question& question);
// Error: casework.deadline, when it is none.
Result<Question> read_kept_deadline(std::string_view text);

// The clock stands still from `day` on, and runs again from `day` on. Twice is once.
void suspend(Question& question, Day day, const std::string& reason);
void resume(Question& question, Day day);

}  // namespace jiaoji::casework
