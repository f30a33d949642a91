// How fast a kind of vehicle plausibly goes: what is faster is a slip in a time or a coordinate.
#pragma once

namespace jiaoji::mobility {

// km/h by GTFS route_type, as in MobilityData's gtfs-validator; extended types by their hundreds.
constexpr double speed_max_kmh(int route_type) {
  switch (route_type >= 100 ? route_type / 100 * 100 : route_type) {
    case 0: case 900: return 100;                                   // tram
    case 4: case 1000: case 1200: return 80;                        // ferry
    case 5: return 30;                                              // cable tram
    case 6: case 7: case 1300: case 1400: return 50;                // aerial lift, funicular
    case 1: case 3: case 11: case 12: case 200: case 400: case 600: case 700: case 800: return 150;  // metro, bus, coach, trolleybus, monorail
    case 2: case 100: return 500;                                   // rail
    case 1100: return 1'100;                                        // air
    default: return 200;
  }
}

}  // namespace jiaoji::mobility
