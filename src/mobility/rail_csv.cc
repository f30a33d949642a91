#include "mobility/rail_csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "mobility/rail_days.h"
#include "mobility/rail_table.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kRowsMax = 2'000'000;
constexpr int kVariantsMax = 400;              // a train with other times every day of a year
constexpr std::size_t kServicesMax = 20'000;
constexpr double kDegreesSame = 1e-5;          // a metre: rounding, no contradiction
constexpr std::string_view kTimezone = "Asia/Shanghai";

struct Type { std::string_view zh, en; int route_type; };
constexpr Type kTypes[] = {{"高铁", "high_speed", 101}, {"动车", "emu", 102}, {"城际", "intercity", 103}, {"铁路", "rail", 2}, {"普速", "rail", 2},
                           {"地铁", "metro", 1}, {"公交", "bus", 3}, {"客运", "coach", 200}, {"轮渡", "ferry", 4}};

class RailReader {
 public:
  RailReader(std::string_view name, const std::vector<std::string>& heading) {
    table_.file = name;
    table_.feed.timezone = kTimezone;
    for (auto& place : places_) place = kMissing;
    for (std::size_t i = 0; i < heading.size(); ++i) {
      const auto found = std::ranges::find_if(kRailHeadings, [&](const RailHeading& h) { return heading[i] == h.zh || text::fold_text(heading[i]) == h.en; });
      if (found == std::end(kRailHeadings)) table_.notices.note("rail.column_unknown", {table_.file, 1, heading[i]}, "没有用到列“{}”", "the column \"{}\" is not used", heading[i]);
      else if (auto& place = places_[static_cast<std::size_t>(found - kRailHeadings)]; place != kMissing) table_.notices.error("rail.column_twice", {table_.file, 1, heading[i]}, "列“{}”出现两次，只用第一列", "the column \"{}\" stands twice; the first is used", heading[i]);
      else place = i, table_.names[static_cast<std::size_t>(found - kRailHeadings)] = heading[i];
    }
    for (std::size_t f = 0; f < kFields; ++f) {
      if (places_[f] != kMissing || !kRailHeadings[f].must) continue;
      readable_ = false;
      table_.notices.error("rail.column_missing", {table_.file, 1, kRailHeadings[f].zh}, "缺少列“{}”（或 {}）", "the column {1} (or {0}) is missing", kRailHeadings[f].zh, kRailHeadings[f].en);
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
    join_trains(table_);
    if (table_.notices.errors > 0 && !options.skip_faulty) return fail(error_of(table_.notices, "rail.faulty", {fmt::format("时刻表有 {} 处错误", table_.notices.errors), fmt::format("the timetable has {} errors", table_.notices.errors)}));
    if (table_.feed.trips.empty() && !options.check_all) return fail(error_of(table_.notices, "rail.nothing_left", {"时刻表里没有可用的车次", "the timetable has no usable train"}));
    ReadFeed out{.feed = std::move(table_.feed), .errors = table_.notices.errors, .warnings = table_.notices.warnings, .notes = table_.notices.notes, .trips_left_out = table_.left_out};
    out.truncated = std::ranges::any_of(table_.notices.counts, [](const auto& count) { return count.second > kNoticesPerKey; });
    out.counts_by_key.insert(table_.notices.counts.begin(), table_.notices.counts.end());
    out.notices = std::move(table_.notices.kept);
    return out;
  }

 private:
  static constexpr std::size_t kMissing = SIZE_MAX;

  struct Station { std::size_t line; bool has_point = false; };

  std::string cell(RailField f) const { return places_[f] == kMissing || places_[f] >= row_->cells.size() ? std::string() : text::trim(row_->cells[places_[f]]); }
  At at(RailField f, std::string_view value) const { return {table_.file, row_->number, table_.heading(f), value}; }

  template <class... A>
  void error(std::string_view key, RailField f, std::string_view value, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, const A&... args) {
    faulty_ = true;
    table_.notices.error(key, at(f, value), zh, en, args...);
  }

  std::optional<double> number(RailField f, double least, double most) {
    const auto text = cell(f);
    if (text.empty()) return {};
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem == std::errc() && end == text.data() + text.size() && value >= least && value <= most) return value;
    error("rail.number", f, text, "“{}”应当是 {} 到 {} 的数", "\"{}\" should be a number from {} to {}", text, least, most);
    return {};
  }

