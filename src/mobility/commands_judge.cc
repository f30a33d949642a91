#include <algorithm>
#include <cmath>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/clock.h"
#include "mobility/claim.h"
#include "mobility/commands_world.h"
#include "mobility/scenario.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

struct Options : CommandOptions {
  std::string file, at, scenario;
};

std::string name_of(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string word_of(const Cli& cli, Truth truth) {
  switch (truth) {
    case Truth::yes: return cli.word({"成立", "yes"});
    case Truth::no: return cli.word({"不成立", "no"});
    case Truth::unknown: return cli.word({"不明", "unknown"});
  }
  return "";
}

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }
std::string percent_of(double part, double whole) { return whole > 0 ? percent(part / whole) : "–"; }

void print_best(const Cli& cli, const World& world, const Way& way) {
  std::string legs;
  const auto& feed = world.network.feed;
  for (std::size_t i = 0; i < way.legs.size(); ++i) {
    const auto& leg = way.legs[i];
    const auto stop = [&](std::int32_t s) { return s == kNone ? std::string("·") : feed.stops[static_cast<std::size_t>(s)].name; };
    const auto& trip = feed.trips[way.runs[i].trip];
    const auto ride = leg.on_foot ? cli.word({"步行", "walk"}) : trip.name.empty() ? feed.routes[static_cast<std::size_t>(trip.route)].name : trip.name;
    legs += fmt::format("{}{} {} → {}", legs.empty() ? "" : "; ", ride, stop(leg.from), stop(leg.to));
  }
  cli.print(fmt::format("    {} {}–{}  {}", cli.word({"最快一班", "best train"}), format_time_of_day(way.departure), format_time_of_day(way.arrival), legs));
}

void print_stations(const Cli& cli, const World& world, const Stations& at) {
  const auto row = [&](const Text& name, Truth truth, const std::string& figure) { cli.print("    " + pad(cli.word(name), 24) + pad(word_of(cli, truth), 10) + figure); };
  row({"最好一班", "planned (best train)"}, at.planned, fmt::format("{} {}", whole_minutes(at.spread.planned), cli.word({"分钟", "min"})));
  row({"每分钟出发，含等候", "leave at any minute"}, at.leave_at, cli.word({fmt::format("{} 的分钟达标，中位 {} 分钟", percent(at.share), whole_minutes(at.spread.median)), fmt::format("{} of minutes make it, median {} min", percent(at.share), whole_minutes(at.spread.median))}));
  row({"平均，含等候", "average with waiting"}, at.average, at.spread.arriving ? fmt::format("{:.0f} {}", at.spread.average / 60, cli.word({"分钟", "min"})) : "–");
  cli.print("    " + cli.word({fmt::format("{} 班里 {} 班达标，首班 {}，末班 {}；最差一小时 {} 起，达标 {}", at.journeys, at.journeys_within, at.first ? format_time_of_day(*at.first) : "–", at.last ? format_time_of_day(*at.last) : "–", format_time_of_day(at.worst_hour), percent(at.worst_share)),
                               fmt::format("{} departures, {} make it, the first {}, the last {}; worst hour from {}: {}", at.journeys, at.journeys_within, at.first ? format_time_of_day(*at.first) : "–", at.last ? format_time_of_day(*at.last) : "–", format_time_of_day(at.worst_hour), percent(at.worst_share))}));
  if (at.best) print_best(cli, world, *at.best);
}

void print_doors(const Cli& cli, const Doors& doors) {
  if (doors.planned == Truth::unknown) return cli.print("    " + pad(cli.word({"门到门", "door to door"}), 24) + pad(word_of(cli, Truth::unknown), 10) + cli.word(doors.reason));
  cli.print("    " + pad(cli.word({"门到门，最好一班", "door to door, planned"}), 24) + pad(word_of(cli, doors.planned), 10) + cli.word({"居民的 ", ""}) + percent_of(doors.people_planned, doors.people) + cli.word({"", " of residents"}));
  cli.print("    " + pad(cli.word({"门到门，中位", "door to door, median"}), 24) + pad(word_of(cli, doors.leave_at), 10) + cli.word({"居民的 ", ""}) + percent_of(doors.people_median, doors.people) + cli.word({"", " of residents"}));
}

