#include "mobility/rail_csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "mobility/notices.h"
#include "mobility/rail_days.h"
#include "mobility/speed.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kRowsMax = 2'000'000;
constexpr int kVariantsMax = 400;              // a train with other times every day of a year
constexpr std::size_t kServicesMax = 20'000;
constexpr double kDegreesSame = 1e-5;          // a metre: rounding, no contradiction
constexpr Seconds kOvernightMax = kDaySeconds / 2;  // a longer gap between two times is a slip, not a night
constexpr std::string_view kTimezone = "Asia/Shanghai";

enum Field : std::size_t { kTrain, kDates, kOrder, kStation, kCity, kArrival, kDeparture, kLat, kLon, kChange, kType, kFields };
struct Heading { std::string_view zh, en; bool must; };
constexpr Heading kHeadings[kFields] = {{"车次", "train", true}, {"开行日期", "dates", true}, {"站序", "order", false}, {"车站", "station", true}, {"城市", "city", false}, {"到达", "arrival", true},
                                        {"出发", "departure", true}, {"纬度", "lat", true}, {"经度", "lon", true}, {"最小换乘分钟", "min_change_minutes", false}, {"类型", "type", false}};

struct Type { std::string_view zh, en; int route_type; };
constexpr Type kTypes[] = {{"高铁", "high_speed", 101}, {"动车", "emu", 102}, {"城际", "intercity", 103}, {"铁路", "rail", 2}, {"普速", "rail", 2},
                           {"地铁", "metro", 1}, {"公交", "bus", 3}, {"客运", "coach", 200}, {"轮渡", "ferry", 4}};

struct Call { std::size_t line; std::int64_t order; std::int32_t stop; Seconds arrival, departure; };
struct Train {
  std::string number, dates;
  std::optional<int> type;
  std::size_t line;
  std::vector<Call> calls;
  bool faulty = false;
};

class RailReader {
 public:
  RailReader(std::string_view name, const std::vector<std::string>& heading) : file_(name) {
    feed_.timezone = kTimezone;
    for (auto& place : places_) place = kMissing;
    for (std::size_t i = 0; i < heading.size(); ++i) {
      const auto found = std::ranges::find_if(kHeadings, [&](const Heading& h) { return heading[i] == h.zh || text::fold_text(heading[i]) == h.en; });
      if (found == std::end(kHeadings)) notices_.note("rail.column_unknown", {file_, 1, heading[i]}, "没有用到列“{}”", "the column \"{}\" is not used", heading[i]);
      else if (auto& place = places_[static_cast<std::size_t>(found - kHeadings)]; place != kMissing) notices_.error("rail.column_twice", {file_, 1, heading[i]}, "列“{}”出现两次，只用第一列", "the column \"{}\" stands twice; the first is used", heading[i]);
      else place = i, names_[static_cast<std::size_t>(found - kHeadings)] = heading[i];
    }
    for (std::size_t f = 0; f < kFields; ++f) {
      if (places_[f] != kMissing || !kHeadings[f].must) continue;
      readable_ = false;
      notices_.error("rail.column_missing", {file_, 1, kHeadings[f].zh}, "缺少列“{}”（或 {}）", "the column {1} (or {0}) is missing", kHeadings[f].zh, kHeadings[f].en);
    }
  }

