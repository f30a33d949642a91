#include "mobility/commands.h"

#include <algorithm>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/table.h"
#include "mobility/answers.h"
#include "mobility/commands_world.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

Result<Place> place_of(const Cli& cli, const World& world, const CommandOptions& options, const std::string& text) {
  TRY(auto place, find_place(world.network, text));
  place.access = *parse_mode(options.access);
  if (const auto how = access_method(world, place); !how.zh.empty()) cli.say(how);
  return place;
}

using Options = CommandOptions;

Result<void> print_reach(const Cli& cli, const World& world, const Asked& asked) {
  TRY(const auto found, reach(world, asked));
  if (cli.json) return cli.print_json(reach_json(world, asked, found, cli.language)), Result<void>{};
  std::vector<std::size_t> order;
  for (std::size_t s = 0; s < found.at.size(); ++s) {
    if (found.reached(s)) order.push_back(s);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t s) { return found.seconds(s); });
  const auto heading = asked.backward ? Text{"最晚出发", "leave"} : Text{"到达", "arrive"};
  cli.print(pad(cli.word({"分钟", "min"}), 6) + pad(cli.word(heading), 10) + pad(cli.word({"换乘", "changes"}), 9) + cli.word({"站点", "stop"}));
  for (const auto s : order) {
    const auto& stop = world.network.feed.stops[s];
    cli.print(pad(whole_minutes(found.seconds(s)), 6) + pad(format_time_of_day(found.at[s]), 10) + pad(std::to_string(found.changes[s]), 9) + stop.name + " (" + stop.id + ")");
  }
  if (order.size() <= asked.place.stops.size()) cli.say({"此时刻之后没有可乘的车次", "no service can be taken from then on"});
  cli.say(asked.backward ? Text{fmt::format("某时到达：{} 前到 {}，含等候", format_day_time(asked.day, asked.time), asked.place.name), fmt::format("leave at: to be at {} by {}, waits included", asked.place.name, format_day_time(asked.day, asked.time))}
                         : Text{fmt::format("某时出发：{} 从 {} 动身，含等候", format_day_time(asked.day, asked.time), asked.place.name), fmt::format("leave at: setting out from {} at {}, waits included", asked.place.name, format_day_time(asked.day, asked.time))});
  cli.say(walking_method(world));
  return {};
}

Result<void> run_from(const Cli& cli, const Options& options) {
  TRY(const auto world, world_of(cli, options));
  TRY(auto place, place_of(cli, *world, options, options.place));
  TRY(const auto when, parse_day_time(options.backward ? options.arrive : options.depart));
  Asked asked{.place = std::move(place), .backward = options.backward, .day = when.day, .time = when.time, .within = options.within >= 0 ? static_cast<Seconds>(options.within * 60) : kNoLimit, .options = options.timetable()};
  if (!options.geojson) return print_reach(cli, *world, asked);
  if (options.within < 0) return fail(Code::invalid, "mobility.within", {"--geojson 需要 --within 分钟数", "--geojson needs --within MINUTES"});
  TRY(const auto found, circle(*world, asked));
  cli.print_json(circle_geojson(*world, asked, found, shape_of(*world, found), cli.language));
  return {};
}