  Seconds time(RailField f) {
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
    const bool same = !table_.trains.empty() && table_.trains[last_].number == number;
    if (dates.empty() && same) dates = table_.trains[last_].dates;
    if (dates.empty()) error<>("rail.value_missing", kDates, "", "车次的第一行要写开行日期，如 2026-09-01..2026-12-31 每日", "a train's first row gives its dates, such as 2026-09-01..2026-12-31 daily");
    const auto [found, fresh] = index_.try_emplace(number + '\n' + dates, table_.trains.size());
    if (fresh) table_.trains.push_back({.number = number, .dates = dates, .line = row_->number});
    last_ = found->second;
    auto& train = table_.trains[last_];
    if (fresh && !add_service(dates)) train.faulty = true;
    if (fresh && ++variants_[number] > kVariantsMax) error("rail.too_many_variants", kDates, dates, "一个车次最多 {} 种开行日期", "a train has at most {} sets of dates", kVariantsMax), train.faulty = true;
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
    if (dates.empty() || table_.services.contains(dates)) return !dates.empty() && table_.services[dates] != kNone;
    if (table_.services.size() >= kServicesMax) return error("rail.too_many_dates", kDates, dates, "全表最多 {} 种开行日期", "a table has at most {} sets of dates", kServicesMax), false;
    auto days = parse_running_days(dates);
    table_.services[dates] = days ? static_cast<std::int32_t>(table_.feed.services.size()) : kNone;
    if (!days) return error("rail.dates", kDates, dates, "开行日期：{}", "dates: {}", days.error().zh, days.error().en), false;
    table_.feed.services.push_back({dates, days->first, std::move(days->runs)});
    return true;
  }

  std::int32_t find_stop() {
    const auto name = cell(kStation);
    const auto lat = number(kLat, -90, 90), lon = number(kLon, -180, 180);
    const auto city = cell(kCity);
    const auto minutes = number(kChange, 0, 24 * 60);
    if (name.empty()) return error<>("rail.value_missing", kStation, "", "车站不能为空", "the station must not be blank"), kNone;
    const auto [found, fresh] = stops_.try_emplace(name, static_cast<std::int32_t>(table_.feed.stops.size()));
    if (fresh) {
      table_.feed.stops.push_back({.id = name, .name = name, .timezone = std::string(kTimezone)});
      stations_.push_back({.line = row_->number});
    }
    auto& stop = table_.feed.stops[static_cast<std::size_t>(found->second)];
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
      table_.notices.error("rail.coordinate_missing", {table_.file, stations_[i].line, table_.heading(kLat), table_.feed.stops[i].name}, "车站“{}”没有坐标；在它第一次出现的行写纬度和经度", "the station \"{}\" has no place: give lat and lon in its first row", table_.feed.stops[i].name);
    }
    std::vector<std::int32_t> moved(stations_.size(), kNone);
    std::vector<Stop> kept;
    for (std::size_t i = 0; i < stations_.size(); ++i) {
      if (!stations_[i].has_point) continue;
      moved[i] = static_cast<std::int32_t>(kept.size());
      kept.push_back(std::move(table_.feed.stops[i]));
    }
    table_.feed.stops = std::move(kept);
    for (auto& train : table_.trains) {
      for (auto& call : train.calls) {
        if (call.stop != kNone) call.stop = moved[static_cast<std::size_t>(call.stop)];
        train.faulty |= call.stop == kNone;
      }
    }
  }

  RailTable table_;
  std::size_t places_[kFields];
  bool readable_ = true, faulty_ = false;
  const table::Row* row_ = nullptr;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t last_ = 0;
  std::unordered_map<std::string, std::int32_t> stops_;
  std::unordered_map<std::string, int> variants_;
  std::vector<Station> stations_;
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
  for (const auto& h : kRailHeadings) heading.emplace_back(language == Language::zh ? h.zh : h.en);
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
