#include "mobility/zones.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "mobility/streets_parts.h"
#include "mobility/times.h"
#include "mobility/zones_rings.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kFaultsMax = 50;
constexpr std::size_t kNameMax = 200;
constexpr Day kFarthestDay = 10'000'000;  // so that no sum of days overflows

class Reader {
 public:
  explicit Reader(const ZoneLimits& limits) : limits_(limits), comparisons_(limits.comparisons) {}

  Result<std::vector<Zone>> run(const json::Value& body) {
    const auto* type = body.find("type");
    const auto* features = body.find("features");
    if (!type || !type->string() || *type->string() != "FeatureCollection" || !features || !features->array())
      return fail(Code::invalid, "zones.collection", {"应为 GeoJSON 的 FeatureCollection，含 features 列表", "a GeoJSON FeatureCollection with a list of features is right"}, {{"/type", "zones.collection", {"应为 FeatureCollection", "FeatureCollection is right"}}});
    if (features->array()->size() > limits_.zones) return fail(Code::too_large, "zones.too_many", {fmt::format("区域超过 {} 个", limits_.zones), fmt::format("more than {} zones", limits_.zones)});
    for (number_ = 0; number_ < features->array()->size(); ++number_) feature((*features->array())[number_]);
    if (faults_.empty()) return std::move(zones_);
    const auto first = faults_[0];
    const auto count = faults_.size();
    return fail(first.key == "zones.too_large" ? Code::too_large : Code::invalid, first.key, {fmt::format("区域文件有 {} 处错误：{}", count, first.detail.zh), fmt::format("the zones have {} faults: {}", count, first.detail.en)}, std::move(faults_));
  }

 private:
  // `place` is within the feature; the words name the feature as people count, from 1.
  bool fault(std::string_view place, const char* key, const Text& what) {
    if (faults_.size() < kFaultsMax)
      faults_.push_back({fmt::format("/features/{}{}", number_, place), key, {fmt::format("第 {} 个区域：{}", number_ + 1, what.zh), fmt::format("feature {}: {}", number_ + 1, what.en)}});
    return false;
  }

  void feature(const json::Value& value) {
    Zone zone;
    const auto* type = value.find("type");
    if (!type || !type->string() || *type->string() != "Feature") { fault("/type", "zones.feature", {"应为 Feature", "a Feature is right"}); return; }
    const bool named = names(value, zone), timed = hours(value, zone), drawn = geometry(value, zone);  // all three, so that every fault is told
    if (!named || !timed || !drawn) return;
    zones_.push_back(std::move(zone));
  }

  bool word(const json::Value* value, const char* place, std::string& into) {
    if (!value || value->is_null()) return true;
    if (const auto* number = value->number()) return into = number->spelling, true;
    const auto* text = value->string();
    if (!text) return fault(place, "zones.text", {"应为文字", "a text is right"});
    const auto clean = text::clean(*text, {.max = kNameMax}, place);
    if (!clean) return fault(place, "zones.text", clean.error().detail);
    if (!clean->empty()) into = *clean;
    return true;
  }

  bool names(const json::Value& value, Zone& zone) {
    const auto* properties = value.find("properties");
    zone.id = fmt::format("{}", number_ + 1);
    if (!word(value.find("id"), "/id", zone.id) || (properties && !word(properties->find("id"), "/properties/id", zone.id))) return false;
    zone.name = zone.id;
    if (properties && !word(properties->find("name"), "/properties/name", zone.name)) return false;
    if (!ids_.insert(zone.id).second) return fault("/properties/id", "zones.twice", {fmt::format("编号“{}”已被前面的区域使用", zone.id), fmt::format("an earlier zone has the id '{}' already", zone.id)});
    return true;
  }

  bool hours(const json::Value& value, Zone& zone) {
    const auto* properties = value.find("properties");
    const auto* text = properties ? properties->find("hours") : nullptr;
    if (!text || text->is_null()) return true;
    if (!text->string()) return fault("/properties/hours", "zones.hours", {"应为文字，如 Mo-Su 07:00-22:00", "a text such as Mo-Su 07:00-22:00 is right"});
    auto parsed = parse_hours(*text->string());
    if (!parsed) return fault("/properties/hours", "zones.hours", parsed.error().detail);
    zone.hours = *std::move(parsed);
    return true;
  }