  void row(const table::Row& row) {
    if (!readable_) return;
    row_ = &row;
    faulty_ = false;
    Train* const train = find_train();
    Call call{row.number, 0, kNone, kNone, kNone};
    if (const auto order = number(kOrder, 0, 100'000)) {
      call.order = static_cast<std::int64_t>(*order);
      if (*order != std::floor(*order)) error("rail.number", kOrder, cell(kOrder), "站序应当是整数，而不是 {}", "the order must be a whole number, not {}", *order);
    } else call.order = train ? static_cast<std::int64_t>(train->calls.size()) + 1 : 0;
    call.stop = find_stop();
    call.arrival = time(kArrival);
    call.departure = time(kDeparture);
    if (!train) return;
    train->faulty |= faulty_;
    train->calls.push_back(call);
  }

  Result<ReadFeed> finish(const ReadOptions& options) {
    check_stations();
    for (auto& train : trains_) {
      if (!train.faulty) train.faulty = !add_trip(train);
      left_out_ += train.faulty;
    }
    check_dates();
    if (notices_.errors > 0 && !options.skip_faulty) return fail(error_of(notices_, "rail.faulty", {fmt::format("时刻表有 {} 处错误", notices_.errors), fmt::format("the timetable has {} errors", notices_.errors)}));
    if (feed_.trips.empty() && !options.check_all) return fail(error_of(notices_, "rail.nothing_left", {"时刻表里没有可用的车次", "the timetable has no usable train"}));
    ReadFeed out{.feed = std::move(feed_), .errors = notices_.errors, .warnings = notices_.warnings, .notes = notices_.notes, .trips_left_out = left_out_};
    out.truncated = std::ranges::any_of(notices_.counts, [](const auto& count) { return count.second > kNoticesPerKey; });
    out.counts_by_key.insert(notices_.counts.begin(), notices_.counts.end());
    out.notices = std::move(notices_.kept);
    return out;
  }

 private:
  static constexpr std::size_t kMissing = SIZE_MAX;

  struct Station { std::size_t line; bool has_point = false, has_city = false; };

  std::string cell(Field f) const { return places_[f] == kMissing || places_[f] >= row_->cells.size() ? std::string() : text::trim(row_->cells[places_[f]]); }
  Place at(Field f, std::string_view value) const { return {file_, row_->number, places_[f] == kMissing ? kHeadings[f].zh : std::string_view(names_[f]), value}; }

  template <class... A>
  void error(std::string_view key, Field f, std::string_view value, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, const A&... args) {
    faulty_ = true;
    notices_.error(key, at(f, value), zh, en, args...);
  }

  std::optional<double> number(Field f, double least, double most) {
    const auto text = cell(f);
    if (text.empty()) return {};
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem == std::errc() && end == text.data() + text.size() && value >= least && value <= most) return value;
    error("rail.number", f, text, "“{}”应当是 {} 到 {} 的数", "\"{}\" should be a number from {} to {}", text, least, most);
    return {};
  }

  Seconds time(Field f) {
    const auto text = cell(f);
    if (text.empty() || text == "-" || text == "--" || text == "—") return kNone;
    if (const auto parsed = parse_time(text)) return *parsed;
    double part = 0;  // of a day
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (problem == std::errc() && end == text.data() + text.size() && part >= 0 && part < 2 && (text.find('.') != std::string::npos || part == 0)) return static_cast<Seconds>(std::lround(part * kDaySeconds));
    error("rail.time", f, text, "“{}”不是时刻；应写作 8:05 或 08:05:30", "\"{}\" is no time; write 8:05 or 08:05:30", text);
    return kNone;
  }

  Train* find_train() {
    const auto number = cell(kTrain);
    auto dates = cell(kDates);
    if (number.empty()) return error<>("rail.value_missing", kTrain, "", "车次不能为空", "the train must not be blank"), nullptr;
    const bool same = !trains_.empty() && trains_[last_].number == number;
    if (dates.empty() && same) dates = trains_[last_].dates;
    if (dates.empty()) error<>("rail.value_missing", kDates, "", "车次的第一行要写开行日期，如 2026-09-01..2026-12-31 每日", "a train's first row gives its dates, such as 2026-09-01..2026-12-31 daily");
    const auto [found, fresh] = index_.try_emplace(number + '\n' + dates, trains_.size());
    if (fresh) trains_.push_back({.number = number, .dates = dates, .line = row_->number});
    last_ = found->second;
    auto& train = trains_[last_];
    if (fresh && !add_service(dates)) train.faulty = true;
    if (fresh && ++variants_seen_[number] > kVariantsMax) error("rail.too_many_variants", kDates, dates, "一个车次最多 {} 种开行日期", "a train has at most {} sets of dates", kVariantsMax), train.faulty = true;
    const auto type = cell(kType);
    const auto known = type.empty() ? std::nullopt : route_type(type);
    if (known && train.type && *train.type != *known) error<>("rail.contradiction", kType, type, "同一车次的类型前后不一", "the train's type differs from the row before");
    if (known) train.type = known;
    return &train;
  }

