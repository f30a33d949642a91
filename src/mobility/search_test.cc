#include "mobility/search.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/testing_worlds.h"
#include "mobility/window.h"

namespace jiaoji::mobility {
namespace {

using testing::World;

// One trip as it runs, straight from the feed.
struct Plain {
  std::vector<StopTime> calls;
};

std::vector<Plain> plain_trips(const Feed& feed, Day day, bool service_day_only) {
  std::vector<Plain> out;
  for (std::size_t t = 0; t < feed.trips.size(); ++t) {
    const auto& trip = feed.trips[t];
    for (int d = service_day_only ? 0 : -1; d <= (service_day_only ? 0 : 1); ++d) {
      if (!feed.services[static_cast<std::size_t>(trip.service)].on(day + d)) continue;
      std::vector<Seconds> shifts;
      bool by_frequency = false;
      for (const auto& f : feed.frequencies) {
        if (static_cast<std::size_t>(f.trip) != t) continue;
        by_frequency = true;
        for (Seconds s = f.start; s < f.end; s += f.headway) shifts.push_back(s - feed.stop_times[trip.first].departure + d * kDaySeconds);
      }
      if (!by_frequency) shifts.push_back(d * kDaySeconds);
      for (const auto shift : shifts) {
        Plain plain;
        for (std::uint32_t i = 0; i < trip.count; ++i) {
          auto call = feed.stop_times[trip.first + i];
          call.arrival += shift, call.departure += shift;
          plain.calls.push_back(call);
        }
        if (plain.calls.back().arrival >= 0 || d >= 0) out.push_back(plain);
      }
    }
  }
  return out;
}

struct Truth {
  std::vector<Seconds> arrival;
  std::vector<int> rides;
};

// Tries every trip from every stop to every later stop, once for each number of rides.
Truth brute_force(const Timetable& timetable, const std::vector<Plain>& trips, std::int32_t origin, Seconds depart) {
  const auto n = timetable.stops;
  Truth out{std::vector<Seconds>(n, kNever), std::vector<int>(n, 0)};
  std::vector<Seconds> ready(n, kNever), ride(n, kNever);
  ride[static_cast<std::size_t>(origin)] = depart;
  ready[static_cast<std::size_t>(origin)] = depart;
  const auto arrive = [&](std::int32_t s, Seconds at, int rides) {
    if (at < out.arrival[static_cast<std::size_t>(s)]) out.arrival[static_cast<std::size_t>(s)] = at, out.rides[static_cast<std::size_t>(s)] = rides;
  };
  arrive(origin, depart, 0);
  for (const auto& path : timetable.footpaths_of(origin)) {
    arrive(path.to, depart + path.seconds, 0);
    ready[static_cast<std::size_t>(path.to)] = std::min(ready[static_cast<std::size_t>(path.to)], depart + path.seconds);
  }
  for (int rides = 1; rides <= 40; ++rides) {
    std::vector<Seconds> now(n, kNever);
    for (const auto& trip : trips) {
      for (std::size_t i = 0; i < trip.calls.size(); ++i) {
        if (!trip.calls[i].pickup || ready[static_cast<std::size_t>(trip.calls[i].stop)] > trip.calls[i].departure) continue;
        for (std::size_t j = i + 1; j < trip.calls.size(); ++j) {
          if (trip.calls[j].drop_off) now[static_cast<std::size_t>(trip.calls[j].stop)] = std::min(now[static_cast<std::size_t>(trip.calls[j].stop)], trip.calls[j].arrival);
        }
      }
    }
    std::vector<Seconds> next = ready;
    for (std::int32_t s = 0; s < static_cast<std::int32_t>(n); ++s) {
      const auto at = now[static_cast<std::size_t>(s)];
      if (at == kNever) continue;
      arrive(s, at, rides);
      next[static_cast<std::size_t>(s)] = std::min(next[static_cast<std::size_t>(s)], at + timetable.change[static_cast<std::size_t>(s)]);
      for (const auto& path : timetable.footpaths_of(s)) {
        arrive(path.to, at + path.seconds, rides);
        next[static_cast<std::size_t>(path.to)] = std::min(next[static_cast<std::size_t>(path.to)], at + path.change);
      }
    }
    ready = next;
  }
  return out;
}

TimetableOptions random_options() {
  TimetableOptions options;
  options.service_day_only = *rc::gen::arbitrary<bool>();
  options.walking = *rc::gen::arbitrary<bool>();
  options.min_change_default = *rc::gen::inRange(0, 4) * 60;
  if (*rc::gen::inRange(0, 3) == 0) options.min_change_everywhere = *rc::gen::inRange(0, 4) * 60;
  options.change_buffer = *rc::gen::inRange(0, 3) * 60;
  return options;
}

struct Question {
  Network network;
  Timetable timetable;
  std::vector<Plain> trips;
  std::int32_t origin = 0;
  Seconds depart = 0;
};

Question random_question() {
  auto network = build_network({testing::random_feed()});
  while (!network) network = build_network({testing::random_feed()});
  Question out{.network = *std::move(network)};
  const auto options = random_options();
  const Day day = *rc::gen::inRange<Day>(out.network.first_day, out.network.last_day + 1);
  out.timetable = *timetable_of(out.network, day, options);
  out.trips = plain_trips(out.network.feed, day, options.service_day_only);
  out.origin = *rc::gen::inRange(0, static_cast<int>(out.timetable.stops));
  out.depart = *rc::gen::inRange(0, 25) * 60 + (*rc::gen::inRange(0, 6) == 0 ? kDaySeconds : 0);
  return out;
}

RC_GTEST_PROP(Search, EqualsBruteForce, ()) {
  const auto q = random_question();
  const auto truth = brute_force(q.timetable, q.trips, q.origin, q.depart);
  Search search(q.timetable);
  const Access start{.stop = q.origin};
  for (int pass = 0; pass < 2; ++pass) {  // the second with used memory
    search.run({&start, 1}, q.depart);
    for (std::int32_t s = 0; s < static_cast<std::int32_t>(q.timetable.stops); ++s) {
      RC_ASSERT(search.arrival(s) == truth.arrival[static_cast<std::size_t>(s)]);
      if (search.arrival(s) != kNever) RC_ASSERT(search.changes(s) == std::max(0, truth.rides[static_cast<std::size_t>(s)] - 1));
    }
  }
}

RC_GTEST_PROP(Search, LegsReallyRun, ()) {
  const auto q = random_question();
  Search search(q.timetable);
  const Access start{.stop = q.origin};
  search.run_with_legs({&start, 1}, q.depart);
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(q.timetable.stops); ++s) {
    if (search.arrival(s) == kNever || s == q.origin) continue;
    const auto legs = search.legs(s);
    RC_ASSERT(!legs.empty());
    RC_ASSERT(legs.front().from == q.origin);
    RC_ASSERT(legs.back().to == s);
    Seconds ready = q.depart, arrived = q.depart;
    bool rode = false;
    int rides = 0;
    for (std::size_t i = 0; i < legs.size(); ++i) {
      const auto& leg = legs[i];
      if (i) RC_ASSERT(legs[i - 1].to == leg.from);
      if (leg.on_foot) {
        if (i) RC_ASSERT(!legs[i - 1].on_foot);
        const auto paths = q.timetable.footpaths_of(leg.from);
        const auto path = std::ranges::find(paths, leg.to, &Footpath::to);
        RC_ASSERT(path != paths.end());
        ready = arrived + (rode ? path->change : path->seconds);
        arrived += path->seconds;
        continue;
      }
      ++rides;
      bool runs = false;
      for (const auto& trip : q.trips) {
        for (std::size_t a = 0; a < trip.calls.size() && !runs; ++a) {
          if (trip.calls[a].stop != leg.from || trip.calls[a].departure != leg.departure || !trip.calls[a].pickup) continue;
          for (std::size_t b = a + 1; b < trip.calls.size(); ++b) runs = runs || (trip.calls[b].stop == leg.to && trip.calls[b].arrival == leg.arrival && trip.calls[b].drop_off);
        }
      }
      RC_ASSERT(runs);
      RC_ASSERT(leg.departure >= ready);
      arrived = leg.arrival;
      ready = arrived + q.timetable.change[static_cast<std::size_t>(leg.to)];
      rode = true;
    }
    RC_ASSERT(arrived == search.arrival(s));
    RC_ASSERT(std::max(0, rides - 1) == search.changes(s));
  }
}

RC_GTEST_PROP(Search, ForwardAndBackwardAgree, ()) {
  const auto q = random_question();
  Search search(q.timetable);
  const auto back = reverse(q.timetable);
  Search backward(back);
  const auto target = *rc::gen::inRange(0, static_cast<int>(q.timetable.stops));
  const Seconds by = q.depart + *rc::gen::inRange(0, 40) * 60;
  const Access end{.stop = target};
  backward.run({&end, 1}, -by);
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(q.timetable.stops); ++s) {
    const Access start{.stop = s};
    if (backward.arrival(s) == kNever) continue;
    const Seconds latest = -backward.arrival(s);
    search.run({&start, 1}, latest);
    RC_ASSERT(search.arrival(target) <= by);
    search.run({&start, 1}, latest + 60);
    RC_ASSERT(search.arrival(target) > by);
  }
}

