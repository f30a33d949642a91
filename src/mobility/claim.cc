#include "mobility/claim.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/toml_file.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}

namespace {

constexpr std::size_t kCoversMax = 100;
constexpr double kMinutesMax = 24 * 60;

double share_in(toml_file::Table& in, std::string_view key, double otherwise) {
  const auto value = in.number(key);
  if (value && !(*value > 0 && *value <= 1)) in.fail_at(*in.raw().get(key), fmt::format("{} 应当大于 0、不超过 1，如 0.5", key), fmt::format("{} must be above 0 and at most 1, such as 0.5", key));
  return value.value_or(otherwise);
}

double number_in(toml_file::Table& in, std::string_view key, double least, double most) {
  in.take(key, true);
  const auto value = in.number(key);
  if (!(*value >= least && *value <= most)) in.fail_at(*in.raw().get(key), fmt::format("{} 应当在 {} 到 {} 之间", key, least, most), fmt::format("{} must be from {} to {}", key, least, most));
  return *value;
}

std::string filled(toml_file::Table& in, std::string_view key) {
  auto text = in.text(key);
  if (text.empty()) in.fail_at(*in.raw().get(key), fmt::format("{} 不能为空", key), fmt::format("{} must not be empty", key));
  return text;
}

// The table under `key`, or nothing.
template <class F>
bool inner(toml_file::Table& in, std::string_view key, F&& f) {
  const auto* node = in.take(key, false);
  if (!node) return false;
  if (!node->is_table()) in.fail_at(*node, fmt::format("{0} 应当是一个表：[{0}]", key), fmt::format("{0} must be a table: [{0}]", key));
  toml_file::Table table(*node->as_table(), std::string(key));
  f(table);
  table.done();
  return true;
}

std::optional<Day> read_date(toml_file::Table& in) {
  const auto* node = in.take("date", false);
  if (!node) return {};
  Day day = kNoDay;
  if (const auto* date = node->as_date()) day = parse_day(fmt::format("{:04}-{:02}-{:02}", date->get().year, date->get().month, date->get().day));
  else if (const auto* text = node->as_string()) day = parse_day(text->get());
  if (day == kNoDay) in.fail_at(*node, "date 应写成 2026-11-20", "date must be written 2026-11-20");
  return day;
}

void read_covers(toml_file::Table& in, Claim& claim) {
  const auto* node = in.take("covers", true);
  const auto* list = node->as_array();
  if (!list || list->empty() || list->size() > kCoversMax || !list->is_homogeneous<std::string>()) {
    in.fail_at(*node, fmt::format("covers 应当是 1 到 {} 个地名：covers = [\"泰安\", \"淄博\"]", kCoversMax), fmt::format("covers must be 1 to {} places: covers = [\"泰安\", \"淄博\"]", kCoversMax));
  }
  for (const auto& one : *list) claim.from.push_back(one.as_string()->get());
}

Claim claim_of(const toml::table& table) {
  toml_file::Table in(table, "claim");
  Claim out;
  out.title = in.both("title");
  out.source = filled(in, "source");
  out.day = read_date(in);
  if (const auto* node = in.take("between", false)) {
    const auto between = parse_between(in.text("between"));
    if (!between) in.fail_at(*node, between.error().detail.zh, between.error().detail.en);
    out.between = *between;
  }
  out.within = static_cast<Seconds>(std::lround(60 * number_in(in, "within_minutes", 1, kMinutesMax)));
  out.share = out.people_share = share_in(in, "share", 0.5);
  const bool pair = inner(in, "pair", [&](toml_file::Table& t) {
    out.from = {filled(t, "from")};
    out.to = filled(t, "to");
    out.people_share = share_in(t, "people_share", out.share);
  });
  out.circle = inner(in, "circle", [&](toml_file::Table& t) {
    out.to = filled(t, "centre");
    out.from.clear();
    read_covers(t, out);
    out.people_share = share_in(t, "people_share", out.share);
  });
  if (pair == out.circle) in.fail_here("[pair] 和 [circle] 要写一个，而且只写一个", "exactly one of [pair] and [circle] must be given");
  inner(in, "door", [&](toml_file::Table& t) {
    out.door.kmh = number_in(t, "kmh", 1, 150);
    if (t.take("minutes_max", false)) out.door.most = static_cast<Seconds>(std::lround(60 * number_in(t, "minutes_max", 1, 240)));
  });
  in.done();
  return out;
}

// All ways from one place to the other over the window, as one step function.
struct Joint {
  std::vector<Journey> journeys;
  Seconds on_foot = kNever;
};

Result<Joint> journeys_between(const World& world, const Claim& claim, Day day, const Place& from, const Place& to, const TimetableOptions& options) {
  TRY(const auto window, window_reach(world, {.place = from, .day = day, .from = claim.between.from, .to = claim.between.to, .within = claim.within, .options = options}));
  Joint out;
  if (from.kind == PlaceKind::coordinate || to.kind == PlaceKind::coordinate) {
    if (const Seconds walk = walk_seconds(world, from.at, to.at, kWalkSecondsMax); walk != kNone) out.on_foot = walk;
  }
  for (const auto& end : accesses(world, to, kWalkSecondsMax, true)) {
    for (const auto& journey : window.profile.of(end.stop)) out.journeys.push_back({journey.departure, journey.arrival + end.seconds});
    const Seconds walk = window.profile.on_foot[static_cast<std::size_t>(end.stop)];
    if (walk != kNever) out.on_foot = std::min(out.on_foot, walk + end.seconds);
  }
  out.journeys = undominated(std::move(out.journeys));
  return out;
}

Truth truth(bool yes) { return yes ? Truth::yes : Truth::no; }

void find_worst_hour(const Joint& found, const Claim& claim, Stations& out) {
  for (Seconds hour = claim.between.from / 3600 * 3600; hour < claim.between.to; hour += 3600) {
    const Seconds from = std::max(hour, claim.between.from), to = std::min(hour + 3600, claim.between.to);
    const auto at = spread(found.journeys, found.on_foot, from, to, claim.within);
    const double share = static_cast<double>(at.within) / std::max(1, at.departures);
    if (out.worst_hour == kNone || share < out.worst_share) out.worst_hour = hour, out.worst_share = share;
  }
}

// The fastest way with its legs; of equals the one that leaves first.
Result<std::optional<Way>> best_way(const World& world, const Joint& found, const Claim& claim, Day day, const Place& from, const Place& to, const TimetableOptions& options) {
  const Journey* best = nullptr;
  for (const auto& journey : found.journeys) {
    if (journey.departure >= claim.between.to) continue;
    if (!best || journey.arrival - journey.departure < best->arrival - best->departure) best = &journey;
  }
  if (!best) return std::nullopt;
  TRY(const auto ways, routes(world, {.from = from, .to = to, .day = day, .time = best->departure, .window = 1, .options = options}));
  for (const auto& way : ways) {
    if (way.departure == best->departure && way.arrival == best->arrival) return way;
  }
  return std::nullopt;
}

Result<Stations> judge_stations(const World& world, const Claim& claim, Day day, const Place& from, const Place& to, const TimetableOptions& options) {
  TRY(const auto found, journeys_between(world, claim, day, from, to, options));
  Stations out{.from = from};
  out.spread = spread(found.journeys, found.on_foot, claim.between.from, claim.between.to, claim.within);
  const double minutes = std::max(1, out.spread.departures);
  out.share = out.spread.within / minutes;
  find_worst_hour(found, claim, out);
  for (const auto& journey : found.journeys) {
    if (journey.departure >= claim.between.to) continue;
    ++out.journeys;
    if (journey.arrival - journey.departure > claim.within) continue;
    ++out.journeys_within;
    if (!out.first) out.first = journey.departure;
    out.last = journey.departure;
  }
  TRY(out.best, best_way(world, found, claim, day, from, to, options));
  // Nothing leaves within the window, though something later can be waited for: there is no best departure to judge.
  out.planned = out.spread.planned == kNever && out.spread.arriving > 0 ? Truth::unknown : truth(out.spread.planned <= claim.within);
  out.leave_at = truth(out.share >= claim.share);
  out.average = truth(out.spread.arriving > 0 && out.spread.average <= claim.within && out.spread.arriving / minutes >= claim.share);
  return out;
}

// A claim speaks of cities: 济南 is the city where there is one, though a station has that name, too; 济南站 is the station.
Result<Place> find_city(const Network& network, const std::string& name) {
  if (!name.ends_with("市") && !name.ends_with("站")) {
    if (auto city = find_place(network, name + "市"); city && city->kind == PlaceKind::city) return city->asked = name, city;
  }
  return find_place(network, name);
}

}  // namespace

