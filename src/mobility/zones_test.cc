#include "mobility/zones.h"

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/clock.h"
#include "mobility/zones_rings.h"

namespace jiaoji::mobility {
namespace {

// ---- hours

Moment at(const char* date, const char* time) {
  const int hour = std::atoi(time), minute = std::atoi(time + 3);
  return {parse_day(date), hour * 3600 + minute * 60};
}

std::string show(std::optional<Moment> moment) {
  if (!moment) return "never";
  return fmt::format("{} {:02}:{:02}", format_day(moment->day), moment->time / 3600, moment->time / 60 % 60);
}

TEST(Hours, OpenAndCloseAsTheySay) {
  // 2026-09-28 is a Monday.
  const char* usual = "Mo-Fr 07:00-22:00; Sa,Su 09:00-26:00; 2026-10-01 off";
  const struct { const char* name; const char* hours; Moment now; bool open; const char* closes; const char* opens; } rows[] = {
      {"before the morning", usual, at("2026-09-28", "06:59"), false, "never", "2026-09-28 07:00"},
      {"at the start", usual, at("2026-09-28", "07:00"), true, "2026-09-28 22:00", "never"},
      {"at the end", usual, at("2026-09-28", "22:00"), false, "never", "2026-09-29 07:00"},
      {"after midnight of Saturday", usual, at("2026-10-04", "01:59"), true, "2026-10-04 02:00", "never"},
      {"the day off", usual, at("2026-10-01", "12:00"), false, "never", "2026-10-02 07:00"},
      {"the evening before the day off", usual, at("2026-09-30", "23:00"), false, "never", "2026-10-02 07:00"},
      {"always", "24/7", at("2026-10-01", "12:00"), true, "never", "never"},
      {"every day round the clock", "00:00-24:00", at("2026-10-01", "12:00"), true, "never", "never"},
      {"over midnight", "22:00-02:00", at("2026-10-01", "01:00"), true, "2026-10-01 02:00", "never"},
      {"two spans a day", "06:30-09:30,16:30-19:30", at("2026-10-01", "10:00"), false, "never", "2026-10-01 16:30"},
      {"one after the other is one", "06:00-12:00,12:00-18:00", at("2026-10-01", "07:00"), true, "2026-10-01 18:00", "never"},
      {"the weekend without a gap", "Sa-Mo 00:00-24:00", at("2026-10-03", "05:00"), true, "2026-10-06 00:00", "never"},
      {"a week of holidays", "08:00-20:00; 2026-10-01-2026-10-07 10:00-16:00", at("2026-10-03", "17:00"), false, "never", "2026-10-04 10:00"},
      {"over for good", "2026-01-01-2026-02-01 08:00-20:00", at("2026-10-03", "17:00"), false, "never", "never"},
      {"never", "off", at("2026-10-03", "17:00"), false, "never", "never"},
      {"the later rule counts", "Mo-Su 08:00-20:00; We off", at("2026-09-30", "12:00"), false, "never", "2026-10-01 08:00"},
      {"a night's rest does not end the night before", "Fr 20:00-26:00; Sa off", at("2026-10-03", "01:00"), true, "2026-10-03 02:00", "never"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto hours = parse_hours(row.hours);
    ASSERT_TRUE(hours) << hours.error().detail.en;
    EXPECT_EQ(open(*hours, row.now), row.open);
    EXPECT_EQ(show(closes(*hours, row.now)), row.closes);
    EXPECT_EQ(show(opens(*hours, row.now)), row.opens);
  }
}

TEST(Hours, OutsideOfTheGrammarAreRefusedWithThePlace) {
  const struct { const char* text; int character; } rows[] = {
      {"", 1}, {"7:00-22:00", 1}, {"Mo-Fr", 6}, {"Mo-Fr 07:00", 12}, {"Mo-Fr 07:00-", 13}, {"Mo-Fr 07:60-22:00", 7}, {"Mo-Fr 24:00-25:00", 7}, {"Mo-Fr 07:00-48:01", 13}, {"Mo-Fr 07:00-22:00;", 19}, {"PH off", 1},
      {"Mo-Xx 07:00-22:00", 4}, {"mo 07:00-22:00", 1}, {"24/7; Mo off", 5}, {"2026-02-30 off", 1}, {"2026-10-02-2026-10-01 off", 12}, {"07:00-12:00,11:00-15:00", 13}, {"07:00-22:00 x", 13}, {"Mo closed", 4},
      {"sunrise-sunset", 1}, {"Mo-Fr 07:00-22:00+", 18}, {"Mo off,08:00-09:00", 7}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto hours = parse_hours(row.text);
    ASSERT_FALSE(hours);
    EXPECT_EQ(hours.error().key, "zones.hours");
    EXPECT_EQ(hours.error().where.at(0).pointer, fmt::format("character {}", row.character));
  }
}

RC_GTEST_PROP(Hours, AgreeWithAListOfMinutes, ()) {
  constexpr const char* kDays[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
  constexpr Day kFirst = 20724;  // a Monday
  constexpr int kMinutes = 21 * 1440;
  std::string text;
  std::vector<std::vector<std::pair<int, int>>> of_day(23);  // minutes, from the Sunday before
  const int rules = *rc::gen::inRange(1, 5);
  for (int r = 0; r < rules; ++r) {
    const int form = *rc::gen::inRange(0, 3), first = *rc::gen::inRange(0, 7), last = *rc::gen::inRange(0, 7);
    text += r ? "; " : "";
    if (form == 0) text += fmt::format("{}-{} ", kDays[first], kDays[last]);
    if (form == 1) text += format_day(kFirst + first) + "-" + format_day(kFirst + first + last) + " ";
    std::vector<std::pair<int, int>> spans;
    if (*rc::gen::inRange(0, 4) == 0) {
      text += "off";
    } else {
      const int start = *rc::gen::inRange(0, 1440), end = *rc::gen::inRange(0, 2881);
      text += fmt::format("{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60);
      spans.emplace_back(start, end <= start ? end + 1440 : end);
    }
    for (int d = -1; d < 22; ++d) {
      const int weekday = (d + 7) % 7;
      const bool here = form == 2 || (form == 0 && (first <= last ? weekday >= first && weekday <= last : weekday >= first || weekday <= last)) || (form == 1 && d >= first && d <= first + last);
      if (here) of_day[static_cast<std::size_t>(d + 1)] = spans;
    }
  }
  std::vector<bool> minutes(kMinutes + 2880);
  for (int d = -1; d < 22; ++d) {
    for (const auto& [start, end] : of_day[static_cast<std::size_t>(d + 1)]) {
      for (int m = std::max(0, d * 1440 + start); m < std::min<int>(static_cast<int>(minutes.size()), d * 1440 + end); ++m) minutes[static_cast<std::size_t>(m)] = true;
    }
  }
  RC_LOG(text);
  const auto hours = parse_hours(text).value();
  const int now = *rc::gen::inRange(0, 10 * 1440);
  int change = now;
  while (change < kMinutes && minutes[static_cast<std::size_t>(change)] == minutes[static_cast<std::size_t>(now)]) ++change;
  const Moment moment{kFirst + now / 1440, now % 1440 * 60};
  const bool is_open = minutes[static_cast<std::size_t>(now)];
  RC_ASSERT(open(hours, moment) == is_open);
  const auto expected = Moment{kFirst + change / 1440, change % 1440 * 60};
  const auto got = is_open ? closes(hours, moment) : opens(hours, moment);
  if (change < kMinutes) RC_ASSERT(got == std::optional(expected));
  else RC_ASSERT((!got || got->day >= kFirst + 20));
  RC_ASSERT(!(is_open ? opens(hours, moment) : closes(hours, moment)));
}

// ---- zones

std::string collection(const std::string& features) { return R"({"type":"FeatureCollection","features":[)" + features + "]}"; }
std::string feature(const std::string& type, const std::string& coordinates, const std::string& properties = R"({"id":"a","name":"示范区","hours":"Mo-Su 07:00-22:00"})") {
  return R"({"type":"Feature","properties":)" + properties + R"(,"geometry":{"type":")" + type + R"(","coordinates":)" + coordinates + "}}";
}
constexpr const char* kSquare = "[[117,36],[117.1,36],[117.1,36.1],[117,36.1],[117,36]]";

TEST(Zones, AnswerInsideAndOpen) {
  const auto zones = read_zones(collection(feature("Polygon", std::string("[") + kSquare + ",[[117.04,36.04],[117.06,36.04],[117.06,36.06],[117.04,36.06],[117.04,36.04]]]"))).value();
  ASSERT_EQ(zones.size(), 1u);
  EXPECT_EQ(zones[0].name, "示范区");
  const struct { const char* name; geo::Point place; bool inside; double metres, tolerance; } rows[] = {
      {"inside", {36.02, 117.05}, true, -2224, 3},
      {"on the edge", {36.0, 117.03}, true, 0, 0},
      {"at a corner", {36.1, 117.1}, true, 0, 0},
      {"in the hole", {36.05, 117.05}, false, 899, 2},
      {"on the hole's edge", {36.04, 117.05}, true, 0, 0},
      {"a kilometre south", {35.991, 117.05}, false, 1001, 1},
      {"beyond the corner", {36.101, 117.101}, false, 143, 1},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto answer = ask(zones[0], row.place, at("2026-09-28", "12:00"));
    EXPECT_EQ(answer.inside, row.inside);
    EXPECT_NEAR(answer.edge_metres, row.metres, row.tolerance);
    EXPECT_NEAR(geo::distance_metres(answer.edge, row.place), std::abs(row.metres), row.tolerance + 0.1);
    EXPECT_TRUE(answer.open);
    EXPECT_EQ(show(answer.closes), "2026-09-28 22:00");
  }
  const auto late = ask(zones[0], {36.02, 117.05}, {parse_day("2026-09-27"), 23 * 3600 + kNone + 86400});
  EXPECT_FALSE(late.open);
  EXPECT_EQ(show(late.opens), "2026-09-29 07:00");
  EXPECT_EQ(show(ask(zones[0], {36, 117}, {parse_day("2026-09-28"), -1}).opens), "2026-09-28 07:00");
}

TEST(Zones, MayBeOfSeveralPiecesAndWithoutWords) {
  const auto zones = read_zones(collection(feature("MultiPolygon", std::string("[[") + kSquare + "],[[[118,36],[118,36.1],[118.1,36],[118,36]]]]", "null") + "," + feature("Polygon", std::string("[") + kSquare + "]", R"({"other":[1]})"))).value();
  ASSERT_EQ(zones.size(), 2u);
  EXPECT_EQ(zones[1].id, "2");
  EXPECT_EQ(zones[1].name, "2");
  EXPECT_TRUE(ask(zones[0], {36.05, 117.05}, {}).inside);
  EXPECT_TRUE(ask(zones[0], {36.02, 118.02}, {}).inside);
  EXPECT_FALSE(ask(zones[0], {36.09, 118.09}, {}).inside);
  EXPECT_TRUE(ask(zones[0], {36.02, 118.02}, {}).open);
}

TEST(Zones, SayWhichFeatureRingAndVertexIsWrong) {
  const auto ring = [](const std::string& r) { return feature("Polygon", "[" + r + "]"); };
  const auto hole = [](const std::string& h) { return feature("Polygon", std::string("[") + kSquare + "," + h + "]"); };
  const std::string good = feature("Polygon", std::string("[") + kSquare + "]", R"({"id":"first"})");
  const struct { const char* name; std::string json; const char* key; const char* place; } rows[] = {
      {"no collection", R"({"type":"Feature"})", "zones.collection", "/type"},
      {"a point", collection(feature("Point", "[117,36]")), "zones.geometry", "/features/0/geometry/type"},
      {"the second is a line", collection(good + "," + feature("LineString", "[[117,36],[118,36]]")), "zones.geometry", "/features/1/geometry/type"},
      {"not closed", collection(ring("[[117,36],[118,36],[118,37],[117,37]]")), "zones.open_ring", "/features/0/geometry/coordinates/0/3"},
      {"too short", collection(ring("[[117,36],[118,36],[117,36]]")), "zones.short_ring", "/features/0/geometry/coordinates/0"},
      {"the same place again and again", collection(ring("[[117,36],[117,36],[118,36],[117,36]]")), "zones.short_ring", "/features/0/geometry/coordinates/0"},
      {"lat and lon the wrong way round", collection(ring("[[36,117],[37,117],[37,118],[36,117]]")), "zones.position", "/features/0/geometry/coordinates/0/0"},
      {"words for numbers", collection(ring("[[117,36],[118,\"36\"],[118,37],[117,36]]")), "zones.position", "/features/0/geometry/coordinates/0/1"},
      {"a bow tie", collection(ring("[[117,36],[118,37],[118,36],[117,37],[117,36]]")), "zones.crossing", "/features/0/geometry/coordinates/0/0"},
      {"touches itself", collection(ring("[[117,36],[118,36],[118,37],[117.5,36],[117,37],[117,36]]")), "zones.crossing", "/features/0/geometry/coordinates/0/0"},
      {"out and back", collection(ring("[[117,36],[118,36],[119,36],[118,36],[118,37],[117,36]]")), "zones.crossing", "/features/0/geometry/coordinates/0/0"},
      {"a hole outside", collection(hole("[[118,36],[118.1,36],[118.1,36.1],[118,36]]")), "zones.hole_outside", "/features/0/geometry/coordinates/1/0"},
      {"a hole over the edge", collection(hole("[[117.05,36.05],[117.15,36.05],[117.15,36.06],[117.05,36.05]]")), "zones.crossing", "/features/0/geometry/coordinates/1/0"},
      {"a hole in a hole", collection(hole("[[117.02,36.02],[117.08,36.02],[117.08,36.08],[117.02,36.02]],[[117.05,36.03],[117.06,36.03],[117.06,36.04],[117.05,36.03]]")), "zones.hole_in_hole", "/features/0/geometry/coordinates/2/0"},
      {"an id twice", collection(good + "," + good), "zones.twice", "/features/1/properties/id"},
      {"bad hours", collection(feature("Polygon", std::string("[") + kSquare + "]", R"({"hours":"daily"})")), "zones.hours", "/features/0/properties/hours"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto zones = read_zones(row.json);
    ASSERT_FALSE(zones);
    EXPECT_EQ(zones.error().key, row.key);
    EXPECT_EQ(zones.error().where.at(0).pointer, row.place);
  }
  EXPECT_EQ(read_zones(collection(good), {.zones = 0}).error().key, "zones.too_many");
  EXPECT_EQ(read_zones(collection(good), {.vertices = 4}).error().key, "zones.too_large");
  EXPECT_EQ(read_zones(collection(good), {.comparisons = 1}).error().key, "zones.too_large");
}

// ---- rings against brute force, on a small board of whole numbers

struct Cell { int x, y; };
geo::Point degrees(Cell c) { return {36 + c.y * 0.01, 117 + c.x * 0.01}; }
int cross(Cell a, Cell b) { return a.x * b.y - a.y * b.x; }
Cell minus(Cell a, Cell b) { return {a.x - b.x, a.y - b.y}; }

// By the equation of both lines: a + t r = c + u s with t and u from 0 to 1.
bool meet(Cell a, Cell b, Cell c, Cell d) {
  const auto r = minus(b, a), s = minus(d, c), ac = minus(c, a);
  int whole = cross(r, s), t = cross(ac, s), u = cross(ac, r);
  if (whole < 0) whole = -whole, t = -t, u = -u;
  if (whole) return t >= 0 && t <= whole && u >= 0 && u <= whole;
  if (u != 0) return false;
  const auto from = [](int p, int q) { return std::min(p, q); };
  const auto to = [](int p, int q) { return std::max(p, q); };
  return to(from(a.x, b.x), from(c.x, d.x)) <= from(to(a.x, b.x), to(c.x, d.x)) && to(from(a.y, b.y), from(c.y, d.y)) <= from(to(a.y, b.y), to(c.y, d.y));
}

bool simple(const std::vector<Cell>& ring) {
  const auto n = ring.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const auto a = ring[i], b = ring[(i + 1) % n], c = ring[j], d = ring[(j + 1) % n];
      const bool next = j == i + 1 || (i == 0 && j == n - 1);
      if (!next && meet(a, b, c, d)) return false;
      if (next) {  // back along itself
        const auto corner = j == i + 1 ? b : a, before = j == i + 1 ? a : c, after = j == i + 1 ? d : b;
        const auto p = minus(before, corner), q = minus(after, corner);
        if (cross(p, q) == 0 && p.x * q.x + p.y * q.y > 0) return false;
      }
    }
  }
  return true;
}

RC_GTEST_PROP(Rings, CrossWhereBruteForceSaysSo, ()) {
  const int n = *rc::gen::inRange(3, 8);
  std::vector<Cell> ring;
  for (int i = 0; i < n; ++i) {
    const Cell c{*rc::gen::inRange(0, 7), *rc::gen::inRange(0, 7)};
    if (ring.empty() || ring.back().x != c.x || ring.back().y != c.y) ring.push_back(c);
  }
  while (!ring.empty() && ring.front().x == ring.back().x && ring.front().y == ring.back().y) ring.pop_back();
  RC_PRE(ring.size() >= 3);
  Ring closed;
  for (const auto c : ring) closed.push_back(degrees(c));
  closed.push_back(closed.front());
  std::size_t comparisons = 1000;
  const bool is_simple = simple(ring);
  RC_TAG(is_simple ? "simple" : "crossing");
  RC_ASSERT(!check_rings({{closed}}, comparisons) == is_simple);
  if (!is_simple) return;
  // The angle under which the ring is seen from a place: a full turn inside, none outside.
  const std::vector<Spot> spots = to_spots(closed);
  for (int x = -1; x < 14; ++x) {
    for (int y = -1; y < 14; ++y) {  // half cells
      bool edge = false;
      double turned = 0;
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const Cell p{2 * ring[i].x - x, 2 * ring[i].y - y}, q{2 * ring[(i + 1) % ring.size()].x - x, 2 * ring[(i + 1) % ring.size()].y - y};
        const int dot = p.x * q.x + p.y * q.y;
        if (cross(p, q) == 0 && dot <= 0) edge = true;
        turned += std::atan2(cross(p, q), dot);
      }
      const auto expected = edge ? Side::edge : std::abs(turned) > 3 ? Side::inside : Side::outside;
      RC_ASSERT(side_of(spots, to_spot({36 + y * 0.005, 117 + x * 0.005})) == expected);
    }
  }
}

RC_GTEST_PROP(Zones, TheNearestEdgeIsThatOfDenseSampling, ()) {
  Ring ring;
  const int n = *rc::gen::inRange(3, 9);
  for (int i = 0; i < n; ++i) {  // a star: never crosses itself
    const double angle = 2 * std::numbers::pi * i / n, radius = *rc::gen::inRange(10, 100) * 1e-3;
    ring.push_back({36 + radius * std::sin(angle), 117 + radius * std::cos(angle)});
  }
  ring.push_back(ring.front());
  Zone zone;
  zone.polygons = {{{ring}}};
  const geo::Point place{36 + *rc::gen::inRange(-150, 151) * 1e-3, 117 + *rc::gen::inRange(-150, 151) * 1e-3};
  double best = 1e12;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    for (int s = 0; s <= 500; ++s) {
      const double share = s / 500.0;
      best = std::min(best, geo::distance_metres(place, {ring[i].lat + share * (ring[i + 1].lat - ring[i].lat), ring[i].lon + share * (ring[i + 1].lon - ring[i].lon)}));
    }
  }
  const auto answer = ask(zone, place, {});
  RC_ASSERT(std::abs(std::abs(answer.edge_metres) - best) < 20 + best * 0.003);
  RC_ASSERT(answer.inside == contains(zone.polygons, place));
  RC_ASSERT(answer.inside == (answer.edge_metres <= 0));
}

}  // namespace
}  // namespace jiaoji::mobility