void print_verdict(const Cli& cli, const World& world, const Verdict& verdict) {
  const auto& claim = verdict.claim;
  cli.print(claim.title.in(cli.language));
  cli.print(cli.word({fmt::format("{} 分钟以内，{}，{}-{}", claim.within / 60, format_day(verdict.day), format_time_of_day(claim.between.from), format_time_of_day(claim.between.to)),
                      fmt::format("within {} minutes, {}, {}-{}", claim.within / 60, format_day(verdict.day), format_time_of_day(claim.between.from), format_time_of_day(claim.between.to))}));
  cli.print(cli.word({"出处：", "source: "}) + claim.source);
  for (const auto& one : verdict.from) {
    cli.print(fmt::format("  {} → {}", one.stations.from.name, verdict.to.name));
    print_stations(cli, world, one.stations);
    print_doors(cli, one.doors);
  }
  if (claim.circle) {
    cli.print(cli.word({"  全圈", "  all together"}));
    cli.print("    " + pad(cli.word({"最好一班", "planned (best train)"}), 24) + word_of(cli, verdict.all.planned));
    cli.print("    " + pad(cli.word({"每分钟出发，含等候", "leave at any minute"}), 24) + word_of(cli, verdict.all.leave_at));
    cli.print("    " + pad(cli.word({"平均，含等候", "average with waiting"}), 24) + word_of(cli, verdict.all.average));
    print_doors(cli, verdict.doors);
  }
  cli.say({fmt::format("每分钟出发与平均：至少 {} 的分钟达标（到达）才成立；门到门：至少 {} 的居民达标才成立", percent(claim.share), percent(claim.people_share)),
           fmt::format("leave at and average hold when at least {} of the minutes make it (arrive); door to door when at least {} of the residents do", percent(claim.share), percent(claim.people_share))});
  if (verdict.egress != kNone) {
    cli.say(verdict.residents);
    cli.say({door_method(world, claim.door).zh + fmt::format("；到站后再走 {} 分钟（目的地一半居民离最近车站的时间）", whole_minutes(verdict.egress)),
             door_method(world, claim.door).en + fmt::format("; {} minutes after the last station (half of the destination's residents live that near to one)", whole_minutes(verdict.egress))});
  }
  cli.say(walking_method(world));
}

Result<void> run_claim(const Cli& cli, const Options& options) {
  TRY(const auto bytes, read_whole(options.file));
  TRY(auto claim, read_claim(bytes, name_of(options.file)));
  if (!options.date.empty()) {
    TRY(const auto when, parse_day_time(options.date));
    claim.day = when.day;
  }
  if (!claim.day) return fail(Code::invalid, "claim.no_date", {"承诺文件里没有日期：请用 --date 2026-11-20 给出", "the claim's file names no date: give one with --date 2026-11-20"});
  TRY(auto world, world_of(cli, options));
  if (!options.scenario.empty()) {
    TRY(const auto text, read_whole(options.scenario));
    TRY(const auto scenario, read_scenario(text, name_of(options.scenario)));
    TRY(auto applied, apply(world->network.feed, scenario));
    cli.say(scenario.title);
    for (const auto& change : applied.changes) cli.say(change.words);
    TRY(world, world_with(*world, std::move(applied.feed)));
  }
  TRY(const auto verdict, judge(*world, claim, *claim.day, options.timetable()));
  if (cli.json) return cli.print_json(verdict_json(*world, verdict, cli.language)), Result<void>{};
  print_verdict(cli, *world, verdict);
  return {};
}

void print_people(const Cli& cli, const Text& name, const People& before, const People& after) {
  cli.print(pad(cli.word(name), 28) + cli.word({fmt::format("人口 {:.0f} → {:.0f}（{:+.0f}），岗位 {:.0f} → {:.0f}（{:+.0f}）", before.people, after.people, after.people - before.people, before.jobs, after.jobs, after.jobs - before.jobs),
                                                fmt::format("people {:.0f} → {:.0f} ({:+.0f}), jobs {:.0f} → {:.0f} ({:+.0f})", before.people, after.people, after.people - before.people, before.jobs, after.jobs, after.jobs - before.jobs)}));
}

