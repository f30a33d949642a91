#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_set>

#include <fmt/format.h>

#include "mobility/scenario.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

using Stops = std::vector<std::int32_t>;

// The services that one table touches, gathered by the stops that they share.
class Services {
 public:
  Services(ChangeKind kind, const Feed& feed) : kind_(kind), feed_(feed) {}

  void take(const Trip& trip, std::uint32_t from, std::uint32_t to, int trips = 1) {
    if (trips == 0) return;
    Stops stops;
    for (auto i = from; i <= to; ++i) stops.push_back(feed_.stop_times[trip.first + i].stop);
    Stops back(stops.rbegin(), stops.rend());
    const auto [at, fresh] = number_.try_emplace(std::min(stops, back), out_.size());
    if (fresh) out_.push_back({.kind = kind_, .names = {}, .trips = 0, .stops = drawn(stops)});
    auto& service = out_[at->second];
    service.trips += trips;
    const auto& name = feed_.routes[static_cast<std::size_t>(trip.route)].name;
    if (std::ranges::find(service.names, name) == service.names.end()) service.names.push_back(name);
  }
  void take(const Trip& trip, int trips = 1) { take(trip, 0, trip.count - 1, trips); }

  std::vector<ChangedService> done() {
    std::ranges::stable_sort(out_, std::greater<>(), &ChangedService::trips);
    return std::move(out_);
  }

 private:
  std::vector<ChangedService::At> drawn(const Stops& stops) const {
    std::vector<ChangedService::At> out;
    for (const auto s : stops) {
      const auto& stop = feed_.stops[static_cast<std::size_t>(s)];
      out.push_back({stop.id, stop.name, stop.at});
    }
    return out;
  }
  ChangeKind kind_;
  const Feed& feed_;
  std::map<Stops, std::size_t> number_;
  std::vector<ChangedService> out_;
};

// A trip that matches, and the part of it that is meant: positions of its stop times.
struct Match {
  std::size_t trip = 0;
  std::uint32_t from = 0, to = 0;
  bool back = false;                      // from the second station of `between` to the first
};

class Editor {
 public:
  Editor(Feed feed, const Scenario& scenario) : feed_(std::move(feed)), scenario_(scenario) {}

  Result<Applied> run() {
    for (const auto& stop : feed_.stops) stop_ids_.insert(stop.id);
    for (const auto& trip : feed_.trips) trip_ids_.insert(trip.id);
    days();
    for (const auto& stop : scenario_.stops) TRY_VOID(add_stop(stop));
    for (const auto& removal : scenario_.removals) TRY_VOID(remove(removal));
    for (const auto& speedup : scenario_.speedups) TRY_VOID(hasten(speedup));
    for (const auto& thickening : scenario_.thickenings) TRY_VOID(thicken(thickening));
    for (const auto& addition : scenario_.additions) TRY_VOID(add(addition));
    return Applied{std::move(feed_), std::move(changes_)};
  }

 private:
  std::unexpected<Error> wrong(const char* key, std::uint32_t line, const char* table, const Text& what) const {
    const auto place = fmt::format("{}:{}", scenario_.file, line);
    return fail(Code::invalid, key, {fmt::format("{}：[[{}]] {}", place, table, what.zh), fmt::format("{}: [[{}]] {}", place, table, what.en)}, {{place, key, what}});
  }

  // Every day on which a trip runs, before anything is changed.
  void days() {
    Day last = -1;
    std::vector<const ServiceDays*> used;
    for (const auto& trip : feed_.trips) used.push_back(&feed_.services[static_cast<std::size_t>(trip.service)]);
    std::ranges::sort(used);
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (const auto* service : used) {
      all_days_.first = service == used.front() ? service->first : std::min(all_days_.first, service->first);
      last = std::max(last, service->first + static_cast<Day>(service->runs.size()) - 1);
    }
    for (Day day = all_days_.first; !used.empty() && day <= last; ++day) all_days_.runs.push_back(std::ranges::any_of(used, [&](const ServiceDays* s) { return s->on(day); }));
  }