Result<void> run_window(const Cli& cli, const Options& options) {
  TRY(const auto world, world_of(cli, options));
  TRY(auto place, place_of(cli, *world, options, options.place));
  TRY(const auto when, parse_day_time(options.date));
  TRY(const auto between, parse_between(options.between));
  const WindowAsked asked{.place = std::move(place), .backward = options.backward, .day = when.day, .from = between.from, .to = between.to, .within = static_cast<Seconds>((options.within >= 0 ? options.within : 60) * 60), .options = options.timetable()};
  TRY(const auto window, window_reach(*world, asked));
  const auto answer = window_json(*world, asked, window, cli.language);
  if (cli.json) return cli.print_json(answer), Result<void>{};
  cli.print(pad(cli.word({"最快", "best"}), 8) + pad(cli.word({"中位", "median"}), 8) + pad("P90", 8) + pad(cli.word({"达标率", "within"}), 8) + pad(cli.word({"首末班", "first-last"}), 16) + cli.word({"站点", "stop"}));
  for (const auto& row : *answer.find("reached")->array()) {
    const auto cell = [&](const char* key) { const auto* n = row.find(key)->number(); return n ? fmt::format("{:.0f}", std::ceil(n->value)) : std::string("–"); };
    const auto text = [&](const char* key) { const auto* s = row.find(key)->string(); return s ? *s : std::string(); };
    cli.print(pad(cell("planned_minutes"), 8) + pad(cell("median_minutes"), 8) + pad(cell("p90_minutes"), 8) + pad(fmt::format("{:.0f}%", 100 * row.find("share_within")->number()->value), 8) +
              pad(text("first").empty() ? "" : text("first") + "-" + text("last"), 16) + text("name") + " (" + text("stop") + ")");
  }
  cli.say({"最快：选最好的一班，不含等候；中位、P90、达标率：每一分钟出发，含等候", "best: the best departure, no wait; median, P90, within: leaving at every minute, waits included"});
  cli.say(walking_method(*world));
  return {};
}

Result<void> run_route(const Cli& cli, const Options& options) {
  TRY(const auto world, world_of(cli, options));
  TRY(auto from, place_of(cli, *world, options, options.place));
  TRY(auto to, place_of(cli, *world, options, options.other));
  TRY(const auto when, parse_day_time(options.depart));
  const RouteAsked asked{.from = std::move(from), .to = std::move(to), .day = when.day, .time = when.time, .options = options.timetable()};
  TRY(const auto ways, routes(*world, asked));
  const auto answer = routes_json(*world, asked, ways, cli.language);
  if (cli.json) return cli.print_json(answer), Result<void>{};
  const bool there = std::ranges::find_first_of(asked.from.stops, asked.to.stops) != asked.from.stops.end();
  if (ways.empty()) cli.say(there ? Text{"两地是同一个车站", "both are the same station"} : Text{"没有可行的路线", "there is no way"});
  for (const auto& way : *answer.find("ways")->array()) {
    const auto text = [](const json::Value& value, const char* key) { const auto* s = value.find(key)->string(); return s ? *s : std::string(); };
    cli.print(fmt::format("{}–{}  {} {}  {} {}", text(way, "departure"), text(way, "arrival"), whole_minutes(static_cast<Seconds>(way.find("minutes")->number()->value * 60)), cli.word({"分钟", "min"}), way.find("changes")->number()->spelling, cli.word({"次换乘", "changes"})));
    for (const auto& leg : *way.find("legs")->array()) {
      const auto name = leg.find("name") ? text(leg, "name") : cli.word({"步行", "walk"});
      cli.print(fmt::format("  {}–{}  {}  {} → {}", text(leg, "departure"), text(leg, "arrival"), pad(name, 10), text(*leg.find("from"), "name"), text(*leg.find("to"), "name")));
    }
  }
  cli.say(walking_method(*world));
  return {};
}

// One place a line; empty lines are passed over.
Result<std::vector<Place>> places_in(const World& world, const std::string& path) {
  TRY(const auto bytes, read_whole(path));
  TRY(const auto text, table::decode(bytes));
  constexpr std::size_t kPlacesMax = 5'000;
  std::vector<Place> out;
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto row = text.substr(at, end - at);
    at = end + 1;
    while (!row.empty() && (row.back() == '\r' || row.back() == ' ')) row.pop_back();
    if (row.empty()) continue;
    auto place = find_place(world.network, row);
    if (!place) {
      auto error = place.error();
      error.detail = {fmt::format("{} 第 {} 行：{}", path, line + 1, error.detail.zh), fmt::format("{} line {}: {}", path, line + 1, error.detail.en)};
      return fail(std::move(error));
    }
    out.push_back(*std::move(place));
    if (out.size() > kPlacesMax) return fail(Code::too_large, "mobility.places", {fmt::format("{}：最多 {} 个地点", path, kPlacesMax), fmt::format("{}: at most {} places", path, kPlacesMax)});
  }
  return out;
}