  bool geometry(const json::Value& value, Zone& zone) {
    const auto* geometry = value.find("geometry");
    const auto* type = geometry ? geometry->find("type") : nullptr;
    const auto* coordinates = geometry ? geometry->find("coordinates") : nullptr;
    const bool one = type && type->string() && *type->string() == "Polygon", many = type && type->string() && *type->string() == "MultiPolygon";
    if (!one && !many) return fault("/geometry/type", "zones.geometry", {"应为 Polygon 或 MultiPolygon", "Polygon or MultiPolygon is right"});
    const std::string place = "/geometry/coordinates";
    if (!coordinates || !coordinates->array() || coordinates->array()->empty()) return fault(place, "zones.geometry", {"没有坐标", "there are no coordinates"});
    if (one) return polygon(*coordinates, place, zone);
    for (std::size_t i = 0; i < coordinates->array()->size(); ++i) {
      if (!polygon((*coordinates->array())[i], fmt::format("{}/{}", place, i), zone)) return false;
    }
    return true;
  }

  bool polygon(const json::Value& value, const std::string& place, Zone& zone) {
    if (!value.array() || value.array()->empty()) return fault(place, "zones.geometry", {"没有外环", "there is no outer ring"});
    Polygon polygon;
    for (std::size_t r = 0; r < value.array()->size(); ++r) {
      if (!ring((*value.array())[r], fmt::format("{}/{}", place, r), r, polygon.rings.emplace_back())) return false;
    }
    if (const auto wrong = check_rings(polygon, comparisons_)) return ring_fault(*wrong, place);
    zone.polygons.push_back(std::move(polygon));
    return true;
  }

  bool ring(const json::Value& value, const std::string& place, std::size_t number, Ring& into) {
    const auto zh = fmt::format("第 {} 环", number + 1), en = fmt::format("ring {}", number + 1);
    if (!value.array() || value.array()->size() < 4) return fault(place, "zones.short_ring", {zh + "少于 4 个顶点（首尾相同）", en + " has fewer than 4 positions (the last the same as the first)"});
    if (++rings_ > limits_.rings || (vertices_ += value.array()->size()) > limits_.vertices)
      return fault(place, "zones.too_large", {fmt::format("超过 {} 个环或 {} 个顶点：请先简化边界", limits_.rings, limits_.vertices), fmt::format("more than {} rings or {} positions: simplify the borders first", limits_.rings, limits_.vertices)});
    for (std::size_t v = 0; v < value.array()->size(); ++v) {
      const auto* position = (*value.array())[v].array();
      const auto* lon = position && position->size() >= 2 && position->size() <= 3 ? (*position)[0].number() : nullptr;
      const auto* lat = lon ? (*position)[1].number() : nullptr;
      if (!lat || !(std::abs(lon->value) <= 180 && std::abs(lat->value) <= 90))
        return fault(fmt::format("{}/{}", place, v), "zones.position", {fmt::format("{}第 {} 个顶点应为 [经度 -180 至 180, 纬度 -90 至 90]", zh, v + 1), fmt::format("{}, position {}: [longitude -180 to 180, latitude -90 to 90] is right", en, v + 1)});
      into.push_back({lat->value, lon->value});
    }
    if (to_spot(into.front()) != to_spot(into.back())) return fault(fmt::format("{}/{}", place, into.size() - 1), "zones.open_ring", {zh + "没有闭合：最后一个顶点应与第一个相同", en + " is not closed: the last position ought to be the first again"});
    into.back() = into.front();
    auto distinct = to_spots(into);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() < 4) return fault(place, "zones.short_ring", {zh + "少于 3 个不同的顶点", en + " has fewer than 3 different positions"});
    return true;
  }

  bool ring_fault(const RingFault& wrong, const std::string& place) {
    const auto at = fmt::format("{}/{}/{}", place, wrong.ring, wrong.vertex);
    const auto zh = [](std::size_t ring, std::size_t vertex) { return fmt::format("第 {} 环第 {} 个顶点起的边", ring + 1, vertex + 1); };
    const auto en = [](std::size_t ring, std::size_t vertex) { return fmt::format("the edge from position {} of ring {}", vertex + 1, ring + 1); };
    const auto one_zh = zh(wrong.ring, wrong.vertex), one_en = en(wrong.ring, wrong.vertex), two_zh = zh(wrong.other_ring, wrong.other_vertex), two_en = en(wrong.other_ring, wrong.other_vertex);
    switch (wrong.kind) {
      case RingFault::Kind::crossing: return fault(at, "zones.crossing", {one_zh + "与" + two_zh + "相交或相接", one_en + " meets " + two_en});
      case RingFault::Kind::spike: return fault(at, "zones.crossing", {one_zh + "与" + two_zh + "重合", one_en + " runs along " + two_en});
      case RingFault::Kind::hole_outside: return fault(at, "zones.hole_outside", {one_zh + "在外环之外：洞应在外环之内", one_en + " is outside of the outer ring: holes lie inside"});
      case RingFault::Kind::hole_in_hole: return fault(at, "zones.hole_in_hole", {fmt::format("{}在第 {} 环之内：洞不能重叠", one_zh, wrong.other_ring + 1), fmt::format("{} is inside of ring {}: holes do not overlap", one_en, wrong.other_ring + 1)});
      case RingFault::Kind::too_complicated: break;
    }
    return fault(at, "zones.too_large", {"边界过于复杂，无法检查是否自相交：请先简化", "the borders are too complicated to be checked for crossings: simplify them first"});
  }

  const ZoneLimits& limits_;
  std::size_t number_ = 0, rings_ = 0, vertices_ = 0, comparisons_;
  std::vector<Zone> zones_;
  std::set<std::string> ids_;
  std::vector<Where> faults_;
};

