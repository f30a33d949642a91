#include <algorithm>

#include "mobility/gtfs_reading.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

void read_frequencies(Reading& r) {
  const auto table = r.open("frequencies.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto trip = t.column("trip_id"), start = t.column("start_time"), end = t.column("end_time"), headway = t.column("headway_secs"), exact = t.column("exact_times");
  struct Told { Frequency frequency; std::uint32_t line; };
  std::vector<Told> all;
  while (t.next()) {
    Frequency f;
    f.trip = r.refer(t, trip, r.trips, "trips.txt");
    t.required(start), t.required(end), t.required(headway);
    f.start = t.time(start), f.end = t.time(end);
    if (f.start != kNone && f.end != kNone && f.end <= f.start) t.error("gtfs.times_reversed", end, "结束时间不晚于开始时间（{}）", "ends no later than it starts ({})", t.text(start));
    f.headway = static_cast<Seconds>(t.integer(headway, 1, kTimeMax).value_or(0));
    f.exact = t.choice(exact, 0, 1) == 1;
    if (!t.faulty() && f.trip >= 0) all.push_back({f, static_cast<std::uint32_t>(t.line())});
  }
  std::ranges::stable_sort(all, {}, [](const Told& told) { return std::pair(told.frequency.trip, told.frequency.start); });
  std::uint32_t line = 0;  // of the one kept last
  for (const auto& [f, own] : all) {
    const auto* before = r.feed.frequencies.empty() ? nullptr : &r.feed.frequencies.back();
    if (before && before->trip == f.trip && f.start < before->end) {
      r.notices.error("gtfs.frequencies_overlap", {"frequencies.txt", own, "start_time", format_time_of_day(f.start)}, "与同一车次第 {} 行（到 {}）重叠；只用先开始的", "overlaps line {} of the same trip (until {}); the earlier one is used", line, format_time_of_day(before->end));
      continue;
    }
    r.feed.frequencies.push_back(f);
    line = own;
  }
}

}  // namespace jiaoji::mobility