Result<Claim> read_claim(std::string_view toml, std::string_view file) {
  return toml_file::read<Claim>(toml, file, "claim.invalid", [](const toml::table& table) { return claim_of(table); });
}

Result<Verdict> judge(const World& world, const Claim& claim, Day day, const TimetableOptions& options) {
  Verdict out{.claim = claim, .day = claim.day.value_or(day)};
  TRY(out.to, find_city(world.network, claim.to));
  out.all.planned = out.all.leave_at = out.all.average = Truth::yes;
  for (const auto& name : claim.from) {
    TRY(const auto from, find_city(world.network, name));
    const bool same = std::ranges::any_of(from.stops, [&](std::int32_t stop) { return std::ranges::find(out.to.stops, stop) != out.to.stops.end(); });
    if (same) return fail(Code::invalid, "claim.same_place", {fmt::format("“{}”和“{}”有相同的车站，之间没有路程可核验", name, claim.to), fmt::format("\"{}\" and \"{}\" share a station: there is no way between them to judge", name, claim.to)});
    TRY(auto stations, judge_stations(world, claim, out.day, from, out.to, options));
    out.all.planned = both(out.all.planned, stations.planned);
    out.all.leave_at = both(out.all.leave_at, stations.leave_at);
    out.all.average = both(out.all.average, stations.average);
    out.from.push_back({.stations = std::move(stations)});
  }
  TRY_VOID(judge_doors(world, options, out));
  return out;
}

}  // namespace jiaoji::mobility
