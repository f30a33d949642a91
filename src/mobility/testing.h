// Small worlds for tests: a feed drawn in the test, table by table.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mobility/gtfs.h"

namespace jiaoji::mobility {

using Tables = std::map<std::string, std::string>;

inline FeedFiles files_of(Tables tables) {
  FeedFiles out;
  for (const auto& [name, text] : tables) out.names.push_back(name);
  out.read = [tables = std::move(tables)](const std::string& name) -> Result<std::string> {
    const auto found = tables.find(name);
    if (found == tables.end()) return fail(Code::not_found, "test.no_file", {name, name});
    return found->second;
  };
  return out;
}

// Two stops in a station, a stop beyond, a bus and a tram, working days and a Sunday: reads without a notice.
//
//   Plaza (station P: platforms P1, P2) --- B --- C
inline Tables good_tables() {
  return {
      {"agency.txt", "agency_id,agency_name,agency_url,agency_timezone\nA,Bus,https://bus.example,Asia/Shanghai\nT,Tram,https://tram.example,Asia/Shanghai\n"},
      {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
                    "P,Plaza,36.6700,117.0200,1,\nP1,Plaza 1,36.6701,117.0201,0,P\nP2,Plaza 2,36.6702,117.0202,0,P\nB,Bridge,36.6800,117.0300,,\nC,Court,36.6900,117.0400,0,\nE,Gate,36.6703,117.0203,2,P\n"},
      {"routes.txt", "route_id,agency_id,route_short_name,route_long_name,route_type,route_color\nR1,A,1,Plaza to Court,3,0073AC\nR2,T,2,Tram to Court,900,\n"},
      {"trips.txt", "route_id,service_id,trip_id,trip_short_name,shape_id\nR1,W,T1,,S1\nR2,W,T2,K2,\nR1,D,T3,,S1\n"},
      {"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
                         "T1,08:00:00,08:00:00,P1,1,0,1\nT1,08:05:00,08:06:00,B,2,,\nT1,08:12:00,08:12:00,C,3,1,0\n"
                         "T2,23:50:00,23:50:00,P2,1,,\nT2,24:05:00,24:05:00,C,5,,\n"
                         "T3,09:00:00,09:00:00,P1,1,,\nT3,09:10:00,09:10:00,C,2,,\n"},
      {"calendar.txt", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nW,1,1,1,1,1,0,0,20260901,20260930\n"},
      {"calendar_dates.txt", "service_id,date,exception_type\nD,20260906,1\nW,20260925,2\n"},
      {"shapes.txt", "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\nS1,36.67,117.02,1,0\nS1,36.69,117.04,2,3.5\n"},
      {"frequencies.txt", "trip_id,start_time,end_time,headway_secs,exact_times\nT3,09:00:00,12:00:00,600,0\n"},
      {"transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nP1,P2,2,120\n"},
      {"pathways.txt", "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,stair_count\nW1,E,P1,1,1,,45,\nW2,E,P2,2,1,133,,10\n"},
      {"feed_info.txt", "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date\nCity,https://city.example,zh,20260901,20261231\n"},
  };
}

// `changes` replace tables of the good feed; an empty text takes the file away.
inline Tables feed_of(const Tables& changes) {
  auto tables = good_tables();
  for (const auto& [name, text] : changes) {
    if (text.empty()) tables.erase(name);
    else tables[name] = text;
  }
  return tables;
}

// The good feed with one text replaced; fails loudly when the text is not there.
inline Tables with(const std::string& file, const std::string& from, const std::string& to) {
  auto tables = good_tables();
  auto& text = tables.at(file);
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("no \"" + from + "\" in " + file);
  text.replace(at, from.size(), to);
  return tables;
}

inline ReadFeed read_all(Tables tables) { return read_gtfs(files_of(std::move(tables)), {.skip_faulty = true, .check_all = true}).value(); }

}  // namespace jiaoji::mobility