  Result<void> add_stop(const NewStop& stop) {
    if (!stop_ids_.insert(stop.id.text).second) return wrong("scenario.stop_twice", stop.id.line, "stop", {fmt::format("id：时刻表里已有“{}”", stop.id.text), fmt::format("id: the timetable has \"{}\" already", stop.id.text)});
    feed_.stops.push_back({.id = stop.id.text, .name = stop.name, .at = stop.at, .city = stop.city});
    changes_.push_back({.line = stop.id.line, .words = {fmt::format("新设车站 {}", stop.name), fmt::format("new station {}", stop.name)}, .services = {}});
    return {};
  }

  bool one_station(std::int32_t a, std::int32_t b) const {
    const auto &x = feed_.stops[static_cast<std::size_t>(a)], &y = feed_.stops[static_cast<std::size_t>(b)];
    if (x.parent != kNone && x.parent == y.parent) return true;
    const NetworkOptions joins;
    return x.name == y.name && x.city == y.city && geo::distance_metres(x.at, y.at) <= (x.city.empty() ? joins.join_metres_no_city : joins.join_metres_max);
  }

  // All stops that a station's id or name means. `city`: a city's name with 市 is all its stops, too.
  Result<Stops> find(const Named& asked, const char* table, const char* key, bool city) const {
    Stops named, of_city;
    for (std::int32_t s = 0; s < static_cast<std::int32_t>(feed_.stops.size()); ++s) {
      const auto& stop = feed_.stops[static_cast<std::size_t>(s)];
      const bool child = stop.parent != kNone && feed_.stops[static_cast<std::size_t>(stop.parent)].id == asked.text;
      if (stop.id == asked.text && stop.holds_passengers()) return Stops{s};
      if (!stop.holds_passengers()) continue;
      if (child || (!stop.name.empty() && without(stop.name, "站") == without(asked.text, "站"))) named.push_back(s);
      if (city && asked.text.ends_with("市") && !stop.city.empty() && without(stop.city, "市") == without(asked.text, "市")) of_city.push_back(s);
    }
    if (named.empty() && !of_city.empty()) return of_city;
    if (named.empty()) {
      return wrong("scenario.stop_unknown", asked.line, table, {fmt::format("{}：时刻表里没有车站“{}”；请写站名或编号，或用 [[stop]] 新设", key, asked.text), fmt::format("{}: the timetable has no station \"{}\"; write a name or id, or make it with [[stop]]", key, asked.text)});
    }
    if (std::ranges::any_of(named, [&](std::int32_t s) { return !one_station(named[0], s) && s != named[0]; })) {
      std::string list;
      for (std::size_t i = 0; i < std::min<std::size_t>(8, named.size()); ++i) list += (i ? ", " : "") + feed_.stops[static_cast<std::size_t>(named[i])].id;
      return wrong("scenario.stop_ambiguous", asked.line, table, {fmt::format("{}：“{}”有 {} 个，请用编号指明是哪一个：{}", key, asked.text, named.size(), list), fmt::format("{}: \"{}\" is {} stops: name one by its id: {}", key, asked.text, named.size(), list)});
    }
    return named;
  }

  // Where the trip serves one of `from` and later one of `to`.
  bool section(const Trip& trip, const Stops& from, const Stops& to, Match& match) const {
    const auto in = [&](const Stops& stops, std::uint32_t i) { return std::ranges::find(stops, feed_.stop_times[trip.first + i].stop) != stops.end(); };
    for (std::uint32_t i = 0; i < trip.count; ++i) {
      if (!in(from, i)) continue;
      for (std::uint32_t j = i + 1; j < trip.count; ++j) {
        if (in(to, j)) return match.from = i, match.to = j, true;
      }
    }
    return false;
  }

  Result<std::vector<Match>> matches(const Selector& which, const char* table) const {
    Stops from, to;
    if (which.between) {
      TRY(from, find(which.between->first, table, "between", true));
      TRY(to, find(which.between->second, table, "between", true));
    }
    std::vector<Match> out;
    for (std::size_t t = 0; t < feed_.trips.size(); ++t) {
      const auto& trip = feed_.trips[t];
      const auto& route = feed_.routes[static_cast<std::size_t>(trip.route)];
      if (which.line && route.name != which.line->text && route.id != which.line->text) continue;
      if (which.trip && trip.name != which.trip->text && trip.id != which.trip->text) continue;
      if (trip.count == 0) continue;
      Match match{.trip = t, .from = 0, .to = trip.count - 1};
      if (which.between && !section(trip, from, to, match)) {
        if (!section(trip, to, from, match)) continue;
        match.back = true;
      }
      out.push_back(match);
    }
    if (out.empty()) return wrong("scenario.nothing_matches", which.at, table, {"没有车次符合 line、trip、between 的条件", "no trip matches line, trip and between"});
    return out;
  }

