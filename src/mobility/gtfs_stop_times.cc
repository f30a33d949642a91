#include <algorithm>
#include <cmath>

#include "mobility/gtfs_reading.h"
#include "mobility/speed.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

// A row of stop_times.txt, 28 bytes: half a million of them stand beside the file's bytes until the trips are put together.
struct Row {
  std::int32_t trip, sequence, stop;
  Seconds arrival, departure;  // kNone: blank
  std::uint32_t line;
  bool pickup : 1, drop_off : 1;
};

struct Rows {
  std::vector<Row> rows;
  std::vector<float> along;    // shape_dist_traveled, NaN where blank; empty when the file has no such column
  bool in_order = true;        // each trip stands in one piece, its sequence rising
};

struct Columns {
  Column trip, arrival, departure, stop, sequence, pickup, drop_off, timepoint, along, location, group, window;
  explicit Columns(const Table& t)
      : trip(t.column("trip_id")), arrival(t.column("arrival_time")), departure(t.column("departure_time")), stop(t.column("stop_id")), sequence(t.column("stop_sequence")),
        pickup(t.column("pickup_type")), drop_off(t.column("drop_off_type")), timepoint(t.column("timepoint")), along(t.column("shape_dist_traveled")),
        location(t.column("location_id")), group(t.column("location_group_id")), window(t.column("start_pickup_drop_off_window")) {}
};

// The trip of a row, looked up only where it changes. A trip that was left out is passed over in silence.
struct Current { std::string id; std::int32_t trip = kNone; };  // a copy: a cell with doubled quotes goes with its row

void find_trip(Reading& r, Table& t, Column column, Current& current) {
  const auto id = t.required(column);
  if (id == current.id && !id.empty() && current.trip != kNone) return;
  current.id = id;
  current.trip = id.empty() ? kNone : r.trips.find(id).at;
  if (current.trip == kNone && !id.empty()) t.error("gtfs.reference_missing", column, "trips.txt 里没有 trip_id“{}”", "there is no trip_id \"{}\" in trips.txt", id);
}

// Rows on demand (no fixed stop or no fixed time) are GTFS, but no timetable: the trip is left out and said once a row.
bool is_flexible(Reading& r, Table& t, const Columns& c) {
  for (const auto column : {c.location, c.group, c.window}) {
    if (!column || t.text(column).empty()) continue;
    r.notices.note("gtfs.flexible", t.at(column), "按需停靠（GTFS-Flex）的车次不计入", "a trip on demand (GTFS-Flex) is left out");
    return true;
  }
  return false;
}

void check_times(Reading& r, Table& t, const Columns& c, Row& row) {
  if (row.arrival != kNone && row.departure != kNone) {
    if (row.departure < row.arrival) t.error("gtfs.departure_before_arrival", c.departure, "发车早于到达（{}）；过了午夜要写 24 时以上", "departs before it arrives ({}); after midnight write hours from 24 on", t.text(c.arrival));
    return;
  }
  if (row.arrival == kNone && row.departure == kNone) {
    if (t.text(c.timepoint) == "1") r.notices.warning("gtfs.timepoint_without_times", t.at(c.timepoint), "timepoint 为 1 却没有时刻；按前后站推算", "timepoint is 1, but there is no time; it was worked out from its neighbours");
    return;
  }
  if (t.faulty()) return;
  r.notices.warning("gtfs.one_time_only", t.at(row.arrival == kNone ? c.arrival : c.departure), "到达和发车只写了一个；两者按同一时刻读", "only one of arrival and departure is given; it was read as both");
  (row.arrival == kNone ? row.arrival : row.departure) = row.arrival == kNone ? row.departure : row.arrival;
}

void read_row(Reading& r, Table& t, const Columns& c, std::int32_t trip, Rows& into) {
  Row row{};
  row.trip = trip;
  row.line = static_cast<std::uint32_t>(t.line());
  const bool flexible = (c.location || c.group || c.window) && is_flexible(r, t, c);
  if (!flexible) {
    row.stop = r.refer(t, c.stop, r.stops, "stops.txt");
    if (row.stop >= 0) {
      r.stop_used[static_cast<std::size_t>(row.stop)] = true;
      const auto type = r.feed.stops[static_cast<std::size_t>(row.stop)].type;
      if (type != LocationType::stop) t.error("gtfs.stop_type", c.stop, "“{}”的 location_type 是 {}，车次只能停在 0（站点、站台）", "\"{}\" has location_type {}; trips call at 0 only (a stop or platform)", t.text(c.stop), static_cast<int>(type));
    } else if (row.stop == kLeftOut) {
      r.notices.note("gtfs.left_out_with", t.at(c.stop), "停靠的车站有错，车次一并略去", "left out with a stop that has an error");
    }
    row.arrival = t.time(c.arrival);
    row.departure = t.time(c.departure);
    check_times(r, t, c, row);
  }
  t.required(c.sequence);
  row.sequence = static_cast<std::int32_t>(t.integer(c.sequence, 0, INT32_MAX).value_or(0));
  row.pickup = t.choice(c.pickup, 0, 3) != 1;
  row.drop_off = t.choice(c.drop_off, 0, 3) != 1;
  if (c.timepoint) (void)t.choice(c.timepoint, 1, 1);
  const auto along = c.along ? t.number(c.along, 0, 1e9) : std::nullopt;
  if (t.faulty() || flexible || row.stop < 0) return r.trip_faulty[static_cast<std::size_t>(trip)] = true, void();
  if (!into.rows.empty()) {
    const auto& before = into.rows.back();
    into.in_order &= before.trip == trip ? before.sequence < row.sequence : !r.trip_seen[static_cast<std::size_t>(trip)];
  }
  r.trip_seen[static_cast<std::size_t>(trip)] = true;
  into.rows.push_back(row);
  if (c.along) into.along.push_back(along ? static_cast<float>(*along) : NAN);
}