  std::optional<int> route_type(const std::string& type) {
    for (const auto& known : kTypes) {
      if (type == known.zh || text::fold_text(type) == known.en) return known.route_type;
    }
    int value = 0;
    const auto [end, problem] = std::from_chars(type.data(), type.data() + type.size(), value);
    if (problem == std::errc() && end == type.data() + type.size() && value >= 0 && value <= 9999) return value;
    std::string list;
    for (const auto& known : kTypes) list += (list.empty() ? "" : "、") + std::string(known.zh);
    error("rail.type", kType, type, "没有类型“{}”，可用：{}", "there is no type \"{}\"; allowed: {}", type, list);
    return {};
  }

  bool add_service(const std::string& dates) {
    if (dates.empty() || services_.contains(dates)) return !dates.empty() && services_[dates] != kNone;
    if (services_.size() >= kServicesMax) return error("rail.too_many_dates", kDates, dates, "全表最多 {} 种开行日期", "a table has at most {} sets of dates", kServicesMax), false;
    auto days = parse_running_days(dates);
    services_[dates] = days ? static_cast<std::int32_t>(feed_.services.size()) : kNone;
    if (!days) return error("rail.dates", kDates, dates, "开行日期：{}", "dates: {}", days.error().zh, days.error().en), false;
    feed_.services.push_back({dates, days->first, std::move(days->runs)});
    return true;
  }

  std::int32_t find_stop() {
    const auto name = cell(kStation);
    const auto lat = number(kLat, -90, 90), lon = number(kLon, -180, 180);
    const auto city = cell(kCity);
    const auto minutes = number(kChange, 0, 24 * 60);
    if (name.empty()) return error<>("rail.value_missing", kStation, "", "车站不能为空", "the station must not be blank"), kNone;
    const auto [found, fresh] = stops_.try_emplace(name, static_cast<std::int32_t>(feed_.stops.size()));
    if (fresh) {
      feed_.stops.push_back({.id = name, .name = name, .timezone = std::string(kTimezone)});
      stations_.push_back({.line = row_->number});
    }
    auto& stop = feed_.stops[static_cast<std::size_t>(found->second)];
    auto& station = stations_[static_cast<std::size_t>(found->second)];
    if (lat.has_value() != lon.has_value() && !faulty_) error("rail.value_missing", lat ? kLon : kLat, "", "“{}”的经纬度只写了一个", "only one of lat and lon of \"{}\" is given", name);
    else if (lat && std::abs(*lat) < 1 && std::abs(*lon) < 1) error("rail.point_near_origin", kLat, cell(kLat), "“{}”的坐标在零点附近，应是 WGS-84 经纬度", "\"{}\" lies at 0, 0; give its degrees in WGS-84", name);
    else if (lat && station.has_point && (std::abs(*lat - stop.at.lat) > kDegreesSame || std::abs(*lon - stop.at.lon) > kDegreesSame)) {
      error("rail.contradiction", std::abs(*lat - stop.at.lat) > kDegreesSame ? kLat : kLon, std::abs(*lat - stop.at.lat) > kDegreesSame ? cell(kLat) : cell(kLon), "“{}”的坐标与第 {} 行不同", "\"{}\" lies elsewhere in line {}", name, station.line);
    } else if (lat && lon && !station.has_point) {
      stop.at = {*lat, *lon}, station.has_point = true, station.line = row_->number;
    }
    if (!city.empty() && !stop.city.empty() && city != stop.city) error("rail.contradiction", kCity, city, "“{}”前面属于{}；同名车站请加上城市，如“{}（{}）”", "\"{}\" belongs to {} above; tell stations of one name apart: \"{} ({})\"", name, stop.city, name, city);
    else if (!city.empty()) stop.city = city;
    if (minutes) {
      const auto seconds = static_cast<Seconds>(std::lround(*minutes * 60));
      if (stop.min_change != kNone && stop.min_change != seconds) error("rail.contradiction", kChange, cell(kChange), "“{}”前面写的是 {} 分钟", "\"{}\" has {} minutes above", name, stop.min_change / 60);
      else stop.min_change = seconds;
    }
    return found->second;
  }