void print_difference(const Cli& cli, const World& after, const WhatIfAsked& asked, const Difference& difference, const Scenario& scenario, const std::vector<Change>& changes) {
  cli.print(scenario.title.in(cli.language));
  for (const auto& change : changes) cli.print("  " + cli.word(change.words));
  cli.print(pad(cli.word({"最好：前→后", "best: was, is"}), 18) + pad(cli.word({"中位：前→后", "median: was, is"}), 18) + pad(cli.word({"此刻：前→后", "leave at: was, is"}), 20) + cli.word({"站点（分钟）", "stop (minutes)"}));
  const auto pair = [](const Times& times) { return whole_minutes(times.before) + " → " + whole_minutes(times.after); };
  const auto differs = [](const Times& times) { return times.before != times.after; };
  std::size_t same = 0;
  for (const auto& stop : difference.stops) {
    if (!differs(stop.planned) && !differs(stop.median) && !differs(stop.leave_at)) { ++same; continue; }
    cli.print(pad(pair(stop.planned), 18) + pad(pair(stop.median), 18) + pad(pair(stop.leave_at), 20) + stop.name + " (" + stop.id + ")");
  }
  cli.print(cli.word({fmt::format("{} 个站点没有变化", same), fmt::format("{} stops do not change", same)}));
  cli.print(cli.word({fmt::format("{} 分钟圈的站点：按最好一班新增 {}、减少 {}；此刻出发新增 {}、减少 {}", asked.within / 60, difference.newly_planned, difference.lost_planned, difference.newly, difference.lost),
                      fmt::format("stops within {} minutes: by the best departure {} new, {} lost; leaving at this time {} new, {} lost", asked.within / 60, difference.newly_planned, difference.lost_planned, difference.newly, difference.lost)}));
  if (after.points.size() > 0) {
    print_people(cli, {"圈内，按最好一班", "inside, best departure"}, difference.planned_before, difference.planned_after);
    print_people(cli, {"圈内，此刻出发", "inside, leaving at this time"}, {difference.before.inside.within.people, difference.before.inside.within.jobs}, {difference.after.inside.within.people, difference.after.inside.within.jobs});
  }
  cli.say({fmt::format("最好、中位：{}-{} 之间，中位含等候；此刻：{} 出发，含等候，只列圈内", format_time_of_day(asked.between.from), format_time_of_day(asked.between.to), format_time_of_day(asked.time)),
           fmt::format("best and median: {}-{}, the median with waits; leave at: setting out at {}, waits included, within the limit only", format_time_of_day(asked.between.from), format_time_of_day(asked.between.to), format_time_of_day(asked.time))});
  if (!scenario.note.empty()) cli.say({scenario.note, scenario.note});
  cli.say(walking_method(after));
}

Result<void> run_whatif(const Cli& cli, const Options& options) {
  TRY(const auto bytes, read_whole(options.file));
  TRY(const auto scenario, read_scenario(bytes, name_of(options.file)));
  TRY(const auto when, parse_day_time(options.depart));
  TRY(const auto between, parse_between(options.between));
  TRY(const auto before, world_of(cli, options));
  TRY(auto applied, apply(before->network.feed, scenario));
  TRY(const auto after, world_with(*before, std::move(applied.feed)));
  const WhatIfAsked asked{.place = options.place, .day = when.day, .time = when.time, .between = between, .within = static_cast<Seconds>(std::lround((options.within > 0 ? options.within : 60) * 60)), .options = options.timetable()};
  TRY(const auto difference, compare(*before, *after, asked));
  if (cli.json) cli.print_json(compare_json(*after, asked, difference, scenario, applied.changes, cli.language));
  else print_difference(cli, *after, asked, difference, scenario, applied.changes);
  return {};
}

Result<void> run_nearest(const Cli& cli, const Options& options) {
  if (options.no_walking || options.access != "walk") return fail(Code::invalid, "mobility.nearest", {"nearest 按步行计算，不接受 --no-walking 和 --access", "nearest is told on foot: it takes no --no-walking and no --access"});
  TRY(const auto world, world_of(cli, options));
  TRY(const auto place, find_place(world->network, options.place));
  const auto found = nearest(*world, place, options.within >= 0 ? static_cast<Seconds>(std::lround(options.within * 60)) : kWalkSecondsMax);
  if (cli.json) return cli.print_json(nearest_json(*world, found, cli.language)), Result<void>{};
  cli.print(pad(cli.word({"分钟", "min"}), 6) + pad(cli.word({"直线米", "metres"}), 9) + cli.word({"站点", "stop"}));
  for (const auto& access : found.stops) {
    const auto& stop = world->network.feed.stops[static_cast<std::size_t>(access.stop)];
    cli.print(pad(whole_minutes(access.seconds), 6) + pad(fmt::format("{:.0f}", geo::distance_metres(place.at, stop.at)), 9) + stop.name + " (" + stop.id + ")");
  }
  if (found.stops.empty()) cli.say({fmt::format("步行 {} 分钟以内没有站点", found.within / 60), fmt::format("no stop within {} minutes on foot", found.within / 60)});
  if (found.count > found.stops.size()) cli.say({fmt::format("共 {} 个，只列最近的 {} 个", found.count, found.stops.size()), fmt::format("{} in all, the nearest {} are listed", found.count, found.stops.size())});
  cli.say(walking_method(*world));
  return {};
}

// "36.06,120.38", as find_place reads it, without a timetable.
Result<geo::Point> coordinate_of(const std::string& text) {
  const auto place = find_place(Network{}, text);
  if (place) return place->at;
  if (place.error().key == "mobility.place_range") return fail(place.error());
  return fail(Code::invalid, "mobility.place_range", {fmt::format("“{}”不是坐标：请写“纬度,经度”，如 36.67,117.00", text), fmt::format("\"{}\" is no coordinate: write lat,lon such as 36.67,117.00", text)});
}

std::string moment_text(const std::optional<Moment>& moment) { return moment ? format_day_time(moment->day, moment->time) : ""; }

