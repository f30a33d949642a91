#include <algorithm>
#include <cmath>

#include "mobility/gtfs_reading.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr double kTransferMetresMax = 10'000;  // nobody changes between places farther apart
constexpr double kWalkMetresPerSecond = 1.33;  // 1.2 m a second at a crossing, 1.4 on the street
constexpr double kStepSeconds = 0.7;           // Fruin 1971: half a metre a second up the slope of a stair
constexpr Seconds kElevatorSeconds = 30;

// Between stops and stations; entrances, nodes and boarding areas are for pathways.
bool may_transfer(Reading& r, Table& t, Column column, std::int32_t stop) {
  if (stop < 0) return false;
  const auto type = r.feed.stops[static_cast<std::size_t>(stop)].type;
  if (type <= LocationType::station) return true;
  t.error("gtfs.transfer_stop_type", column, "换乘只能在站点（0）或车站（1）之间，“{}”是 {}", "transfers join stops (0) and stations (1); \"{}\" is {}", t.text(column), static_cast<int>(type));
  return false;
}

Seconds walk_seconds(const Reading& r, const Pathway& way, int mode, std::optional<std::int64_t> traversal, std::optional<double> length, std::int64_t steps) {
  if (traversal) return static_cast<Seconds>(*traversal);
  const auto& stops = r.feed.stops;
  const double metres = length ? *length : geo::distance_metres(stops[static_cast<std::size_t>(way.from)].at, stops[static_cast<std::size_t>(way.to)].at);
  const double seconds = metres / kWalkMetresPerSecond + static_cast<double>(std::abs(steps)) * kStepSeconds;
  return static_cast<Seconds>(std::ceil(std::min<double>(seconds, kTimeMax))) + (mode == 5 ? kElevatorSeconds : 0);
}

}  // namespace

void read_transfers(Reading& r) {
  const auto table = r.open("transfers.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto from = t.column("from_stop_id"), to = t.column("to_stop_id"), type = t.column("transfer_type"), least = t.column("min_transfer_time");
  const Column narrow[] = {t.column("from_trip_id"), t.column("to_trip_id"), t.column("from_route_id"), t.column("to_route_id")};
  while (t.next()) {
    const int kind = t.choice(type, 0, 5);
    if (kind >= 4) {
      r.notices.note("gtfs.transfer_in_seat", t.at(type), "同车续乘（4、5）不计入", "transfers within a vehicle (4, 5) are not counted");
      continue;
    }
    const auto special = std::ranges::find_if(narrow, [&](Column column) { return !t.text(column).empty(); });
    if (special != std::end(narrow)) {
      const bool trip = special < narrow + 2;
      (void)r.refer(t, *special, trip ? r.trips : r.routes, trip ? "trips.txt" : "routes.txt", false);
      r.notices.note("gtfs.transfer_special", t.at(*special), "只对某车次或某路线的换乘不计入", "a transfer of one trip or route is not counted");
      continue;
    }
    Transfer transfer;
    transfer.from = r.refer(t, from, r.stops, "stops.txt");
    transfer.to = r.refer(t, to, r.stops, "stops.txt");
    transfer.type = static_cast<TransferType>(kind);
    const auto seconds = t.integer(least, 0, kTimeMax);
    if (seconds) transfer.min_seconds = static_cast<Seconds>(*seconds);
    else if (transfer.type == TransferType::minimum_time && !t.faulty()) {
      r.notices.warning("gtfs.transfer_without_time", t.at(least), "transfer_type 为 2 应写明 min_transfer_time", "transfer_type 2 should give min_transfer_time");
    }
    if (!may_transfer(r, t, from, transfer.from) || !may_transfer(r, t, to, transfer.to) || t.faulty()) continue;
    const double metres = geo::distance_metres(r.feed.stops[static_cast<std::size_t>(transfer.from)].at, r.feed.stops[static_cast<std::size_t>(transfer.to)].at);
    if (metres > kTransferMetresMax) r.notices.warning("gtfs.transfer_far", t.at(to), "换乘的两站相距 {:.1f} km", "the two stops lie {:.1f} km apart", metres / 1000);
    r.feed.transfers.push_back(transfer);
  }
}

void read_pathways(Reading& r) {
  const auto table = r.open("pathways.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("pathway_id"), from = t.column("from_stop_id"), to = t.column("to_stop_id"), mode = t.column("pathway_mode"), both = t.column("is_bidirectional"),
             length = t.column("length"), traversal = t.column("traversal_time"), steps = t.column("stair_count");
  Ids ids;
  while (t.next()) {
    Pathway way;
    const auto own = t.required(id);
    way.from = r.refer(t, from, r.stops, "stops.txt");
    way.to = r.refer(t, to, r.stops, "stops.txt");
    for (const auto& [column, stop] : {std::pair(from, way.from), std::pair(to, way.to)}) {
      if (stop >= 0 && r.feed.stops[static_cast<std::size_t>(stop)].type == LocationType::station) t.error("gtfs.pathway_to_station", column, "通道不能通到整座车站，要通到站台、出入口或节点", "a pathway leads to a platform, an entrance or a node, not to a whole station");
    }
    t.required(mode), t.required(both);
    const auto kind = static_cast<int>(t.integer(mode, 1, 7).value_or(1));
    way.both_ways = t.choice(both, 1, 1) == 1;
    if (kind == 7 && way.both_ways && !t.faulty()) r.notices.warning("gtfs.pathway_exit_both_ways", t.at(both), "出站闸机（7）只能单向；按单向读", "an exit gate (7) leads one way; it was read so"), way.both_ways = false;
    const auto seconds = t.integer(traversal, 0, kTimeMax);
    const auto metres = t.number(length, 0, 1e6);
    const auto stairs = t.integer(steps, -10'000, 10'000).value_or(0);
    const bool added = r.add_id(t, id, own, ids, r.feed.pathways.size());
    if (!added || t.faulty() || way.from < 0 || way.to < 0) continue;
    way.seconds = walk_seconds(r, way, kind, seconds, metres, stairs);
    r.feed.pathways.push_back(way);
  }
}

}  // namespace jiaoji::mobility
