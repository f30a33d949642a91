// For tests: named rows of procedures that are played, and what must come of each (casework/testing.h).
#pragma once

#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "casework/testing.h"

namespace jiaoji::casework::bpmn {

struct Row {
  const char* name;
  string inside, words, expected;
};
inline void check(std::span<const Row> rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    try {
      EXPECT_EQ(play(row.inside, row.words), row.expected);
    } catch (const std::exception& bug) {
      ADD_FAILURE() << bug.what();
    }
  }
}

}  // namespace jiaoji::casework::bpmn
