#include "mobility/prepared.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/testing_worlds.h"
#include "mobility/timetable.h"

namespace jiaoji::mobility {
namespace {

// What a search sees of it.
bool same(const Network& a, const Network& b) {
  if (a.footpaths != b.footpaths || a.footpath_first != b.footpath_first || a.min_change != b.min_change || a.station != b.station || a.trip_order != b.trip_order || a.pattern_first != b.pattern_first) return false;
  const auto x = timetable_of(a, a.first_day, {}), y = timetable_of(b, b.first_day, {});
  return x && y && x->arrivals == y->arrivals && x->departures == y->departures && x->pattern_stops == y->pattern_stops && x->change == y->change;
}

RC_GTEST_PROP(Prepared, ComesBackAsItWas, ()) {
  const auto network = build_network({testing::random_feed()});
  RC_PRE(network.has_value());
  const auto bytes = write_prepared(*network, "files");
  const auto back = read_prepared(bytes, "files");
  RC_ASSERT(back.has_value());
  RC_ASSERT(same(*network, *back));
  RC_ASSERT(write_prepared(*back, "files") == bytes);
}

RC_GTEST_PROP(Prepared, AnyDamageOrOtherFilesAreRefused, ()) {
  const auto network = build_network({testing::random_feed()});
  RC_PRE(network.has_value());
  auto bytes = write_prepared(*network, "files");
  RC_ASSERT(!read_prepared(bytes, "other files").has_value());
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  RC_ASSERT(!read_prepared(std::string_view(bytes).substr(0, at), "files").has_value());
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << *rc::gen::inRange(0, 8)));
  RC_ASSERT(!read_prepared(bytes, "files").has_value());
}

}  // namespace
}  // namespace jiaoji::mobility
