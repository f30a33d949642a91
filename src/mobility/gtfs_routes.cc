#include <algorithm>
#include <map>
#include <tuple>

#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

namespace {

// The basic types, and the extended ones by their hundreds (https://developers.google.com/transit/gtfs/reference/extended-route-types).
bool is_known_type(std::int64_t type) {
  return (type >= 0 && type <= 7) || type == 11 || type == 12 || (type >= 100 && type <= 117) || (type >= 200 && type <= 209) || (type >= 300 && type < 301) ||
         (type >= 400 && type <= 405) || (type >= 500 && type < 501) || (type >= 600 && type < 601) || (type >= 700 && type <= 717) || type == 800 ||
         (type >= 900 && type <= 907) || type == 1000 || type == 1100 || (type >= 1200 && type < 1201) || (type >= 1300 && type <= 1307) || type == 1400 ||
         (type >= 1500 && type <= 1507) || type == 1700 || type == 1702;
}

void check_agency(Reading& r, Table& t, Column agency) {
  if (r.agencies.size() == 0) return;
  const auto id = t.text(agency);
  if (!id.empty() && r.agencies.find(id).at == kNone) {
    r.notices.error("gtfs.reference_missing", t.at(agency), "agency.txt 里没有 agency_id“{}”", "there is no agency_id \"{}\" in agency.txt", id);
  } else if (id.empty() && r.agencies.size() > 1) {
    r.notices.warning("gtfs.value_missing", t.at(agency), "有多家运营方时应写明 agency_id", "where there are several agencies, agency_id should be given");
  }
}

}  // namespace

void read_routes(Reading& r) {
  const auto table = r.open("routes.txt", Reading::Presence::required);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("route_id"), agency = t.column("agency_id"), brief = t.column("route_short_name"), full = t.column("route_long_name"), type = t.column("route_type"),
             url = t.column("route_url"), colour = t.column("route_color"), text_colour = t.column("route_text_color");
  std::map<std::tuple<std::string, std::string, int, std::string>, std::size_t> names;
  while (t.next()) {
    Route route;
    route.id = t.required(id);
    const auto short_name = t.text(brief), long_name = t.text(full);
    route.name = short_name.empty() ? long_name : short_name;
    if (route.name.empty()) {
      r.notices.warning("gtfs.name_missing", t.at(brief), "route_short_name 和 route_long_name 都为空；以 route_id 代替", "route_short_name and route_long_name are blank; route_id stands for them");
      route.name = route.id;
    }
    t.required(type);
    const auto number = t.integer(type, 0, 9999);
    route.type = static_cast<int>(number.value_or(3));
    if (number && !is_known_type(*number)) r.notices.warning("gtfs.route_type", t.at(type), "没有路线类型 {}；照原样保留", "there is no route type {}; it is kept as it stands", *number);
    route.agency = t.text(agency);
    check_agency(r, t, agency);
    if (r.options.check_all) check_url(t, url), check_colour(t, colour), check_colour(t, text_colour);
    const bool added = r.add_id(t, id, route.id, r.routes, r.feed.routes.size());
    if (!added || t.faulty()) continue;
    const auto [same, first] = names.try_emplace({std::string(short_name), std::string(long_name), route.type, route.agency}, t.line());
    if (!first && !(short_name.empty() && long_name.empty())) {
      r.notices.warning("gtfs.route_name_twice", t.at(short_name.empty() ? full : brief), "与第 {} 行的路线同名同类型", "has the names and the type of the route in line {}", same->second);
    }
    r.feed.routes.push_back(std::move(route));
  }
  if (r.routes.size() == 0) r.notices.error("gtfs.table_empty", {"routes.txt"}, "没有一行数据，应当有路线", "has no row; there should be routes");
  r.route_used.resize(r.feed.routes.size());
}

}  // namespace jiaoji::mobility
