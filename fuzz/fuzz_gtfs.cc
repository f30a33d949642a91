// read_gtfs, read_rail_csv, Archive: any bytes as one table of a good feed, as a rail table, as a zip. What is read must be whole:
// every number points at a row, times never decrease, and without errors nothing is left out.
#include <cstdlib>

#include "base/archive.h"
#include "mobility/gtfs.h"
#include "mobility/rail_csv.h"
#include "mobility/testing.h"
#include "mobility/times.h"

using namespace jiaoji;
using namespace jiaoji::mobility;

namespace {

void expect(bool held) {
  if (!held) std::abort();
}

template <class T>
void expect_place(std::int32_t at, const std::vector<T>& in) {
  expect(at >= 0 && static_cast<std::size_t>(at) < in.size());
}

void expect_whole(const ReadFeed& read) {
  const auto& feed = read.feed;
  expect(read.errors + read.warnings + read.notes >= read.notices.size());
  for (const auto& stop : feed.stops) {
    expect(stop.at.lat >= -90 && stop.at.lat <= 90 && stop.at.lon >= -180 && stop.at.lon <= 180);
    if (stop.parent != kNone) expect_place(stop.parent, feed.stops);
  }
  for (const auto& service : feed.services) expect(service.runs.empty() || (service.runs.front() && service.runs.back()));
  for (const auto& trip : feed.trips) {
    expect_place(trip.route, feed.routes);
    expect_place(trip.service, feed.services);
    expect(trip.count >= 2 && std::size_t(trip.first) + trip.count <= feed.stop_times.size());
    for (auto i = trip.first; i < trip.first + trip.count; ++i) {
      const auto& at = feed.stop_times[i];
      expect_place(at.stop, feed.stops);
      expect(at.arrival >= 0 && at.arrival <= at.departure && at.departure <= kTimeMax);
      expect(i == trip.first || feed.stop_times[i - 1].departure <= at.arrival);
    }
  }
  for (const auto& f : feed.frequencies) expect_place(f.trip, feed.trips), expect(f.start < f.end && f.headway > 0);
  for (const auto& t : feed.transfers) expect_place(t.from, feed.stops), expect_place(t.to, feed.stops);
  for (const auto& p : feed.pathways) expect_place(p.from, feed.stops), expect_place(p.to, feed.stops), expect(p.seconds >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  static const Tables good = good_tables();
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto which = data[0] % (good.size() + 2);
  if (which == good.size()) {
    if (const auto read = read_rail_csv("rail.csv", bytes, {.skip_faulty = true, .check_all = true})) expect_whole(*read);
  } else if (which > good.size()) {
    auto archive = Archive::of_bytes(bytes, {.entry_bytes = 1u << 20, .total_bytes = 4u << 20});
    if (!archive) return 0;
    for (const auto& entry : archive->entries()) (void)archive->read(entry.name);
  } else {
    auto tables = good;
    std::next(tables.begin(), static_cast<std::ptrdiff_t>(which))->second = bytes;
    const auto lenient = read_gtfs(files_of(tables), {.skip_faulty = true, .check_all = true});
    expect(lenient.has_value());
    expect_whole(*lenient);
    const auto strict = read_gtfs(files_of(tables), {});
    expect(!strict || strict->trips_left_out == 0 || strict->notes > 0);
  }
  return 0;
}