void sort(Rows& rows) {
  std::vector<std::uint32_t> order(rows.rows.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return std::pair(rows.rows[i].trip, rows.rows[i].sequence); });
  Rows sorted;
  sorted.rows.reserve(order.size());
  for (const auto i : order) {
    sorted.rows.push_back(rows.rows[i]);
    if (!rows.along.empty()) sorted.along.push_back(rows.along[i]);
  }
  rows = std::move(sorted);
}

// Places as unit vectors: a chord is cheap, and as long as the way over the ground as far as anything drives between two stops.
struct Unit { double x, y, z; };
Unit unit(geo::Point at) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double lat = at.lat * kRadians, lon = at.lon * kRadians;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}
double metres(const Unit& a, const Unit& b) {
  const double x = a.x - b.x, y = a.y - b.y, z = a.z - b.z;
  return geo::kEarthRadiusMetres * std::sqrt(x * x + y * y + z * z);
}

// Puts the rows of one trip together. False (told) when the trip has a fault.
class Assembly {
 public:
  explicit Assembly(Reading& r) : r_(r) {
    units_.reserve(r.feed.stops.size());
    for (const auto& stop : r.feed.stops) units_.push_back(unit(stop.at));
  }

  bool add(const Row* rows, std::size_t count, const float* along) {
    if (!check(rows, count)) return false;
    const bool blanks = std::any_of(rows, rows + count, [](const Row& row) { return row.arrival == kNone; });
    if (along) check_distance(rows, count, along);
    if (blanks) fill(rows, count, along);
    auto& trip = r_.feed.trips[static_cast<std::size_t>(rows[0].trip)];
    trip.first = static_cast<std::uint32_t>(r_.feed.stop_times.size());
    trip.count = static_cast<std::uint32_t>(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& row = rows[i];
      r_.feed.stop_times.push_back({row.stop, blanks ? arrival_[i] : row.arrival, blanks ? departure_[i] : row.departure, row.pickup, row.drop_off});
    }
    check_speed(trip, rows);
    return true;
  }

 private:
  template <class... A>
  bool fault(const Row& row, std::string_view field, const std::string& value, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, std::string_view key, const A&... args) {
    r_.notices.error(key, {"stop_times.txt", row.line, field, value}, zh, en, args...);
    return false;
  }

  bool check(const Row* rows, std::size_t count) {
    const auto& id = r_.feed.trips[static_cast<std::size_t>(rows[0].trip)].id;
    if (count < 2) return fault<std::string>(rows[0], "trip_id", id, "车次“{}”只有一站，至少要有两站", "the trip \"{}\" has one stop; it needs two", "gtfs.trip_too_short", id);
    for (std::size_t i = 1; i < count; ++i) {
      if (rows[i].sequence == rows[i - 1].sequence) {
        return fault<std::int32_t, std::uint32_t>(rows[i], "stop_sequence", std::to_string(rows[i].sequence), "stop_sequence {} 在第 {} 行已经有了；一个车次内要逐站增大",
                                                  "stop_sequence {} stands in line {} already; it rises from stop to stop", "gtfs.sequence_twice", rows[i].sequence, rows[i - 1].line);
      }
    }
    for (const auto* end : {&rows[0], &rows[count - 1]}) {
      if (end->arrival == kNone) return fault<>(*end, end == rows ? "departure_time" : "arrival_time", "", "首站和末站必须有时刻", "the first and the last stop must have times", "gtfs.edge_without_time");
    }
    const Row* before = &rows[0];
    for (std::size_t i = 1; i < count; ++i) {
      if (rows[i].arrival == kNone) continue;
      if (rows[i].arrival < before->departure) {
        const auto left = format_time_of_day(before->departure);
        return fault<std::string, std::uint32_t>(rows[i], "arrival_time", format_time_of_day(rows[i].arrival), "到达早于前一站的发车 {}（第 {} 行）；过了午夜要写 24 时以上",
                                                 "arrives before the last stop's departure at {} (line {}); after midnight write hours from 24 on", "gtfs.times_decrease", left, before->line);
      }
      before = &rows[i];
    }
    return true;
  }