  Result<void> remove(const Removal& removal) {
    TRY(const auto found, matches(removal.which, "remove"));
    std::vector<bool> gone(feed_.trips.size());
    Services services(ChangeKind::removed, feed_);
    for (const auto& match : found) gone[match.trip] = true, services.take(feed_.trips[match.trip]);
    auto drawn = services.done();
    std::vector<std::int32_t> number(feed_.trips.size(), kNone);
    std::vector<Trip> trips;
    std::vector<StopTime> times;
    for (std::size_t t = 0; t < gone.size(); ++t) {
      if (gone[t]) continue;
      auto trip = feed_.trips[t];
      number[t] = static_cast<std::int32_t>(trips.size());
      times.insert(times.end(), feed_.stop_times.begin() + trip.first, feed_.stop_times.begin() + trip.first + trip.count);
      trip.first = static_cast<std::uint32_t>(times.size()) - trip.count;
      trips.push_back(std::move(trip));
    }
    std::erase_if(feed_.frequencies, [&](const Frequency& f) { return gone[static_cast<std::size_t>(f.trip)]; });
    for (auto& frequency : feed_.frequencies) frequency.trip = number[static_cast<std::size_t>(frequency.trip)];
    feed_.trips = std::move(trips), feed_.stop_times = std::move(times);
    const int count = static_cast<int>(found.size());
    changes_.push_back({.line = removal.which.at, .removed = count, .words = {fmt::format("停开 {} 个车次", count), fmt::format("{} trips removed", count)}, .services = std::move(drawn)});
    return {};
  }

  // Seconds that the section shall run, stays not counted; less than 1: it cannot be done.
  static Seconds new_running(const Speedup& how, Seconds running, Seconds stays) {
    if (how.percent) return static_cast<Seconds>(std::lround(running * (1 - *how.percent / 100)));
    if (how.minutes) return running - static_cast<Seconds>(std::lround(*how.minutes * 60));
    return std::min(running, static_cast<Seconds>(std::lround(*how.to_minutes * 60)) - stays);
  }

  Result<void> hasten(const Speedup& how) {
    TRY(const auto found, matches(how.which, "faster"));
    int changed = 0;
    Seconds saved_most = 0;
    Services services(ChangeKind::faster, feed_);
    for (const auto& match : found) {
      const auto& trip = feed_.trips[match.trip];
      auto* times = feed_.stop_times.data() + trip.first;
      Seconds running = 0, stays = 0;
      for (auto i = match.from + 1; i <= match.to; ++i) running += times[i].arrival - times[i - 1].departure, stays += i < match.to ? times[i].departure - times[i].arrival : 0;
      const Seconds target = new_running(how, running, stays), saved = running - target;
      if (saved == 0 || running == 0) continue;
      if (target < 1) {
        return wrong("scenario.too_fast", how.which.at, "faster", {fmt::format("车次 {} 在这一段只运行 {:.1f} 分钟，另有停站 {:.1f} 分钟，减不了这么多", trip.id, running / 60.0, stays / 60.0),
                                                                   fmt::format("trip {} runs {:.1f} minutes there and stands {:.1f}: it cannot be made so much faster", trip.id, running / 60.0, stays / 60.0)});
      }
      shrink({times, trip.count}, match, running, target);
      services.take(trip, match.from, match.to);
      ++changed, saved_most = std::max(saved_most, saved);
    }
    changes_.push_back({.line = how.which.at, .changed = changed, .words = {fmt::format("提速 {} 个车次，最多缩短 {:.1f} 分钟", changed, saved_most / 60.0), fmt::format("{} trips faster, by {:.1f} minutes at most", changed, saved_most / 60.0)}, .services = services.done()});
    return {};
  }

