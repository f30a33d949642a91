// Who may use a way, by its tags: wiki.openstreetmap.org "Key:access", "Key:oneway", "Key:maxspeed".
#include <algorithm>
#include <charconv>
#include <cmath>

#include "mobility/streets.h"

namespace jiaoji::mobility {

namespace {

constexpr Modes kWalk = bit(Mode::walk), kCycle = bit(Mode::cycle), kDrive = bit(Mode::drive);

struct Class { std::string_view name; Modes modes; int kmh; bool motorway = false; };
// Driving speeds where no limit is tagged are those of OSRM's profiles/car.lua: what is really driven, crossings included.
constexpr Class kClasses[] = {
    {"residential", kWalk | kCycle | kDrive, 25},
    {"service", kWalk | kCycle | kDrive, 15},
    {"footway", kWalk, 10},
    {"path", kWalk | kCycle, 10},
    {"track", kWalk | kCycle, 15},
    {"unclassified", kWalk | kCycle | kDrive, 25},
    {"tertiary", kWalk | kCycle | kDrive, 40},
    {"secondary", kWalk | kCycle | kDrive, 55},
    {"primary", kWalk | kCycle | kDrive, 65},
    {"trunk", kWalk | kCycle | kDrive, 85},
    {"motorway", kDrive, 90, true},
    {"tertiary_link", kWalk | kCycle | kDrive, 20},
    {"secondary_link", kWalk | kCycle | kDrive, 25},
    {"primary_link", kWalk | kCycle | kDrive, 30},
    {"trunk_link", kWalk | kCycle | kDrive, 40},
    {"motorway_link", kDrive, 45, true},
    {"living_street", kWalk | kCycle | kDrive, 10},
    {"road", kWalk | kCycle | kDrive, 25},
    {"pedestrian", kWalk, 10},
    {"cycleway", kWalk | kCycle, 10},
    {"steps", kWalk, 5},
    {"bridleway", kWalk, 10},
    {"corridor", kWalk, 5},
    {"elevator", kWalk, 5},
    {"platform", kWalk, 5},
    {"busway", 0, 40},
    {"bus_guideway", 0, 40},
};

std::string_view value_of(Tags tags, std::string_view key) {
  for (const auto& [k, v] : tags) {
    if (k == key) return v;
  }
  return {};
}

template <std::size_t N>
bool one_of(std::string_view value, const std::string_view (&list)[N]) { return std::find(std::begin(list), std::end(list), value) != std::end(list); }

// What an access tag says; a word that is not known says nothing.
std::optional<bool> allowed(std::string_view value) {
  static constexpr std::string_view kYes[] = {"yes", "designated", "permissive", "destination", "customers", "official", "public"};
  static constexpr std::string_view kNo[] = {"no", "private", "agricultural", "forestry", "delivery", "emergency", "military", "psv", "use_sidepath", "dismount", "restricted", "permit", "residents"};
  if (one_of(value, kYes)) return true;
  if (one_of(value, kNo)) return false;
  return {};
}

// The keys from the general to the special: the last one that says something counts.
bool may(Tags tags, bool otherwise, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) otherwise = allowed(value_of(tags, key)).value_or(otherwise);
  return otherwise;
}

enum class Way { both, along, against, none };

Way oneway(std::string_view value, Way otherwise) {
  if (value == "yes" || value == "true" || value == "1") return Way::along;
  if (value == "-1" || value == "reverse") return Way::against;
  if (value == "no" || value == "false" || value == "0" || value == "alternating") return Way::both;
  if (value == "reversible") return Way::none;  // which way, only the hour tells
  return otherwise;
}

// Cyclists may go against a oneway street where one of these says so.
bool contraflow(Tags tags) {
  for (const std::string_view key : {"cycleway", "cycleway:left", "cycleway:right"}) {
    if (value_of(tags, key).starts_with("opposite")) return true;
  }
  for (const std::string_view key : {"cycleway:left:oneway", "cycleway:right:oneway"}) {
    const auto value = value_of(tags, key);
    if (value == "-1" || value == "no") return true;
  }
  return false;
}

// Limits that a country's law sets: "CN:urban". China: 道路交通安全法实施条例 art. 45 (50 in cities, 70 on rural roads with one lane each way)
// and art. 78 (120); others by wiki.openstreetmap.org/wiki/Default_speed_limits, 50/90/120 where a country is not listed.
std::optional<double> limit_by_law(std::string_view value) {
  static constexpr struct { std::string_view country; int urban, rural, trunk, motorway; } kLaws[] = {
      {"CN", 50, 70, 80, 120}, {"DE", 50, 100, 130, 130}, {"FR", 50, 80, 110, 130}, {"BR", 60, 60, 110, 110}, {"RU", 60, 90, 90, 110}, {"JP", 60, 60, 60, 100}, {"", 50, 90, 110, 120}};
  if (value.size() < 4 || value[2] != ':') return {};
  const auto* law = std::begin(kLaws);
  while (!law->country.empty() && law->country != value.substr(0, 2)) ++law;
  const auto kind = value.substr(3);
  if (kind == "urban") return law->urban;
  if (kind == "rural") return law->rural;
  if (kind == "trunk") return law->trunk;
  if (kind == "motorway") return law->motorway;
  if (kind == "nsl_single") return 60 * 1.609344;
  if (kind == "nsl_dual") return 70 * 1.609344;
  if (kind == "living_street") return 20;
  if (kind == "walk") return 5;
  return {};
}

// Nothing for "none", "signals" and whatever cannot be read: the class decides then.
std::optional<double> speed_limit(std::string_view value) {
  if (value.empty()) return {};
  if (value == "walk") return 5;
  double number = 0;
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number, std::chars_format::fixed);
  if (fault != std::errc()) return limit_by_law(value);
  auto unit = value.substr(static_cast<std::size_t>(end - value.data()));
  unit = unit.substr(0, unit.find_first_of(";,|"));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  while (unit.ends_with(' ')) unit.remove_suffix(1);
  const double factor = unit == "mph" ? 1.609344 : unit == "knots" ? 1.852 : unit.empty() || unit == "km/h" || unit == "kmh" || unit == "kph" ? 1 : 0;
  if (!(number > 0 && number < 1000) || factor == 0) return {};
  return number * factor;
}