  // A station without a place takes the trains that call there with it.
  void check_stations() {
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      if (stations_[i].has_point) continue;
      notices_.error("rail.coordinate_missing", {file_, stations_[i].line, places_[kLat] == kMissing ? kHeadings[kLat].zh : std::string_view(names_[kLat]), feed_.stops[i].name}, "车站“{}”没有坐标；在它第一次出现的行写纬度和经度", "the station \"{}\" has no place: give lat and lon in its first row", feed_.stops[i].name);
    }
    std::vector<std::int32_t> moved(stations_.size(), kNone);
    std::vector<Stop> kept;
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      if (!stations_[i].has_point) continue;
      moved[i] = static_cast<std::int32_t>(kept.size());
      kept.push_back(std::move(feed_.stops[i]));
    }
    feed_.stops = std::move(kept);
    for (auto& train : trains_) {
      for (auto& call : train.calls) {
        if (call.stop != kNone) call.stop = moved[static_cast<std::size_t>(call.stop)];
        train.faulty |= call.stop == kNone;
      }
    }
  }

  bool fault(const Call& call, Field f, std::string_view key, std::string_view value, Text words) {
    notices_.error(key, {file_, call.line, names_[f].empty() ? kHeadings[f].zh : std::string_view(names_[f]), value}, "{0}", "{1}", words.zh, words.en);
    return false;
  }

  // Moves each time past midnight until it is not before the one before it.
  bool roll(Train& train, Call& call, Field f, Seconds& time, Seconds& before) {
    const bool over = time < before;
    while (time < before) time += kDaySeconds;
    if (over && time - before > kOvernightMax) {
      const auto written = format_time_of_day(time % kDaySeconds);
      return fault(call, f, "rail.times_decrease", written, {fmt::format("车次 {} 的 {} 早于前一时刻 {}；若是次日，相隔 {:.1f} 小时，太长", train.number, written, format_time_of_day(before % kDaySeconds), (time - before) / 3600.0),
                                                              fmt::format("{} of train {} is before {}; as a time of the next day it would be {:.1f} hours later, which is too long", written, train.number, format_time_of_day(before % kDaySeconds), (time - before) / 3600.0)});
    }
    if (time > kTimeMax) return fault(call, f, "rail.too_long", format_time_of_day(time), {"全程超过七天", "the trip takes more than seven days"});
    before = time;
    return true;
  }

  bool check_calls(Train& train) {
    std::ranges::stable_sort(train.calls, {}, &Call::order);
    auto& calls = train.calls;
    if (calls.size() < 2) return fault(calls[0], kTrain, "rail.trip_too_short", train.number, {"车次只有一站，至少要有两站", "the train has one stop; it needs two"});
    Seconds before = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      auto& call = calls[i];
      if (i && call.order == calls[i - 1].order) return fault(call, kOrder, "rail.order_twice", std::to_string(call.order), {fmt::format("站序与第 {} 行相同", calls[i - 1].line), fmt::format("the order is that of line {}", calls[i - 1].line)});
      if (call.arrival == kNone) call.arrival = call.departure;
      if (call.departure == kNone) call.departure = call.arrival;
      if (call.arrival == kNone) return fault(call, i + 1 < calls.size() ? kDeparture : kArrival, "rail.value_missing", "", {"到达和出发至少要写一个", "one of arrival and departure must be given"});
      // What stands before the first departure does not count: some write the arrival of the empty train.
      if (i == 0) call.arrival = std::min(call.arrival, call.departure);
      if (!roll(train, call, kArrival, call.arrival, before) || !roll(train, call, kDeparture, call.departure, before)) return false;
    }
    return true;
  }

  bool add_trip(Train& train) {
    if (!check_calls(train)) return false;
    const auto [route, fresh] = routes_.try_emplace(train.number, static_cast<std::int32_t>(feed_.routes.size()));
    const char letter = train.number[0];
    const int type = train.type.value_or(letter == 'G' ? 101 : letter == 'D' ? 102 : letter == 'C' ? 103 : 2);
    if (fresh) feed_.routes.push_back({.id = train.number, .name = train.number, .type = type});
    const auto variant = ++variants_[train.number];
    Trip trip{.id = variant == 1 ? train.number : fmt::format("{}#{}", train.number, variant), .name = train.number, .route = route->second, .service = services_[train.dates]};
    trip.first = static_cast<std::uint32_t>(feed_.stop_times.size());
    trip.count = static_cast<std::uint32_t>(train.calls.size());
    for (std::size_t i = 0; i < train.calls.size(); ++i) {
      const auto& call = train.calls[i];
      feed_.stop_times.push_back({call.stop, call.arrival, call.departure, i + 1 < train.calls.size(), i > 0});
      if (i == 0) continue;
      const auto& from = train.calls[i - 1];
      const double way = geo::distance_metres(feed_.stops[static_cast<std::size_t>(from.stop)].at, feed_.stops[static_cast<std::size_t>(call.stop)].at);
      const Seconds took = call.arrival - from.departure;
      if (way * 3.6 > speed_max_kmh(type) * (took + 60)) {
        notices_.warning("rail.fast_travel", {file_, call.line, names_[kArrival], format_time_of_day(call.arrival)}, "{:.1f} km 只用 {} 分钟；请检查时刻和坐标", "{:.1f} km in {} minutes; check the times and where the stations lie", way / 1000, took / 60);
      }
    }
    feed_.trips.push_back(std::move(trip));
    lines_.push_back(train.line);
    return true;
  }

  // Two timetables of one train on one day: seldom meant.
  void check_dates() {
    std::unordered_map<std::string_view, std::vector<std::size_t>> by_number;
    for (std::size_t i = 0; i < feed_.trips.size(); ++i) by_number[feed_.trips[i].name].push_back(i);
    for (std::size_t i = 0; i < feed_.trips.size(); ++i) {
      const auto& trip = feed_.trips[i];
      const auto& mine = feed_.services[static_cast<std::size_t>(trip.service)];
      for (const auto j : by_number[trip.name]) {
        if (j >= i) break;
        const auto& other = feed_.services[static_cast<std::size_t>(feed_.trips[j].service)];
        const Day first = std::max(mine.first, other.first), last = mine.first + static_cast<Day>(mine.runs.size());
        Day day = first;
        while (day < last && !(mine.on(day) && other.on(day))) ++day;
        if (day >= last) continue;
        notices_.warning("rail.train_twice", {file_, lines_[i], names_[kDates], mine.id}, "车次 {} 在同一天已有第 {} 行的时刻", "train {} has the times of line {} on the same day", trip.name, lines_[j]);
        break;
      }
    }
  }

  std::string_view file_;
  Notices notices_;
  Feed feed_;
  std::size_t places_[kFields];
  std::string names_[kFields];
  bool readable_ = true, faulty_ = false;
  const table::Row* row_ = nullptr;
  std::vector<Train> trains_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t last_ = 0, left_out_ = 0;
  std::unordered_map<std::string, std::int32_t> stops_, routes_, services_;
  std::unordered_map<std::string, int> variants_, variants_seen_;
  std::vector<Station> stations_;
  std::vector<std::size_t> lines_;
};

}  // namespace