  // By the running time so far, so that rounding never adds up and times never decrease.
  static void shrink(std::span<StopTime> times, const Match& match, Seconds running, Seconds target) {
    Seconds so_far = 0, earlier = 0, before = times[match.from].departure;
    for (auto i = match.from + 1; i < times.size(); ++i) {
      if (i <= match.to) {
        so_far += times[i].arrival - before;
        earlier = so_far - static_cast<Seconds>(static_cast<std::int64_t>(so_far) * target / running);
      }
      before = times[i].departure;
      times[i].arrival -= earlier, times[i].departure -= earlier;
    }
  }

  std::string fresh_trip_id(const std::string& base) {
    auto id = base;
    for (int n = 2; !trip_ids_.insert(id).second; ++n) id = fmt::format("{}.{}", base, n);
    return id;
  }

  Result<void> count_added(int more, std::uint32_t line, const char* table) {
    if ((added_ += more) <= kTripsAddedMax) return {};
    return wrong("scenario.too_many", line, table, {fmt::format("一个情景最多增加 {} 个车次", kTripsAddedMax), fmt::format("a scenario adds {} trips at most", kTripsAddedMax)});
  }

  Result<void> thicken(const Thickening& how) {
    TRY(const auto found, matches(how.which, "more"));
    std::vector<bool> by_headway(feed_.trips.size());
    for (const auto& frequency : feed_.frequencies) by_headway[static_cast<std::size_t>(frequency.trip)] = true;
    // Runs of the same days and ends, by when they leave.
    std::map<std::tuple<std::int32_t, bool, std::int32_t, std::int32_t>, std::vector<std::pair<Seconds, std::size_t>>> rows;
    int added = 0;
    Services services(ChangeKind::thicker, feed_);
    for (const auto& match : found) {
      const auto& trip = feed_.trips[match.trip];
      if (by_headway[match.trip]) {
        TRY(const int more, shorten_headways(match.trip, how));
        added += more;
        services.take(trip, more);
        continue;
      }
      const auto end = [&](std::uint32_t i) { return how.which.between ? kNone : feed_.stop_times[trip.first + i].stop; };
      rows[{trip.service, match.back, end(match.from), end(match.to)}].emplace_back(feed_.stop_times[trip.first + match.from].departure, match.trip);
    }
    for (auto& [key, row] : rows) {
      std::ranges::sort(row);
      for (std::size_t i = 0; i + 1 < row.size(); ++i) {
        const Seconds gap = row[i + 1].first - row[i].first;
        const int parts = gap == 0 ? 1 : how.times ? how.times : (gap + how.every - 1) / how.every;
        TRY_VOID(count_added(parts - 1, how.which.at, "more"));
        services.take(feed_.trips[row[i].second], parts - 1);
        for (int part = 1; part < parts; ++part) copy(row[i].second, static_cast<Seconds>(static_cast<std::int64_t>(gap) * part / parts));
        added += parts - 1;
      }
    }
    if (added == 0) return wrong("scenario.nothing_between", how.which.at, "more", {"符合条件的车次之间没有可以加车的间隔（同一开行日期、同一起讫至少要有两趟）", "there is no gap to fill between the trips that match (it takes two of the same days and ends)"});
    changes_.push_back({.line = how.which.at, .added = added, .words = {fmt::format("加密：增开 {} 个车次", added), fmt::format("thicker: {} trips added", added)}, .services = services.done()});
    return {};
  }

  // Further rows between the runs of those that stand, so that none of them moves.
  Result<int> shorten_headways(std::size_t trip, const Thickening& how) {
    std::vector<Frequency> more;
    for (const auto& frequency : feed_.frequencies) {
      if (static_cast<std::size_t>(frequency.trip) != trip) continue;
      const int parts = how.times ? how.times : (frequency.headway + how.every - 1) / how.every;
      // A row stands for many runs: they are what a question pays for.
      const auto runs = (frequency.end - frequency.start) / std::max(1, frequency.headway) + 1;
      TRY_VOID(count_added(static_cast<int>(std::min<std::int64_t>(static_cast<std::int64_t>(parts - 1) * runs, kTripsAddedMax + 1)), how.which.at, "more"));
      for (int part = 1; part < parts; ++part) {
        auto row = frequency;
        row.start += static_cast<Seconds>(static_cast<std::int64_t>(frequency.headway) * part / parts);
        if (row.start < row.end) more.push_back(row);
      }
    }
    feed_.frequencies.insert(feed_.frequencies.end(), more.begin(), more.end());
    return static_cast<int>(more.size());
  }

