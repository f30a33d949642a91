#include "mobility/sample.h"

#include "base/embedded.h"

namespace jiaoji::mobility {

Result<void> make_sample(Service& service) {
  constexpr struct { FileKind kind; const char* name; } kFiles[] = {{FileKind::timetable, "rail.csv"}, {FileKind::points, "points.csv"}, {FileKind::zones, "zones.geojson"}};
  for (const auto& file : kFiles) {
    TRY_VOID(service.add(region::system_actor(), {.kind = file.kind, .name = file.name, .bytes = std::string(embedded(std::string("sample/") + file.name)), .source = "示意数据，为本项目编写 / illustrative, written for this project", .illustrative = true}));
  }
  return {};
}

}  // namespace jiaoji::mobility
