#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

namespace {

void mark(std::vector<bool>& used, std::int32_t at) {
  if (at >= 0) used[static_cast<std::size_t>(at)] = true;
}

void check_shape(Reading& r, Table& t, Column shape) {
  const auto id = t.text(shape);
  if (id.empty()) return;
  const auto entry = r.shapes.find(id);
  if (entry.at == kNone) r.notices.warning("gtfs.shape_missing", t.at(shape), "shapes.txt 里没有 shape_id“{}”", "there is no shape_id \"{}\" in shapes.txt", id);
  else r.shape_used[static_cast<std::size_t>(entry.at)] = true;
}

}  // namespace

void read_trips(Reading& r) {
  const auto table = r.open("trips.txt", Reading::Presence::required);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("trip_id"), route = t.column("route_id"), service = t.column("service_id"), name = t.column("trip_short_name"), shape = t.column("shape_id"),
             direction = t.column("direction_id");
  r.trips.reserve(t.lines());
  r.feed.trips.reserve(t.lines());
  while (t.next()) {
    Trip trip;
    const auto own = t.required(id);
    trip.id = own;
    trip.name = t.text(name);
    trip.route = r.refer(t, route, r.routes, "routes.txt");
    trip.service = r.refer(t, service, r.services, r.has("calendar.txt") ? "calendar.txt" : "calendar_dates.txt");
    (void)t.choice(direction, 0, 1);
    if (r.options.check_all) check_shape(r, t, shape);
    mark(r.route_used, trip.route), mark(r.service_used, trip.service);
    const bool follows = trip.route == kLeftOut || trip.service == kLeftOut;
    if (follows) r.notices.note("gtfs.left_out_with", t.at(trip.route == kLeftOut ? route : service), "所属的路线或服务有错，车次一并略去", "left out with its route or service, which has an error");
    if (t.faulty() || follows) ++r.trips_left_out;
    const bool added = r.add_id(t, id, own, r.trips, r.feed.trips.size());
    if (added && follows) r.trips.leave_out(own);
    if (!added || t.faulty() || follows) continue;
    r.feed.trips.push_back(std::move(trip));
    r.trip_lines.push_back(static_cast<std::uint32_t>(t.line()));
  }
  if (r.trips.size() == 0) r.notices.error("gtfs.table_empty", {"trips.txt"}, "没有一行数据，应当有车次", "has no row; there should be trips");
  r.trip_faulty.resize(r.feed.trips.size());
}

}  // namespace jiaoji::mobility