  void check_distance(const Row* rows, std::size_t count, const float* along) {
    float far = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (along[i] < far) return r_.notices.warning("gtfs.distance_decreases", {"stop_times.txt", rows[i].line, "shape_dist_traveled"}, "shape_dist_traveled 比前一站小，应逐站增大", "shape_dist_traveled is less than at the stop before; it should grow");
      if (!std::isnan(along[i])) far = along[i];
    }
  }

  void fill(const Row* rows, std::size_t count, const float* along) {
    arrival_.clear(), departure_.clear();
    for (std::size_t i = 0; i < count; ++i) arrival_.push_back(rows[i].arrival), departure_.push_back(rows[i].departure);
    bool by_shape = along != nullptr;
    for (std::size_t i = 0; by_shape && i < count; ++i) by_shape = !std::isnan(along[i]) && (i == 0 || along[i] >= along[i - 1]);
    // Without distances the stops share the time evenly, as other routers do (OpenTripPlanner, R5), so that answers can be compared.
    along_.clear();
    for (std::size_t i = 0; i < count; ++i) along_.push_back(by_shape ? static_cast<double>(along[i] - along[0]) : static_cast<double>(i));
    interpolate(arrival_, departure_, along_);
  }

  // Between two known times, so that what was worked out is not blamed. Times in whole minutes get one for the rounding.
  void check_speed(const Trip& trip, const Row* rows) {
    const auto type = r_.feed.routes[static_cast<std::size_t>(trip.route)].type;
    const double most = speed_max_kmh(type) / 3.6;
    double way = 0;
    Seconds left = rows[0].departure;
    for (std::size_t i = 1; i < trip.count; ++i) {
      way += metres(units_[static_cast<std::size_t>(rows[i - 1].stop)], units_[static_cast<std::size_t>(rows[i].stop)]);
      if (rows[i].arrival == kNone) continue;
      const Seconds took = rows[i].arrival - left;
      const double allowed = took + (left % 60 == 0 && rows[i].arrival % 60 == 0 ? 60 : 1);
      if (way > most * allowed) {
        r_.notices.warning("gtfs.fast_travel", {"stop_times.txt", rows[i].line, "arrival_time", format_time_of_day(rows[i].arrival)},
                           "{:.1f} km 只用 {} 秒；类型 {} 的路线最快约 {} km/h。请检查时刻和车站坐标", "{:.1f} km in {} s; a route of type {} does some {} km/h at most. Check the times and where the stops lie",
                           way / 1000, took, type, speed_max_kmh(type));
        return;
      }
      way = 0;
      left = rows[i].departure;
    }
  }

  Reading& r_;
  std::vector<Unit> units_;
  std::vector<Seconds> arrival_, departure_;
  std::vector<double> along_;
};

// Trips with a fault go; the numbers of the others close up.
void drop_faulty(Reading& r) {
  std::vector<std::int32_t> moved(r.feed.trips.size(), kLeftOut);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < r.feed.trips.size(); ++i) {
    if (!r.trip_faulty[i] && r.feed.trips[i].count == 0) {
      r.notices.error("gtfs.trip_without_stops", {"trips.txt", r.trip_lines[i], "trip_id", r.feed.trips[i].id}, "车次“{}”在 stop_times.txt 里没有停站", "the trip \"{}\" has no stops in stop_times.txt", r.feed.trips[i].id);
      r.trip_faulty[i] = true;
    }
    if (r.trip_faulty[i]) { ++r.trips_left_out; continue; }
    moved[i] = static_cast<std::int32_t>(kept);
    if (kept != i) r.feed.trips[kept] = std::move(r.feed.trips[i]);
    ++kept;
  }
  r.feed.trips.resize(kept);
  r.trips.renumber(moved);
}

}  // namespace

void read_stop_times(Reading& r) {
  Rows rows;
  if (const auto table = r.open("stop_times.txt", Reading::Presence::required)) {
    auto& t = *table;
    const Columns columns(t);
    r.trip_seen.resize(r.feed.trips.size());
    rows.rows.reserve(t.lines());
    if (columns.along) rows.along.reserve(t.lines());
    Current current;
    bool any = false;
    while (t.next()) {
      any = true;
      find_trip(r, t, columns.trip, current);
      if (current.trip >= 0) read_row(r, t, columns, current.trip, rows);
    }
    if (!any) r.notices.error("gtfs.table_empty", {"stop_times.txt"}, "没有一行数据，应当有停站时刻", "has no row; there should be stop times");
  } else {
    return r.feed.trips.clear(), r.trips.renumber(std::vector<std::int32_t>(r.trip_lines.size(), kLeftOut));
  }
  if (!rows.in_order) sort(rows);
  r.feed.stop_times.reserve(rows.rows.size());
  Assembly assembly(r);
  for (std::size_t from = 0, to; from < rows.rows.size(); from = to) {
    const auto trip = static_cast<std::size_t>(rows.rows[from].trip);
    for (to = from + 1; to < rows.rows.size() && rows.rows[to].trip == rows.rows[from].trip; ++to) {}
    if (!r.trip_faulty[trip] && !assembly.add(&rows.rows[from], to - from, rows.along.empty() ? nullptr : &rows.along[from])) r.trip_faulty[trip] = true;
  }
  drop_faulty(r);
}

}  // namespace jiaoji::mobility