Result<void> run_zone(const Cli& cli, const Options& options) {
  TRY(const auto bytes, read_whole(options.file));
  TRY(const auto zones, read_zones(bytes));
  TRY(const auto place, coordinate_of(options.place));
  TRY(const auto when, parse_day_time(options.at));
  json::Array rows;
  for (const auto& zone : zones) {
    const auto answer = ask(zone, place, {when.day, when.time});
    if (cli.json) { rows.push_back(zone_json(zone, answer)); continue; }
    cli.print(fmt::format("{} ({})  {}", zone.name, zone.id, zone.hours.text.empty() ? "24/7" : zone.hours.text));
    const double metres = std::round(std::abs(answer.edge_metres));
    cli.print("  " + (answer.inside ? cli.word({fmt::format("在区域内，离边界 {:.0f} 米", metres), fmt::format("inside, {:.0f} m from the edge", metres)}) : cli.word({fmt::format("在区域外，离最近的边界 {:.0f} 米", metres), fmt::format("outside, {:.0f} m from the nearest edge", metres)})) +
              fmt::format(" ({:.5f},{:.5f})", answer.edge.lat, answer.edge.lon));
    if (answer.open) cli.print("  " + cli.word({"运营中", "open"}) + (answer.closes ? cli.word({"，至 ", ", until "}) + moment_text(answer.closes) : ""));
    else cli.print("  " + cli.word({"未运营", "closed"}) + (answer.opens ? cli.word({"，下次 ", ", opens "}) + moment_text(answer.opens) : ""));
  }
  if (cli.json) return cli.print_json(json::object({{"at", format_day_time(when.day, when.time)}, {"lat", place.lat}, {"lon", place.lon}, {"zones", std::move(rows)}})), Result<void>{};
  if (zones.empty()) cli.say({"文件里没有区域", "the file holds no zone"});
  return {};
}

}  // namespace

void add_judging(CLI::App& mobility, Cli& cli) {
  const auto options = std::make_shared<Options>();

  auto* claim = mobility.add_subcommand("claim", "is it true? a promise such as \"within 90 minutes\", by each definition apart");
  claim->add_option("claim", options->file, "claim (.toml), as in programs/circles/claims")->required();
  claim->add_option("--date", options->date, "2026-11-20, instead of the claim's own");
  claim->add_option("--scenario", options->scenario, "judge it on the timetable that this scenario (.toml) makes");
  add_world(*claim, *options);
  claim->footer("example: jiaoji mobility claim programs/circles/claims/jinan-qingdao.toml --feed sample/rail.csv --points sample/points.csv --date 2026-11-20");
  claim->callback(cli.runs([&cli, options] { return run_claim(cli, *options); }));

  auto* whatif = mobility.add_subcommand("whatif", "what a new, faster, thicker or closed line would change");
  whatif->add_option("scenario", options->file, "scenario (.toml), as in programs/circles/scenarios")->required();
  whatif->add_option("place", options->place, "stop id, station, city, or lat,lon")->required();
  whatif->add_option("--depart", options->depart, "\"2026-11-20 08:00\"; the date alone means 08:00 of that day")->required();
  whatif->add_option("--between", options->between, "06:00-22:00");
  whatif->add_option("--within", options->within, "minutes (60)")->check(CLI::Range(0.0, 10'080.0));
  add_world(*whatif, *options);
  whatif->footer("example: jiaoji mobility whatif programs/circles/scenarios/jinan-binzhou.toml 济南市 --depart \"2026-11-20 08:00\" --feed sample/rail.csv --points sample/points.csv");
  whatif->callback(cli.runs([&cli, options] { return run_whatif(cli, *options); }));

  auto* nearest = mobility.add_subcommand("nearest", "the stops that are nearest on foot");
  nearest->add_option("place", options->place, "lat,lon, or a stop")->required();
  nearest->add_option("--within", options->within, "minutes (60)")->check(CLI::Range(0.0, 60.0));
  add_world(*nearest, *options);
  nearest->footer("example: jiaoji mobility nearest 36.668,116.990 --feed sample/rail.csv --within 30");
  nearest->callback(cli.runs([&cli, options] { return run_nearest(cli, *options); }));

  auto* zone = mobility.add_subcommand("zone", "is a place inside a service area, and is it open then?");
  zone->add_option("zones", options->file, "service areas with hours (.geojson)")->required();
  zone->add_option("place", options->place, "lat,lon")->required();
  zone->add_option("--at", options->at, "\"2026-11-20 08:00\"; the date alone means 08:00 of that day")->required();
  zone->footer("example: jiaoji mobility zone sample/zones.geojson 36.662,117.130 --at \"2026-11-20 08:00\"");
  zone->callback(cli.runs([&cli, options] { return run_zone(cli, *options); }));
}

}  // namespace jiaoji::mobility