// OSRM's share of a limit that is really driven.
constexpr double kShareOfLimit = 0.8;

std::uint8_t driven_kmh(Tags tags, std::string_view direction, int by_class) {
  auto limit = speed_limit(value_of(tags, direction));
  if (!limit) limit = speed_limit(value_of(tags, "maxspeed"));
  const double kmh = limit ? *limit * kShareOfLimit : by_class;
  return static_cast<std::uint8_t>(std::lround(std::clamp(kmh, 3.0, 130.0)));
}

void direct(Use& use, Modes mode, Way way) {
  if (way == Way::both || way == Way::along) use.along |= mode;
  if (way == Way::both || way == Way::against) use.against |= mode;
}

}  // namespace

Use use_of(Tags tags) {
  const auto highway = value_of(tags, "highway");
  const auto* kind = std::find_if(std::begin(kClasses), std::end(kClasses), [&](const Class& c) { return c.name == highway; });
  if (kind == std::end(kClasses)) return {};
  // A motor road (Kraftfahrstraße, 汽车专用公路) is to pedestrians what a motorway is.
  const bool motor_only = kind->motorway || value_of(tags, "motorroad") == "yes";
  const bool walk = may(tags, (kind->modes & kWalk) && !motor_only, {"access", "foot"});
  // bicycle=yes on steps means a ramp to push it on.
  const bool cycle = highway != "steps" && may(tags, (kind->modes & kCycle) && !motor_only, {"access", "vehicle", "bicycle"});
  const bool drive = may(tags, kind->modes & kDrive, {"access", "vehicle", "motor_vehicle", "motorcar"});

  // access=yes on a footpath opens it to those it is for, not to cars.
  const bool says_cycle = may(tags, false, {"vehicle", "bicycle"}), says_drive = may(tags, false, {"motor_vehicle", "motorcar"}), says_walk = may(tags, false, {"foot"});
  Use use;
  use.stopping = !kind->motorway;
  const auto junction = value_of(tags, "junction");
  const auto implied = kind->motorway || junction == "roundabout" || junction == "circular" ? Way::along : Way::both;
  const auto vehicles = oneway(value_of(tags, "oneway"), implied);
  if (walk && (says_walk || ((kind->modes & kWalk) && !motor_only))) direct(use, kWalk, oneway(value_of(tags, "oneway:foot"), Way::both));
  if (cycle && (says_cycle || ((kind->modes & kCycle) && !motor_only))) direct(use, kCycle, oneway(value_of(tags, "oneway:bicycle"), contraflow(tags) ? Way::both : vehicles));
  if (drive && (says_drive || (kind->modes & kDrive))) direct(use, kDrive, oneway(value_of(tags, "oneway:motor_vehicle"), vehicles));
  if (use.along & kDrive) use.kmh_along = driven_kmh(tags, "maxspeed:forward", kind->kmh);
  if (use.against & kDrive) use.kmh_against = driven_kmh(tags, "maxspeed:backward", kind->kmh);
  return use;
}

}  // namespace jiaoji::mobility