RC_GTEST_PROP(Search, ALargerLimitContainsTheSmaller, ()) {
  const auto q = random_question();
  Search search(q.timetable);
  const Access start{.stop = q.origin};
  search.run({&start, 1}, q.depart);
  std::vector<Seconds> all;
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(q.timetable.stops); ++s) all.push_back(search.arrival(s));
  const Seconds limit = *rc::gen::inRange(0, 40) * 60;
  search.run({&start, 1}, q.depart, {.latest = q.depart + limit});
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(q.timetable.stops); ++s) {
    RC_ASSERT(search.arrival(s) == (all[static_cast<std::size_t>(s)] <= q.depart + limit ? all[static_cast<std::size_t>(s)] : kNever));
  }
}

RC_GTEST_PROP(Window, EqualsOneSearchForEachMinute, ()) {
  const auto q = random_question();
  Search search(q.timetable);
  std::vector<Access> starts{{.stop = q.origin}};
  if (*rc::gen::inRange(0, 3) == 0) starts.push_back({.stop = *rc::gen::inRange(0, static_cast<int>(q.timetable.stops)), .seconds = 120, .on_foot = true});
  const Seconds to = q.depart + *rc::gen::inRange(1, 20) * 60;
  const auto window = profile(q.timetable, search, starts, q.depart, to);
  for (Seconds time = q.depart; time <= to; time += 60) {
    search.run(starts, time);
    for (std::int32_t s = 0; s < static_cast<std::int32_t>(q.timetable.stops); ++s) RC_ASSERT(window.arrival(s, time) == search.arrival(s));
  }
}

