#include "mobility/places.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace jiaoji::mobility {

namespace {

std::optional<double> number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// Nothing when it is no pair of numbers.
std::optional<Result<Place>> coordinate(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == text.npos) return {};
  const auto lat = number(text.substr(0, comma)), lon = number(text.substr(comma + 1));
  if (!lat || !lon) return {};
  if (!(*lat >= -90 && *lat <= 90 && *lon >= -180 && *lon <= 180)) {
    return fail(Code::invalid, "mobility.place_range", {fmt::format("“{}”：纬度在前（-90 至 90），经度在后（-180 至 180），如 36.67,117.00", text), fmt::format("\"{}\": latitude first (-90 to 90), then longitude (-180 to 180), such as 36.67,117.00", text)});
  }
  return Place{.kind = PlaceKind::coordinate, .asked = std::string(text), .name = fmt::format("{:.5f},{:.5f}", *lat, *lon), .at = {*lat, *lon}};
}

Place place_of(const Network& network, PlaceKind kind, std::string_view asked, std::string name, std::vector<std::int32_t> stops) {
  Place out{.kind = kind, .asked = std::string(asked), .name = std::move(name), .stops = std::move(stops)};
  for (const auto s : out.stops) {
    out.at.lat += network.feed.stops[static_cast<std::size_t>(s)].at.lat / static_cast<double>(out.stops.size());
    out.at.lon += network.feed.stops[static_cast<std::size_t>(s)].at.lon / static_cast<double>(out.stops.size());
  }
  return out;
}

// All stops joined with this one.
std::vector<std::int32_t> station_of(const Network& network, std::int32_t stop) {
  std::vector<std::int32_t> out;
  for (std::size_t s = 0; s < network.station.size(); ++s) {
    if (network.station[s] == network.station[static_cast<std::size_t>(stop)] && network.feed.stops[s].holds_passengers()) out.push_back(static_cast<std::int32_t>(s));
  }
  return out;
}

std::vector<std::int32_t> of_city(const Network& network, std::string_view city) {
  std::vector<std::int32_t> all, rail;
  const auto railways = rail_stops(network);
  for (std::size_t s = 0; s < network.feed.stops.size(); ++s) {
    const auto& stop = network.feed.stops[s];
    if (stop.city.empty() || without(stop.city, "市") != city || !stop.holds_passengers()) continue;
    all.push_back(static_cast<std::int32_t>(s));
    if (railways[s]) rail.push_back(static_cast<std::int32_t>(s));
  }
  return rail.empty() ? all : rail;
}

constexpr std::array<std::string_view, 4> kDirections = {"东", "西", "南", "北"};

std::vector<std::int32_t> by_direction(const Network& network, std::string_view city) {
  std::vector<std::int32_t> out;
  for (std::size_t s = 0; s < network.feed.stops.size(); ++s) {
    const std::string_view name = without(network.feed.stops[s].name, "站");
    if (!name.starts_with(city) || !network.feed.stops[s].holds_passengers()) continue;
    const auto rest = name.substr(city.size());
    if (rest.empty() || std::ranges::find(kDirections, rest) != kDirections.end()) out.push_back(static_cast<std::int32_t>(s));
  }
  return out;
}

Result<Place> ambiguous(const Network& network, std::string_view text, const std::map<std::uint32_t, std::int32_t>& stations) {
  std::string list;
  int shown = 0;
  for (const auto& [root, stop] : stations) {
    if (++shown > 8) break;
    const auto& s = network.feed.stops[static_cast<std::size_t>(stop)];
    list += fmt::format("{}{}{} ({:.4f},{:.4f})", list.empty() ? "" : "; ", s.id, s.city.empty() ? "" : " " + s.city, s.at.lat, s.at.lon);
  }
  return fail(Code::invalid, "mobility.place_ambiguous", {fmt::format("“{}”有 {} 个车站，请用编号指明是哪一个：{}", text, stations.size(), list), fmt::format("\"{}\" is {} stations: name one by its id: {}", text, stations.size(), list)});
}