Result<void> run_matrix(const Cli& cli, const Options& options) {
  TRY(const auto world, world_of(cli, options));
  TRY(auto from, places_in(*world, options.from_file));
  if (from.empty()) return fail(Code::invalid, "mobility.places", {options.from_file + " 里没有地点：每行一个", options.from_file + " names no place: one a line"});
  TRY(auto to, places_in(*world, options.to_file.empty() ? options.from_file : options.to_file));
  TRY(const auto when, parse_day_time(options.depart));
  MatrixAsked asked{.from = std::move(from), .to = std::move(to), .day = when.day, .time = when.time, .until = {}, .options = options.timetable(), .threads = options.threads};
  if (!options.between.empty()) {
    TRY(const auto between, parse_between(options.between));
    asked.time = between.from, asked.until = between.to;
  }
  TRY(const auto seconds, matrix(*world, asked));
  if (cli.json) return cli.print_json(matrix_json(*world, asked, seconds, cli.language)), Result<void>{};
  std::string out;
  std::vector<std::string> cells{cli.word({"从＼到（分钟）", "from\\to (minutes)"})};
  for (const auto& place : asked.to) cells.push_back(place.name);
  table::write_csv_row(out, cells);
  for (std::size_t row = 0; row < asked.from.size(); ++row) {
    cells.assign(1, asked.from[row].name);
    for (const auto cell : seconds[row]) cells.push_back(cell == kNever ? "" : fmt::format("{}", minutes_of(cell)));
    table::write_csv_row(out, cells);
  }
  cli.print(std::string_view(out).substr(0, out.size() - 2));
  cli.say(asked.until ? Text{"最好一班：时段内最快的一次出发，不含等候", "planned: the best departure of the window, no wait before it"} : Text{"某时出发：含等候", "leave at: waits included"});
  return {};
}

Result<void> run_check(Cli& cli, const Options& options) {
  bool faulty = false;
  json::Array feeds;
  for (const auto& path : options.files.feeds) {
    TRY(const auto read, read_feed(path, {.skip_faulty = true, .check_all = true}, options.gcj02 ? Coordinates::gcj02 : Coordinates::wgs84));
    faulty = faulty || read.errors > 0;
    const auto total = fmt::format("{}: {} / {} / {}", path, read.errors, read.warnings, read.notes);
    if (cli.json) {
      json::Array notices, counts;
      for (const auto& notice : read.notices) notices.push_back(notice_json(notice, cli.language));
      json::Object keys;
      for (const auto& [key, count] : read.counts_by_key) keys.set(key, static_cast<std::int64_t>(count));
      feeds.push_back(json::object({{"feed", path}, {"errors", static_cast<std::int64_t>(read.errors)}, {"warnings", static_cast<std::int64_t>(read.warnings)}, {"notes", static_cast<std::int64_t>(read.notes)},
                                    {"trips", static_cast<std::int64_t>(read.feed.trips.size())}, {"trips_left_out", static_cast<std::int64_t>(read.trips_left_out)}, {"counts", std::move(keys)}, {"notices", std::move(notices)}}));
      continue;
    }
    for (const auto& notice : read.notices) {
      constexpr const char* kZh[] = {"错误", "警告", "提示"}, *kEn[] = {"error", "warning", "note"};
      const auto i = static_cast<std::size_t>(notice.severity);
      cli.print(fmt::format("{} {}{}{} {}", cli.word({kZh[i], kEn[i]}), notice.file, notice.line ? fmt::format(":{}", notice.line) : "", notice.field.empty() ? "" : " " + notice.field, notice.detail.in(cli.language)));
    }
    cli.say({fmt::format("{}：{} 处错误，{} 处警告，{} 处提示；{} 个车次，其中 {} 个因错误不能采用", path, read.errors, read.warnings, read.notes, read.feed.trips.size() + read.trips_left_out, read.trips_left_out),
             fmt::format("{}: {} errors, {} warnings, {} notes; {} trips, {} of them cannot be used", path, read.errors, read.warnings, read.notes, read.feed.trips.size() + read.trips_left_out, read.trips_left_out)});
  }
  if (cli.json) cli.print_json(json::object({{"feeds", std::move(feeds)}}));
  if (faulty) cli.status = 1;
  return {};
}