RC_GTEST_PROP(Search, MoreServiceNeverShrinksACircle, ()) {
  auto feed = testing::random_feed();
  const auto options = random_options();
  const auto full = build_network({feed});
  RC_PRE(full.has_value());
  feed.frequencies.clear();
  auto fewer_feed = feed;
  fewer_feed.trips.pop_back();
  const auto more = build_network({feed}), fewer = build_network({fewer_feed});
  RC_PRE(more.has_value() && fewer.has_value());
  RC_PRE(fewer->first_day == 0);
  const auto a = *timetable_of(*more, 0, options), b = *timetable_of(*fewer, 0, options);
  Search with(a), without(b);
  const Access start{};
  with.run({&start, 1}, 0);
  without.run({&start, 1}, 0);
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(a.stops); ++s) RC_ASSERT(with.arrival(s) <= without.arrival(s));
}

TEST(Search, TheFasterOfTwoTripsThatOvertakeIsTaken) {
  World world;
  world.trip({{"A", "08:00"}, {"B", "09:00"}}).trip({{"A", "08:10"}, {"B", "08:30"}});
  const auto network = world.network();
  const auto timetable = *timetable_of(network, 0, {});
  EXPECT_EQ(timetable.patterns.size(), 2u);
  Search search(timetable);
  const Access start{.stop = 0};
  search.run({&start, 1}, *parse_time("08:00"));
  EXPECT_EQ(search.arrival(1), *parse_time("08:30"));
}

TEST(Search, AChangeNeedsItsTime) {
  World world;
  world.trip({{"A", "08:00"}, {"B", "08:30"}}).trip({{"B", "08:31"}, {"C", "09:00"}}).trip({{"B", "08:40"}, {"C", "09:10"}});
  const auto network = world.network();
  const Access start{.stop = 0};
  struct Row { const char* name; TimetableOptions options; const char* arrival; };
  const Row rows[] = {
      {"one minute is enough", {.min_change_default = 60}, "09:00"},
      {"two minutes are not", {.min_change_default = 120}, "09:10"},
      {"a buffer makes it safer", {.min_change_default = 60, .change_buffer = 60}, "09:10"},
      {"everywhere wins over the default", {.min_change_default = 120, .min_change_everywhere = 0}, "09:00"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto timetable = *timetable_of(network, 0, row.options);
    Search search(timetable);
    search.run({&start, 1}, *parse_time("08:00"));
    EXPECT_EQ(search.arrival(2), *parse_time(row.arrival));
    EXPECT_EQ(search.changes(2), 1);
  }
}

TEST(Search, TripsOfYesterdayStillRunAfterMidnight) {
  World world;
  world.trip({{"A", "23:50"}, {"B", "24:20"}, {"C", "24:40"}});
  const auto network = world.network(2);
  const Access start{.stop = 1};
  const auto both = *timetable_of(network, 1, {});
  Search search(both);
  search.run({&start, 1}, *parse_time("00:10"));
  EXPECT_EQ(search.arrival(2), *parse_time("00:40"));
  const auto alone = *timetable_of(network, 1, {.service_day_only = true});
  Search today(alone);
  today.run({&start, 1}, *parse_time("00:10"));
  EXPECT_EQ(today.arrival(2), *parse_time("24:40"));
}

TEST(Timetable, ADateOutsideIsRefusedWithTheDatesThatAreCovered) {
  World world;
  world.trip({{"A", "08:00"}, {"B", "09:00"}});
  const auto network = world.network(3);
  const auto none = timetable_of(network, 3, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().key, "mobility.no_service");
  EXPECT_NE(none.error().detail.en.find("1970-01-01 to 1970-01-03"), std::string::npos);
}

}  // namespace
}  // namespace jiaoji::mobility
