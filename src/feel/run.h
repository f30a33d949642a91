// One evaluation: its budget, and what was noticed on the way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "feel/temporal.h"

namespace jiaoji::feel {

// Limits of one evaluation. A step is a node that is evaluated or an element that is made.
struct Limits {
  std::uint64_t steps = 5'000'000;
  int depth = 400;                         // calls within calls
  std::size_t text_bytes = 16u << 20;      // one string
  std::uint64_t made_bytes = 256ull << 20; // all strings together
};

// Why something is null: FEEL goes on with null where other languages stop.
struct Note {
  Text text;
  std::uint32_t at = 0;  // byte of the source, where known
};

// Who watches a run: rules/ keeps the trace of its tables.
struct Observer {
  virtual ~Observer() = default;
};

struct Run {
  Limits limits = {};
  Observer* observer = nullptr;
  DateTime now = {};  // what now() and today() answer: the caller's clock
  std::uint64_t steps = 0, made_bytes = 0;
  int depth = 0;
  const char* stopped = nullptr;  // the limit that was reached; everything is null from then on
  std::vector<Note> notes;        // at most kNotesMax

  bool step(std::uint64_t count = 1) {
    steps += count;
    if (steps > limits.steps && !stopped) stopped = "steps";
    return !stopped;
  }
  bool make(std::size_t bytes) {
    made_bytes += bytes;
    if (!stopped && (bytes > limits.text_bytes || made_bytes > limits.made_bytes)) stopped = "text";
    return !stopped;
  }
  void note(Text text, std::uint32_t at = 0) {
    if (notes.size() < kNotesMax) notes.push_back({std::move(text), at});
  }
  // The error of a run that was stopped: feel.limit, which limit and how much it is.
  Error limit_error() const;

  static constexpr std::size_t kNotesMax = 20;
};

}  // namespace jiaoji::feel
