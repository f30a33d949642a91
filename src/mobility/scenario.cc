#include "mobility/scenario.h"

#include <cmath>

#include "base/toml_file.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kTablesMax = 200, kStopsOfALineMax = 200;
constexpr double kMinutesMax = 24 * 60;

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

Named named(toml_file::Table& in, std::string_view key) {
  Named out{in.text(key), line_of(*in.raw().get(key))};
  if (out.text.empty()) in.fail_at(*in.raw().get(key), fmt::format("{} 不能为空", key), fmt::format("{} must not be empty", key));
  return out;
}

// Nothing when the key is missing.
std::optional<double> number_in(toml_file::Table& in, std::string_view key, double least, double most) {
  const auto value = in.number(key);
  if (value && !(*value >= least && *value <= most)) in.fail_at(*in.raw().get(key), fmt::format("{} 应当在 {} 到 {} 之间", key, least, most), fmt::format("{} must be from {} to {}", key, least, most));
  return value;
}
double must_number(toml_file::Table& in, std::string_view key, double least, double most) {
  in.take(key, true);
  return *number_in(in, key, least, most);
}
Seconds seconds_of(double minutes) { return static_cast<Seconds>(std::lround(minutes * 60)); }

Seconds time_in(toml_file::Table& in, std::string_view key) {
  const auto time = parse_time(in.text(key));
  if (!time) in.fail_at(*in.raw().get(key), fmt::format("{} 应当是时刻，如 \"06:30\"", key), fmt::format("{} must be a time such as \"06:30\"", key));
  return *time;
}

std::vector<Named> names_in(toml_file::Table& in, std::string_view key, std::size_t least, std::size_t most) {
  const auto* node = in.take(key, true);
  const auto* list = node->as_array();
  if (!list || list->size() < least || list->size() > most || !list->is_homogeneous<std::string>()) {
    in.fail_at(*node, fmt::format("{} 应当是 {} 到 {} 个车站：{} = [\"济南东\", \"青岛北\"]", key, least, most, key), fmt::format("{} must be {} to {} stations: {} = [\"济南东\", \"青岛北\"]", key, least, most, key));
  }
  std::vector<Named> out;
  for (const auto& one : *list) out.push_back({one.as_string()->get(), line_of(one)});
  return out;
}

Selector selector(toml_file::Table& in) {
  Selector out{.line = {}, .trip = {}, .between = {}, .at = line_of(in.raw())};
  if (in.take("line", false)) out.line = named(in, "line");
  if (in.take("trip", false)) out.trip = named(in, "trip");
  if (in.take("between", false)) {
    auto ends = names_in(in, "between", 2, 2);
    out.between.emplace(std::move(ends[0]), std::move(ends[1]));
  }
  if (!out.line && !out.trip && !out.between) in.fail_here("要用 line、trip 或 between 指明哪些车次", "say which trips with line, trip or between");
  return out;
}

NewStop new_stop(toml_file::Table& in) {
  NewStop out{.id = named(in, "id"), .name = named(in, "name").text, .city = in.text("city", ""), .at = {}};
  out.at.lat = must_number(in, "lat", -90, 90);
  out.at.lon = must_number(in, "lon", -180, 180);
  if (std::abs(out.at.lat) < 1 && std::abs(out.at.lon) < 1) in.fail_here("坐标在零点附近，应是 WGS-84 经纬度", "it lies at 0, 0: give its degrees in WGS-84");
  return out;
}

Speedup speedup(toml_file::Table& in) {
  Speedup out{.which = selector(in), .percent = number_in(in, "percent", 0, 90), .minutes = number_in(in, "minutes", 0, kMinutesMax), .to_minutes = number_in(in, "to_minutes", 1, kMinutesMax)};
  if (out.percent.has_value() + out.minutes.has_value() + out.to_minutes.has_value() != 1) in.fail_here("percent、minutes、to_minutes 要写一个，而且只写一个", "exactly one of percent, minutes and to_minutes must be given");
  if (out.to_minutes && !out.which.between) in.fail_here("to_minutes 需要 between：哪两站之间的时间", "to_minutes needs between: the time from which station to which");
  return out;
}