// On the edge of the outer ring or of a hole is inside.
Side side_of(const Polygon& polygon, Spot spot) {
  auto side = Side::inside;
  for (std::size_t r = 0; r < polygon.rings.size(); ++r) {
    const auto of_ring = side_of(to_spots(polygon.rings[r]), spot);
    if (of_ring == Side::edge) side = Side::edge;
    else if ((of_ring == Side::inside) != (r == 0)) return Side::outside;
  }
  return side;
}

}  // namespace

Result<std::vector<Zone>> read_zones(std::string_view geojson, const ZoneLimits& limits) {
  TRY(const auto body, json::parse(geojson, {.depth = 16, .bytes = limits.bytes}));
  return Reader(limits).run(body);
}

ZoneAnswer ask(const Zone& zone, geo::Point place, Moment now) {
  const auto over = (now.time % kDaySeconds + kDaySeconds) % kDaySeconds;
  now = {std::clamp(now.day, -kFarthestDay, kFarthestDay) + static_cast<Day>((std::int64_t{now.time} - over) / kDaySeconds), over};
  ZoneAnswer answer;
  answer.open = open(zone.hours, now);
  answer.closes = closes(zone.hours, now);
  answer.opens = opens(zone.hours, now);
  const Plane plane(place);
  auto side = Side::outside;
  double best = -1;
  for (const auto& polygon : zone.polygons) {
    const auto here = side_of(polygon, to_spot(place));
    if (here != Side::outside && side != Side::inside) side = here;
    for (const auto& ring : polygon.rings) {
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        const auto a = plane.to(ring[i]), b = plane.to(ring[i + 1]);
        const double share = nearest_share(a, b), x = a.x + share * (b.x - a.x), y = a.y + share * (b.y - a.y);
        if (best >= 0 && x * x + y * y >= best) continue;
        best = x * x + y * y;
        answer.edge = plane.back({x, y});
      }
    }
  }
  answer.inside = side != Side::outside;
  const double metres = std::sqrt(std::max(best, 0.0));
  answer.edge_metres = side == Side::edge ? 0 : side == Side::inside ? -metres : metres;
  return answer;
}

}  // namespace jiaoji::mobility
