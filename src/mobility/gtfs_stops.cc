#include <cmath>

#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

namespace {

constexpr double kParentMetresMax = 1'000;   // a platform a kilometre off its station is a slip
constexpr double kOriginDegrees = 1;         // around 0, 0 there is only sea

// A parent is named before or after its stop: looked up when all are read.
struct Child { std::int32_t stop; std::uint32_t line; std::string parent; };

void read_point(Table& t, Column lat, Column lon, Stop& stop) {
  const bool may_lack = stop.type == LocationType::node || stop.type == LocationType::boarding;
  for (const auto column : {lat, lon}) {
    if (t.text(column).empty() && !may_lack) t.error("gtfs.coordinate_missing", column, "车站没有坐标 {}", "the stop has no {}", column.name);
  }
  const auto y = t.number(lat, -90, 90), x = t.number(lon, -180, 180);
  if (y && x && std::abs(*y) < kOriginDegrees && std::abs(*x) < kOriginDegrees) {
    t.error("gtfs.point_near_origin", lat, "坐标 {}, {} 在几内亚湾的零点附近，应是车站的 WGS-84 经纬度", "{}, {} lies at 0, 0 in the Gulf of Guinea; it should be the stop's degrees in WGS-84", *y, *x);
  } else if (y && x && std::abs(*y) > 89) {
    t.error("gtfs.point_near_pole", lat, "纬度 {} 在极点附近", "latitude {} lies at a pole", *y);
  }
  stop.at = y && x ? geo::Point{*y, *x} : geo::Point{NAN, NAN};  // a half is none
}

void join_parent(Reading& r, const Child& child, Column column) {
  auto& stop = r.feed.stops[static_cast<std::size_t>(child.stop)];
  const auto type = static_cast<int>(stop.type);
  const At at{"stops.txt", child.line, column.name, child.parent};
  const bool must = stop.type == LocationType::entrance || stop.type == LocationType::node || stop.type == LocationType::boarding;
  if (child.parent.empty()) {
    if (must) r.notices.error("gtfs.parent_missing", at, "location_type {} 必须有 parent_station", "location_type {} must have a parent_station", type);
    return;
  }
  if (stop.type == LocationType::station) return r.notices.error("gtfs.parent_of_station", at, "车站（location_type 1）不能再有上级", "a station (location_type 1) cannot have a parent");
  const auto parent = r.stops.find(child.parent);
  if (parent.at == kNone) return r.notices.error("gtfs.reference_missing", at, "stops.txt 里没有 stop_id“{}”", "there is no stop_id \"{}\" in stops.txt", child.parent);
  if (parent.at == kLeftOut) return;
  const auto& station = r.feed.stops[static_cast<std::size_t>(parent.at)];
  const auto wanted = stop.type == LocationType::boarding ? LocationType::stop : LocationType::station;
  if (station.type != wanted) {
    return r.notices.error("gtfs.parent_type", at, "上级“{}”的 location_type 是 {}，应当是 {}", "the parent \"{}\" has location_type {}; it should be {}", child.parent, static_cast<int>(station.type), static_cast<int>(wanted));
  }
  stop.parent = parent.at;
  const double metres = geo::distance_metres(stop.at, station.at);
  if (metres > kParentMetresMax) r.notices.warning("gtfs.far_from_parent", at, "离上级车站 {:.1f} km；应当在同一处", "lies {:.1f} km from its station; they should be one place", metres / 1000);
}

// What stands inside a station has its zone, and its place when it has none of its own.
void inherit(Reading& r) {
  auto& feed = r.feed;
  for (int pass = 0; pass < 2; ++pass) {  // boarding area → stop → station
    for (auto& stop : feed.stops) {
      if (stop.parent == kNone) continue;
      const auto& parent = feed.stops[static_cast<std::size_t>(stop.parent)];
      if (!parent.timezone.empty()) stop.timezone = parent.timezone;
      if (std::isnan(stop.at.lat)) stop.at = parent.at;
    }
  }
  for (auto& stop : feed.stops) {
    if (stop.timezone.empty()) stop.timezone = feed.timezone;
    if (!std::isnan(stop.at.lat)) continue;
    stop.at = {};
    r.stops.leave_out(stop.id);  // nowhere at all (told: it has no station): nothing may lead there
  }
}

void check_stations(Reading& r, const std::vector<std::uint32_t>& lines) {
  std::vector<bool> has_stop(r.feed.stops.size());
  for (const auto& stop : r.feed.stops) {
    if (stop.parent != kNone && stop.type == LocationType::stop) has_stop[static_cast<std::size_t>(stop.parent)] = true;
  }
  for (std::size_t i = 0; i < r.feed.stops.size(); ++i) {
    const auto& stop = r.feed.stops[i];
    if (stop.type == LocationType::station && !has_stop[i]) r.notices.note("gtfs.station_empty", {"stops.txt", lines[i], "stop_id", stop.id}, "车站“{}”下面没有站台或站点", "no stop belongs to the station \"{}\"", stop.id);
  }
}

}  // namespace

void read_stops(Reading& r) {
  const auto table = r.open("stops.txt", Reading::Presence::required);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("stop_id"), name = t.column("stop_name"), lat = t.column("stop_lat"), lon = t.column("stop_lon"), type = t.column("location_type"),
             parent = t.column("parent_station"), zone = t.column("stop_timezone"), url = t.column("stop_url");
  std::vector<Child> children;
  std::vector<std::uint32_t> lines;
  while (t.next()) {
    Stop stop;
    stop.id = t.required(id);
    stop.type = static_cast<LocationType>(t.choice(type, 0, 4));
    stop.name = t.text(name);
    if (stop.name.empty() && stop.type <= LocationType::entrance) {
      r.notices.warning("gtfs.name_missing", t.at(name), "stop_name 为空；以 stop_id 代替", "stop_name is blank; stop_id stands for it");
      stop.name = stop.id;
    }
    read_point(t, lat, lon, stop);
    stop.timezone = t.text(zone);
    if (!stop.timezone.empty() && !is_timezone(stop.timezone)) t.error("gtfs.timezone", zone, "“{}”不是时区；应写作 Asia/Shanghai 这样的名称", "\"{}\" is no time zone: write a name such as Asia/Shanghai", stop.timezone);
    if (r.options.check_all) check_url(t, url);
    const bool added = r.add_id(t, id, stop.id, r.stops, r.feed.stops.size());
    if (!added || t.faulty()) continue;
    children.push_back({static_cast<std::int32_t>(r.feed.stops.size()), static_cast<std::uint32_t>(t.line()), std::string(t.text(parent))});
    lines.push_back(static_cast<std::uint32_t>(t.line()));
    r.feed.stops.push_back(std::move(stop));
  }
  if (r.stops.size() == 0) r.notices.error("gtfs.table_empty", {"stops.txt"}, "没有一行数据，应当有车站", "has no row; there should be stops");
  for (const auto& child : children) join_parent(r, child, parent);
  inherit(r);
  check_stations(r, lines);
  r.stop_used.resize(r.feed.stops.size());
}

}  // namespace jiaoji::mobility