Result<Place> unknown(const Network& network, std::string_view text) {
  std::string near;
  for (const auto& place : suggest_places(network, without(without(text, "站"), "市"), 5)) near += (near.empty() ? "" : "、") + place.name;
  const Text hint = near.empty() ? Text{"可写站点编号、车站名、城市名或“纬度,经度”", "write a stop id, the name of a station or city, or \"lat,lon\""} : Text{"是不是：" + near, "did you mean: " + near};
  return fail(Code::not_found, "mobility.place_unknown", {fmt::format("时刻表里没有“{}”；{}", text, hint.zh), fmt::format("the timetable has no \"{}\"; {}", text, hint.en)});
}

}  // namespace

std::string_view without(std::string_view text, std::string_view suffix) {
  return text.size() > suffix.size() && text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

std::vector<bool> rail_stops(const Network& network) {
  std::vector<bool> out(network.feed.stops.size());
  for (const auto& trip : network.feed.trips) {
    const int type = network.feed.routes[static_cast<std::size_t>(trip.route)].type;
    if (!(type == 2 || (type >= 100 && type < 118))) continue;
    for (std::uint32_t i = 0; i < trip.count; ++i) out[static_cast<std::size_t>(network.feed.stop_times[trip.first + i].stop)] = true;
  }
  return out;
}

Result<Place> find_place(const Network& network, std::string_view text) {
  const auto& stops = network.feed.stops;
  const auto city = without(text, "市");
  if (auto all = of_city(network, city); !all.empty()) return place_of(network, PlaceKind::city, text, std::string(city), std::move(all));
  for (std::size_t s = 0; s < stops.size(); ++s) {
    if (stops[s].id != text) continue;
    if (stops[s].holds_passengers()) return place_of(network, PlaceKind::stop, text, stops[s].name.empty() ? stops[s].id : stops[s].name, {static_cast<std::int32_t>(s)});
    if (auto all = station_of(network, static_cast<std::int32_t>(s)); !all.empty()) return place_of(network, PlaceKind::station, text, stops[s].name, std::move(all));
  }
  if (auto found = coordinate(text)) return *std::move(found);
  std::map<std::uint32_t, std::int32_t> stations;  // by the joined station
  for (std::size_t s = 0; s < stops.size(); ++s) {
    if (stops[s].holds_passengers() && !stops[s].name.empty() && without(stops[s].name, "站") == without(text, "站")) stations.emplace(network.station[s], static_cast<std::int32_t>(s));
  }
  if (stations.size() > 1) return ambiguous(network, text, stations);
  if (stations.size() == 1) return place_of(network, PlaceKind::station, text, stops[static_cast<std::size_t>(stations.begin()->second)].name, station_of(network, stations.begin()->second));
  if (city != text) {
    if (auto all = by_direction(network, city); !all.empty()) return place_of(network, PlaceKind::city, text, std::string(city), std::move(all));
  }
  return unknown(network, text);
}

std::vector<Place> suggest_places(const Network& network, std::string_view text, std::size_t most) {
  std::vector<Place> out;
  if (text.empty()) return out;
  std::set<std::string> seen;
  const auto add = [&](PlaceKind kind, const std::string& name, std::size_t stop) {
    if (name.find(text) == name.npos || !seen.insert((kind == PlaceKind::city ? "c" : "s") + name).second) return;
    out.push_back({.kind = kind, .asked = std::string(text), .name = name, .at = network.feed.stops[stop].at, .stops = {static_cast<std::int32_t>(stop)}});
  };
  for (std::size_t s = 0; s < network.feed.stops.size(); ++s) {
    const auto& stop = network.feed.stops[s];
    if (!stop.holds_passengers()) continue;
    if (!stop.city.empty()) add(PlaceKind::city, stop.city, s);
    add(PlaceKind::station, stop.name, s);
  }
  std::ranges::stable_sort(out, {}, [](const Place& place) { return std::pair(place.name.size(), place.name); });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace jiaoji::mobility