Thickening thickening(toml_file::Table& in) {
  Thickening out{.which = selector(in)};
  const auto times = number_in(in, "times", 2, 10), every = number_in(in, "every_minutes", 1, kMinutesMax);
  if (times.has_value() == every.has_value()) in.fail_here("times 和 every_minutes 要写一个，而且只写一个", "exactly one of times and every_minutes must be given");
  if (times && *times != std::floor(*times)) in.fail_at(*in.raw().get("times"), "times 应当是整数", "times must be a whole number");
  if (times) out.times = static_cast<int>(*times);
  else out.every = seconds_of(*every);
  return out;
}

std::vector<Seconds> arrivals_in(toml_file::Table& in, std::size_t stops, Seconds dwell) {
  const auto* node = in.take("minutes", true);
  const auto* list = node->as_array();
  const auto wrong = [&] { in.fail_at(*node, fmt::format("minutes 应当是 {} 个数，每站一个，从 0 开始：到达该站的分钟数", stops), fmt::format("minutes must be {} numbers, one a stop, from 0 on: when the stop is reached", stops)); };
  if (!list || list->size() != stops) wrong();
  std::vector<Seconds> out;
  for (const auto& one : *list) {
    const auto minutes = one.value<double>();
    if (!one.is_number() || !minutes || !(*minutes >= 0 && *minutes <= kMinutesMax)) wrong();
    const Seconds at = seconds_of(*minutes);
    if (out.empty() ? at != 0 : at <= out.back() + (out.size() > 1 ? dwell : 0)) in.fail_at(one, "minutes 从 0 开始，后一站应当晚于前一站的到达加停站", "minutes begin with 0; each must be after the one before and its dwell_minutes");
    out.push_back(at);
  }
  return out;
}

Addition addition(toml_file::Table& in) {
  Addition out;
  out.name = named(in, "name");
  out.type = in.choice<int>("type", {{"高铁", 101}, {"high_speed", 101}, {"动车", 102}, {"emu", 102}, {"城际", 103}, {"intercity", 103}, {"铁路", 2}, {"rail", 2}, {"地铁", 1}, {"metro", 1},
                                     {"公交", 3}, {"bus", 3}, {"客运", 200}, {"coach", 200}, {"轮渡", 4}, {"ferry", 4}});
  out.stops = names_in(in, "stops", 2, kStopsOfALineMax);
  out.dwell = seconds_of(number_in(in, "dwell_minutes", 0, 60).value_or(0));
  out.arrivals = arrivals_in(in, out.stops.size(), out.dwell);
  out.first = time_in(in, "first");
  out.last = time_in(in, "last");
  if (out.last < out.first) in.fail_at(*in.raw().get("last"), "last 不应早于 first；过了午夜写作 25:10", "last must not be before first; past midnight write 25:10");
  out.every = seconds_of(must_number(in, "every_minutes", 1, kMinutesMax));
  out.both_directions = in.flag("both_directions");
  return out;
}

Scenario scenario_of(const toml::table& table, std::string_view file) {
  toml_file::Table in(table, "scenario");
  Scenario out{.file = std::string(file), .title = in.both("title"), .note = in.text("note", "")};
  in.each("stop", kTablesMax, false, [&](toml_file::Table& t) { out.stops.push_back(new_stop(t)); });
  in.each("remove", kTablesMax, false, [&](toml_file::Table& t) { out.removals.push_back({selector(t)}); });
  in.each("faster", kTablesMax, false, [&](toml_file::Table& t) { out.speedups.push_back(speedup(t)); });
  in.each("more", kTablesMax, false, [&](toml_file::Table& t) { out.thickenings.push_back(thickening(t)); });
  in.each("add", kTablesMax, false, [&](toml_file::Table& t) { out.additions.push_back(addition(t)); });
  in.done();
  return out;
}

}  // namespace

Result<Scenario> read_scenario(std::string_view toml, std::string_view file) {
  return toml_file::read<Scenario>(toml, file, "scenario.invalid", [&](const toml::table& table) { return scenario_of(table, file); });
}

}  // namespace jiaoji::mobility
