// read_zones: any bytes as a file, and as hours. Zones that are read answer; what closes is open until then.
#include <cstdlib>

#include "mobility/zones.h"

using namespace jiaoji::mobility;

namespace {

void check(const Hours& hours, Moment now) {
  const bool is_open = open(hours, now);
  const auto end = closes(hours, now), start = opens(hours, now);
  if (end && start) std::abort();
  if (end && (!is_open || *end <= now || open(hours, *end))) std::abort();
  if (start && (is_open || *start <= now || !open(hours, *start))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto hours = parse_hours(bytes)) {
    for (Day day = 20'700; day < 20'715; ++day) check(*hours, {day, static_cast<Seconds>(size * 977 % 86'400)});
    if (!parse_hours(hours->text)) std::abort();
  }
  const auto zones = read_zones(bytes, {.comparisons = 100'000});
  if (!zones) return 0;
  for (const auto& zone : *zones) {
    for (const auto& polygon : zone.polygons) {
      const auto corner = polygon.rings[0][0];
      const auto answer = ask(zone, corner, {20'700, 43'200});
      if (!answer.inside || answer.edge_metres > 0) std::abort();
      check(zone.hours, {20'700, 43'200});
    }
  }
  return 0;
}
