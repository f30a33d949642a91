#include "casework/deadline_kept.h"

#include <gtest/gtest.h>

#include "casework/calendar_testing.h"

namespace jiaoji::casework {
namespace {

// Stopped and started again on the days given; "" leaves it out. The date that comes out, after it was kept and read.
std::string due_after(const char* stopped, const char* started, const char* again = "") {
  Question question{.rule = {.amount = 3}, .start = {on("2026-11-16")}};
  suspend(question, on(stopped), "补正");
  if (*started) resume(question, on(started));
  if (*again) suspend(question, on(again), "补正");
  const auto kept = read_kept_deadline(keep(question));
  if (!kept) return kept.error().key;
  const auto answer = due(calendar(), *kept);
  if (!answer) return answer.error().key;
  return answer->due ? format_day(*answer->due) : "stopped";
}

TEST(DeadlineKept, StopsAndGoesOn) {
  const struct { const char *name, *stopped, *started, *again, *due; } rows[] = {
      {"while it stands still there is no date", "2026-11-17", "", "", "stopped"},
      {"two days left out", "2026-11-17", "2026-11-19", "", "2026-11-23"},
      {"supplied on the day it was asked for: nothing is left out", "2026-11-17", "2026-11-17", "", "2026-11-19"},
      {"and asked for again on that day", "2026-11-17", "2026-11-17", "2026-11-17", "stopped"},
      {"stopped again on the day it went on", "2026-11-17", "2026-11-18", "2026-11-18", "stopped"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(due_after(row.stopped, row.started, row.again), row.due);
  }
}

}  // namespace
}  // namespace jiaoji::casework
