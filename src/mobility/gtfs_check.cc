#include <algorithm>

#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

void read_shapes(Reading& r) {
  const auto table = r.open("shapes.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("shape_id"), lat = t.column("shape_pt_lat"), lon = t.column("shape_pt_lon"), sequence = t.column("shape_pt_sequence"), along = t.column("shape_dist_traveled");
  std::int32_t shape = kNone;
  std::string current;  // a copy: a cell with doubled quotes goes with its row
  std::int64_t last = -1;
  double far = 0;
  while (t.next()) {
    const auto own = t.required(id);
    t.required(lat), t.required(lon), t.required(sequence);
    t.number(lat, -90, 90), t.number(lon, -180, 180);
    const auto place = t.integer(sequence, 0, INT32_MAX);
    const auto distance = t.number(along, 0, 1e9);
    if (t.faulty()) continue;
    if (own != current || shape == kNone) {
      current = own, last = -1, far = 0;
      r.shapes.add(own, {static_cast<std::int32_t>(r.shapes.size()), static_cast<std::uint32_t>(t.line())});
      shape = r.shapes.find(own).at;
    }
    if (place && *place == last) t.error("gtfs.sequence_twice", sequence, "shape_pt_sequence {} 与上一行相同", "shape_pt_sequence {} is the same as in the line before", *place);
    // Points in another order are legal; what they lie along can then not be held against the line before.
    if (place && distance && *place > last && *distance < far) r.notices.warning("gtfs.shape_distance_decreases", t.at(along), "shape_dist_traveled 变小了，应逐点增大", "shape_dist_traveled decreases; it should grow from point to point");
    last = place.value_or(last), far = distance.value_or(far);
  }
  r.shape_used.resize(r.shapes.size());
}

// The tables that travel times do not need: their form, and that what must be given is given.
void check_others(Reading& r) {
  constexpr std::string_view kRead[] = {"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt", "calendar_dates.txt", "shapes.txt",
                                        "frequencies.txt", "transfers.txt", "pathways.txt", "feed_info.txt", "locations.geojson"};
  for (const auto& name : r.files.names) {
    if (!name.starts_with(r.folder)) continue;
    const auto file = std::string_view(name).substr(r.folder.size());
    const auto columns = columns_of(file);
    if (columns.empty() || std::ranges::find(kRead, file) != std::end(kRead)) continue;
    const auto table = r.open(file, Reading::Presence::optional);
    if (!table) continue;
    std::vector<Column> must;
    for (std::size_t at = 0; at < columns.size(); at = std::min(columns.find(' ', at), columns.size() - 1) + 1) {
      const auto column = columns.substr(at, columns.find(' ', at) - at);
      if (column.ends_with('!')) must.push_back(table->column(column.substr(0, column.size() - 1)));
    }
    while (table->next()) {
      for (const auto column : must) (void)table->required(column);
    }
  }
}

void check_use(Reading& r) {
  const auto unused = [&](const Ids& ids, const std::vector<bool>& used, std::string_view key, std::string_view file, std::string_view field, std::string_view zh, std::string_view en) {
    std::vector<std::pair<std::uint32_t, std::string_view>> found;  // in the order of the file
    for (const auto& [id, entry] : ids) {
      if (entry.at >= 0 && !used[static_cast<std::size_t>(entry.at)]) found.emplace_back(entry.line, id);
    }
    std::ranges::sort(found);
    for (const auto& [line, id] : found) r.notices.warning(key, {file, line, field, id}, "{}“{}”没有车次使用", "no trip uses the {2} \"{1}\"", zh, id, en);
  };
  for (std::size_t i = 0; i < r.feed.stops.size(); ++i) {
    if (r.feed.stops[i].type != LocationType::stop) r.stop_used[i] = true;
  }
  if (r.trips.size() == 0) return;  // told already; all would be unused
  unused(r.stops, r.stop_used, "gtfs.stop_unused", "stops.txt", "stop_id", "站点", "stop");
  unused(r.routes, r.route_used, "gtfs.route_unused", "routes.txt", "route_id", "路线", "route");
  unused(r.services, r.service_used, "gtfs.service_unused", r.has("calendar.txt") ? "calendar.txt" : "calendar_dates.txt", "service_id", "服务", "service");
  if (r.options.check_all) unused(r.shapes, r.shape_used, "gtfs.shape_unused", "shapes.txt", "shape_id", "线形", "shape");
}

}  // namespace jiaoji::mobility