Result<ReadFeed> read_rail_csv(std::string_view name, std::string_view bytes, const ReadOptions& options) {
  std::optional<RailReader> reader;
  TRY_VOID(table::read_csv(bytes, {.rows = kRowsMax}, [&](const std::vector<std::string>& heading) { return reader.emplace(name, heading), true; }, [&](table::Row& row) { return reader->row(row), true; }));
  return reader->finish(options);
}

Result<ReadFeed> read_rail_rows(std::string_view name, const std::vector<std::string>& heading, const std::vector<table::Row>& rows, const ReadOptions& options) {
  RailReader reader(name, heading);
  for (const auto& row : rows) reader.row(row);
  return reader.finish(options);
}

std::string rail_template(Language language) {
  std::string out(table::kByteOrderMark);
  std::vector<std::string> heading;
  for (const auto& h : kHeadings) heading.emplace_back(language == Language::zh ? h.zh : h.en);
  table::write_csv_row(out, heading);
  if (language == Language::zh) {
    table::write_csv_row(out, {"G6901", "2026-09-01..2026-12-31 周一至周五 除 2026-10-01", "1", "济南东", "济南", "", "8:05", "36.7106", "117.1262", "15", "高铁"});
    table::write_csv_row(out, {"G6901", "", "2", "青岛北", "青岛", "9:50", "", "36.1707", "120.3743", "", ""});
  } else {
    table::write_csv_row(out, {"G6901", "2026-09-01..2026-12-31 weekdays 12345 except 2026-10-01", "1", "Jinan East", "Jinan", "", "8:05", "36.7106", "117.1262", "15", "high_speed"});
    table::write_csv_row(out, {"G6901", "", "2", "Qingdao North", "Qingdao", "9:50", "", "36.1707", "120.3743", "", ""});
  }
  return out;
}

}  // namespace jiaoji::mobility