  void copy(std::size_t model, Seconds shift) {
    auto trip = feed_.trips[model];
    const auto first = trip.first;
    trip.id = fresh_trip_id(trip.id + "+");
    if (!trip.name.empty()) trip.name += "+";
    trip.first = static_cast<std::uint32_t>(feed_.stop_times.size());
    for (std::uint32_t i = 0; i < trip.count; ++i) {
      auto time = feed_.stop_times[first + i];
      time.arrival += shift, time.departure += shift;
      feed_.stop_times.push_back(time);
    }
    feed_.trips.push_back(std::move(trip));
  }

  Result<void> add(const Addition& line) {
    Stops stops;
    for (const auto& name : line.stops) {
      TRY(const auto found, find(name, "add", "stops", false));
      stops.push_back(found.front());
    }
    if (all_days_.runs.empty()) return wrong("scenario.nothing_matches", line.name.line, "add", {"时刻表没有任何开行日期", "the timetable runs on no day"});
    if (service_ == kNone) {
      service_ = static_cast<std::int32_t>(feed_.services.size());
      feed_.services.push_back({"scenario", all_days_.first, all_days_.runs});
    }
    const auto route = static_cast<std::int32_t>(feed_.routes.size());
    feed_.routes.push_back({.id = "scenario:" + line.name.text, .name = line.name.text, .type = line.type});
    const int runs = (line.last - line.first) / line.every + 1, added = runs * (line.both_directions ? 2 : 1);
    TRY_VOID(count_added(added, line.name.line, "add"));
    const auto first_trip = feed_.trips.size();
    for (int run = 0; run < runs; ++run) {
      run_of(line, stops, route, line.first + run * line.every, false);
      if (line.both_directions) run_of(line, stops, route, line.first + run * line.every, true);
    }
    Services services(ChangeKind::added, feed_);
    services.take(feed_.trips[first_trip], added);
    changes_.push_back({.line = line.name.line, .added = added, .words = {fmt::format("新开 {}：每天 {} 个车次", line.name.text, added), fmt::format("new line {}: {} trips a day", line.name.text, added)}, .services = services.done()});
    return {};
  }

  void run_of(const Addition& line, const Stops& stops, std::int32_t route, Seconds start, bool back) {
    Trip trip{.id = fresh_trip_id(fmt::format("scenario:{}:{}{}", line.name.text, format_time_of_day(start), back ? ":back" : "")), .name = line.name.text, .route = route, .service = service_,
              .first = static_cast<std::uint32_t>(feed_.stop_times.size()), .count = static_cast<std::uint32_t>(stops.size())};
    Seconds now = start;
    const std::size_t n = stops.size();
    for (std::size_t k = 0; k < n; ++k) {
      if (k > 0) {
        const auto later = back ? n - k : k, earlier = later - 1;  // the same hops the other way
        now += line.arrivals[later] - line.arrivals[earlier] - (earlier > 0 ? line.dwell : 0);
      }
      StopTime time{.stop = stops[back ? n - 1 - k : k], .arrival = now, .departure = now, .pickup = k + 1 < n, .drop_off = k > 0};
      if (k > 0 && k + 1 < n) now = time.departure = now + line.dwell;
      feed_.stop_times.push_back(time);
    }
    feed_.trips.push_back(std::move(trip));
  }

  Feed feed_;
  const Scenario& scenario_;
  std::vector<Change> changes_;
  std::unordered_set<std::string> stop_ids_, trip_ids_;
  ServiceDays all_days_;
  std::int32_t service_ = kNone;
  int added_ = 0;
};

}  // namespace

const char* to_string(ChangeKind kind) {
  constexpr const char* kKinds[] = {"added", "removed", "faster", "thicker"};
  return kKinds[static_cast<std::size_t>(kind)];
}

Result<Applied> apply(Feed feed, const Scenario& scenario) { return Editor(std::move(feed), scenario).run(); }

}  // namespace jiaoji::mobility
