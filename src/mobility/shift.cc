#include "mobility/shift.h"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

namespace jiaoji::mobility {

namespace {

// The two systems differ by 100 to 700 m; nearer than that is another entrance, farther another place of the same name.
constexpr double kOffLeast = 150, kOffMost = 1'000;
constexpr double kNearer = 4;  // so many times nearer must the other reading be

void add(ReadFeed& read, Severity severity, const char* key, const Text& detail) {
  read.notices.push_back({.severity = severity, .key = key, .file = read.feed.name, .line = 0, .field = "", .value = "", .detail = detail});
  ++read.counts_by_key[key];
  ++(severity == Severity::warning ? read.warnings : read.notes);
}

}  // namespace

void convert_stops(ReadFeed& read) {
  std::size_t moved = 0;
  double least = kOffMost, most = 0;
  for (auto& stop : read.feed.stops) {
    const auto before = stop.at;
    stop.at = from_gcj02(before);
    if (stop.at == before) continue;
    const double metres = geo::distance_metres(before, stop.at);
    ++moved, least = std::min(least, metres), most = std::max(most, metres);
  }
  if (moved == 0) add(read, Severity::warning, "stops.gcj02", {"坐标按 GCJ-02 换算，但没有站点在中国境内：一个也没有移动", "read as GCJ-02, but no stop lies in China: none was moved"});
  else add(read, Severity::note, "stops.gcj02", {fmt::format("坐标由 GCJ-02 换算为 WGS-84：{} 个站点移动了 {:.0f} 至 {:.0f} 米", moved, least, most), fmt::format("converted from GCJ-02 to WGS-84: {} stops moved by {:.0f} to {:.0f} m", moved, least, most)});
}

void note_shift(ReadFeed& read, Coordinates said, const std::vector<Stop>& known) {
  std::unordered_map<std::string_view, std::vector<geo::Point>> places;
  for (const auto& stop : known) {
    if (!stop.name.empty() && stop.holds_passengers()) places[stop.name].push_back(stop.at);
  }
  std::size_t compared = 0, shifted = 0;
  for (const auto& stop : read.feed.stops) {
    const auto same = stop.holds_passengers() ? places.find(stop.name) : places.end();
    if (same == places.end()) continue;
    const auto from = [&](geo::Point at) { return std::ranges::min(same->second | std::views::transform([&](geo::Point other) { return geo::distance_metres(at, other); })); };
    const double off = from(stop.at);
    if (off > kOffMost) continue;
    ++compared;
    shifted += off >= kOffLeast && from(said == Coordinates::wgs84 ? from_gcj02(stop.at) : to_gcj02(stop.at)) * kNearer < off;
  }
  if (shifted < kShiftedLeast || shifted * 2 <= compared) return;
  const auto other = said == Coordinates::wgs84 ? "GCJ-02" : "WGS-84";
  add(read, Severity::note, "stops.looks_gcj02", {fmt::format("{} 个同名站点中有 {} 个与已载入的相差 150 至 1000 米，按 {} 读则重合：请核对坐标系", compared, shifted, other),
                                                  fmt::format("{} of {} stops of a known name lie 150 to 1000 m beside it and would fall on it as {}: check the system of coordinates", shifted, compared, other)});
}

}  // namespace jiaoji::mobility