void add_from(CLI::App& mobility, Cli& cli, const std::shared_ptr<Options>& options, bool backward) {
  auto* command = mobility.add_subcommand(backward ? "to" : "from", backward ? "latest departures that arrive at a place in time" : "earliest arrivals from a place");
  command->add_option("place", options->place, "stop id, station, city, or lat,lon")->required();
  if (backward) command->add_option("--arrive", options->arrive, "\"2016-03-02 09:00\"; the date alone means 08:00 of that day")->required();
  else command->add_option("--depart", options->depart, "\"2016-03-02 08:00\"; the date alone means 08:00 of that day")->required();
  command->add_option("--within", options->within, "minutes")->check(CLI::Range(0.0, 10'080.0));
  command->add_flag("--geojson", options->geojson, "the circle as GeoJSON (needs --within)");
  add_world(*command, *options);
  command->footer(backward ? "example: jiaoji mobility to 青岛 --arrive \"2016-03-02 12:00\" --feed rail.zip" : "example: jiaoji mobility from 济南 --depart \"2016-03-02 08:00\" --feed rail.zip --within 60");
  command->callback(cli.runs([&cli, options, backward] {
    options->backward = backward;
    return run_from(cli, *options);
  }));
}

}  // namespace

void add_commands(CLI::App& app, Cli& cli) {
  auto* mobility = app.add_subcommand("mobility", "交通圈 / travel times from timetables: who is within the hour");
  mobility->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  auto* check = mobility->add_subcommand("check", "every problem of a timetable, with file, line and field");
  check->add_option("feed", options->files.feeds, "GTFS zip or folder, or rail CSV")->required();
  check->add_flag("--gcj02", options->gcj02, "its coordinates are in GCJ-02: convert them, and say how far");
  check->footer("example: jiaoji mobility check rail.zip");
  check->callback(cli.runs([&cli, options] { return run_check(cli, *options); }));

  add_load(*mobility, cli);
  add_from(*mobility, cli, options, false);
  add_from(*mobility, cli, options, true);

  auto* window = mobility->add_subcommand("window", "every departure of a window: best, median, 90th percentile, share within");
  window->add_option("place", options->place, "stop id, station, city, or lat,lon")->required();
  window->add_option("--date", options->date, "2016-03-02")->required();
  window->add_option("--between", options->between, "06:00-22:00");
  window->add_option("--within", options->within, "minutes (60)")->check(CLI::Range(0.0, 10'080.0));
  window->add_flag("--to", options->backward, "journeys to the place instead of from it");
  add_world(*window, *options);
  window->footer("example: jiaoji mobility window 济南 --date 2016-03-02 --between 06:00-10:00 --feed rail.zip");
  window->callback(cli.runs([&cli, options] { return run_window(cli, *options); }));

  auto* route = mobility->add_subcommand("route", "ways from one place to another, with their legs");
  route->add_option("from", options->place, "stop id, station, city, or lat,lon")->required();
  route->add_option("to", options->other, "the same")->required();
  route->add_option("--depart", options->depart, "\"2016-03-02 08:00\"; the date alone means 08:00 of that day")->required();
  add_world(*route, *options);
  route->footer("example: jiaoji mobility route 济南 青岛 --depart \"2016-03-02 08:00\" --feed rail.zip");
  route->callback(cli.runs([&cli, options] { return run_route(cli, *options); }));

  auto* many = mobility->add_subcommand("matrix", "minutes from many places to many");
  many->add_option("--from", options->from_file, "file with one place a line")->required();
  many->add_option("--to", options->to_file, "the same (as --from)");
  many->add_option("--depart", options->depart, "\"2016-03-02 08:00\"; the date alone means 08:00 of that day")->required();
  many->add_option("--between", options->between, "planned, over this window, instead of leaving at --depart")->default_str("");
  many->add_option("--threads", options->threads, "1")->check(CLI::Range(1, 64));
  add_world(*many, *options);
  many->footer("example: jiaoji mobility matrix --from cities.txt --depart \"2016-03-02 08:00\" --feed rail.zip");
  many->preparse_callback([options](std::size_t) { options->between.clear(); });
  many->callback(cli.runs([&cli, options] { return run_matrix(cli, *options); }));

  add_judging(*mobility, cli);
}

}  // namespace jiaoji::mobility
