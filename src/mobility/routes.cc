#include "mobility/routes.h"

#include <algorithm>

#include <fmt/format.h>

#include "mobility/answers.h"
#include "mobility/times.h"

namespace jiaoji::mobility {


using region::Answer;
using region::Call;

Result<bool> flag_of(const Call& call, const char* name, bool otherwise) {
  const auto text = call.request.query_value(name).value_or("");
  if (text.empty()) return otherwise;
  if (text == "true" || text == "false") return text == "true";
  return fail(Code::invalid, "mobility.flag", {fmt::format("{} 应是 true 或 false", name), fmt::format("{} should be true or false", name)});
}

namespace {

constexpr std::size_t kMatrixPlacesMax = 300;

using World_ = std::shared_ptr<const World>;

std::string word(const Call& call, const char* name, const char* otherwise = "") { return call.request.query_value(name).value_or(otherwise); }

// What the questions share: ?date= ?at= ?within= ?min_change= ?buffer= ?walking= ?service_day_only=.
class Question {
 public:
  Question(const Call& call, const Service& service) : call_(call), service_(service) {}

  Result<void> open() {
    TRY(world, service_.world());
    return {};
  }
  Result<Place> place(const char* name) const {
    const auto text = word(call_, name);
    if (text.empty()) return fail(Code::invalid, "mobility.place_missing", {fmt::format("请给出 {}：站点编号、车站、城市或“纬度,经度”", name), fmt::format("give {}: a stop id, a station, a city or \"lat,lon\"", name)});
    auto place = find_place(world->network, text);
    const auto mode = parse_mode(word(call_, "access", "walk"));
    if (!mode) return fail(Code::invalid, "mobility.access", {"access 应是 walk（步行）、cycle（骑车）或 drive（开车）", "access should be walk, cycle or drive"});
    if (place) place->access = *mode;
    return place;
  }
  Result<DayTime> at(const char* name) const {
    const auto text = word(call_, name);
    if (text.empty()) return DayTime{service_.default_day(*world), 8 * 3600};
    return parse_day_time(text);
  }
  Result<Seconds> within(Seconds otherwise, Seconds most = 86'400) const { return number("within", 0, most / 60, otherwise / 60, 60); }
  Result<bool> backward() const {
    const auto text = word(call_, "direction", "from");
    if (text != "from" && text != "to") return fail(Code::invalid, "mobility.direction", {"direction 应是 from 或 to", "direction should be from or to"});
    return text == "to";
  }
  Result<TimetableOptions> options() const {
    TimetableOptions out;
    if (!word(call_, "min_change").empty()) {
      TRY(out.min_change_everywhere, number("min_change", 0, 7200, 0, 1));
    }
    TRY(out.change_buffer, number("buffer", 0, 7200, 0, 1));
    TRY(out.walking, flag_of(call_, "walking", true));
    TRY(out.service_day_only, flag_of(call_, "service_day_only", false));
    return out;
  }

  World_ world;

 private:
  Result<Seconds> number(const char* name, double least, double most, double otherwise, double unit) const {
    const auto text = word(call_, name);
    if (text.empty()) return static_cast<Seconds>(otherwise * unit);
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end || !(value >= least && value <= most)) return fail(Code::invalid, "mobility.number", {fmt::format("{} 应是 {} 至 {} 的数", name, least, most), fmt::format("{} should be a number from {} to {}", name, least, most)});
    return static_cast<Seconds>(value * unit);
  }
  const Call& call_;
  const Service& service_;
};

Result<Asked> asked_of(const Question& question, Seconds within) {
  TRY(auto place, question.place("place"));
  TRY(const auto backward, question.backward());
  TRY(const auto when, question.at("at"));
  TRY(const auto limit, question.within(within));
  TRY(const auto options, question.options());
  return Asked{.place = std::move(place), .backward = backward, .day = when.day, .time = when.time, .within = limit, .options = options};
}

Result<WindowAsked> window_of(const Question& question, const Call& call) {
  TRY(auto place, question.place("place"));
  TRY(const auto backward, question.backward());
  TRY(const auto when, question.at("date"));
  TRY(const auto between, parse_between(word(call, "between", "06:00-22:00")));
  TRY(const auto limit, question.within(3600));
  TRY(const auto options, question.options());
  return WindowAsked{.place = std::move(place), .backward = backward, .day = when.day, .from = between.from, .to = between.to, .within = limit, .options = options};
}

// Every answer says whether what it stands on is illustrative.
http::Response answer(const Service& service, json::Value value) {
  std::get<json::Object>(value.data).set("illustrative", service.illustrative());
  return http::json_response(value);
}

Answer get_reach(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(const auto asked, asked_of(question, 3600));
  TRY(const auto found, circle(*question.world, asked));
  auto out = reach_json(*question.world, asked, found.reach, call.request.language);
  std::get<json::Object>(out.data).set("inside", inside_json(*question.world, found.inside));
  return answer(service, std::move(out));
}

Answer get_circle(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(const auto asked, asked_of(question, 3600));
  TRY(const auto found, circle(*question.world, asked));
  auto response = answer(service, circle_geojson(*question.world, asked, found, shape_of(*question.world, found), call.request.language));
  response.type = "application/geo+json";
  return response;
}

Answer get_window(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(const auto asked, window_of(question, call));
  TRY(const auto window, window_reach(*question.world, asked));
  auto out = window_json(*question.world, asked, window, call.request.language);
  if (question.world->points.size()) std::get<json::Object>(out.data).set("people", people_json(people_over_window(*question.world, asked.place, window, asked.within)));
  return answer(service, std::move(out));
}

Answer get_profile(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(const auto asked, window_of(question, call));
  TRY(const auto window, window_reach(*question.world, asked));
  return answer(service, profile_json(*question.world, asked, window, call.request.language));
}

Answer get_routes(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(auto from, question.place("from"));
  TRY(auto to, question.place("to"));
  TRY(const auto when, question.at("at"));
  TRY(const auto options, question.options());
  const RouteAsked asked{.from = std::move(from), .to = std::move(to), .day = when.day, .time = when.time, .options = options};
  TRY(const auto ways, routes(*question.world, asked));
  return answer(service, routes_json(*question.world, asked, ways, call.request.language));
}

Result<std::vector<Place>> places_of(const World& world, json::Fields& in, const char* name) {
  std::vector<Place> out;
  const auto* rows = in.optional_array(name);
  if (!rows || rows->empty() || rows->size() > kMatrixPlacesMax) {
    in.fault(name, "mobility.places", {fmt::format("应是 1 至 {} 个地点的列表", kMatrixPlacesMax), fmt::format("should be a list of 1 to {} places", kMatrixPlacesMax)});
    return out;
  }
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const auto* text = (*rows)[i].string();
    auto place = text ? find_place(world.network, *text) : Result<Place>(fail(Code::invalid, "mobility.place", {"应是文字", "should be text"}));
    if (place) out.push_back(*std::move(place));
    else in.fault(fmt::format("{}/{}", name, i), place.error().key, place.error().detail);
  }
  return out;
}

Answer get_nearest(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(const auto place, question.place("place"));
  TRY(const auto within, question.within(kWalkSecondsMax, kWalkSecondsMax));
  return answer(service, nearest_json(*question.world, nearest(*question.world, place, within), call.request.language));
}

Answer post_matrix(const Service& service, const Call& call) {
  TRY(const auto world, service.world());
  json::Fields in(call.body);
  TRY(auto from, places_of(*world, in, "from"));
  TRY(auto to, places_of(*world, in, "to"));
  const auto at = in.text("at", 30);
  const auto between = in.optional_text("between", 30);
  TRY_VOID(in.done());
  TRY(const auto when, parse_day_time(at));
  MatrixAsked asked{.from = std::move(from), .to = std::move(to), .day = when.day, .time = when.time, .until = {}, .options = {}};
  if (between) {
    TRY(const auto window, parse_between(*between));
    asked.time = window.from, asked.until = window.to;
  }
  TRY(const auto seconds, matrix(*world, asked));
  return answer(service, matrix_json(*world, asked, seconds, call.request.language));
}

json::Value tiles_json(const std::optional<TileSource>& tiles) {
  return tiles ? json::object({{"url", tiles->url}, {"credit", tiles->credit}}) : json::Value(nullptr);
}

Answer get_status(const Service& service, const Call& call) {
  const auto world = service.world_or_null();
  if (!world) return http::json_response(json::object({{"loaded", false}, {"illustrative", false}, {"tiles", tiles_json(service.tiles())}}));
  const auto& network = world->network;
  double people = 0, jobs = 0;
  for (const auto p : world->points.population) people += p;
  for (const auto j : world->points.jobs) jobs += j;
  return answer(service, json::object({{"loaded", true}, {"first_day", format_day(network.first_day)}, {"last_day", format_day(network.last_day)}, {"day", format_day(service.default_day(*world))},
                                       {"stops", static_cast<std::int64_t>(network.feed.stops.size())}, {"trips", static_cast<std::int64_t>(network.feed.trips.size())}, {"points", static_cast<std::int64_t>(world->points.size())},
                                       {"people", people}, {"jobs", jobs}, {"streets", world->streets != nullptr}, {"zones", static_cast<std::int64_t>(world->zones.size())}, {"walking", walking_method(*world).in(call.request.language)},
                                       {"tiles", tiles_json(service.tiles())}}));
}

Answer get_places(const Service& service, const Call& call) {
  TRY(const auto world, service.world());
  json::Array items;
  for (const auto& place : suggest_places(world->network, word(call, "q"), 12)) items.push_back(place_json(*world, place));
  return http::json_response(json::object({{"items", std::move(items)}}));
}

Answer get_zones(const Service& service, const Call& call) {
  Question question(call, service);
  TRY_VOID(question.open());
  TRY(const auto place, question.place("place"));
  TRY(const auto when, question.at("at"));
  json::Array items;
  for (const auto& zone : question.world->zones) items.push_back(zone_json(zone, ask(zone, place.at, {when.day, when.time})));
  return answer(service, json::object({{"place", place_json(*question.world, place)}, {"at", format_day_time(when.day, when.time)}, {"items", std::move(items)}}));
}

}  // namespace

void add_routes(region::Api& api, Service& service, store::Jobs& jobs, const std::string& spool) {
  const auto get = [&](const char* path, const char* operation, Answer (*handler)(const Service&, const Call&)) {
    api.free("GET", std::string("/api/v1/mobility") + path, operation, [&service, handler](const Call& call) -> Answer {
      if (!may(call.actor, region::Action::network_read)) return fail(region::refusal(call.actor, region::Action::network_read));
      return handler(service, call);
    }, {.access = region::Access::guests});
  };
  get("", "getMobility", get_status);
  get("/places", "listPlaces", get_places);
  get("/reach", "getReach", get_reach);
  get("/circle", "getCircle", get_circle);
  get("/window", "getWindow", get_window);
  get("/profile", "getProfile", get_profile);
  get("/routes", "listRoutes", get_routes);
  get("/nearest", "listNearest", get_nearest);
  get("/zones", "listZones", get_zones);
  get("/network", "getNetwork", [](const Service& of, const Call& call) -> Answer {
    Question question(call, of);
    TRY_VOID(question.open());
    TRY(const auto when, question.at("date"));
    return answer(of, network_json(*question.world, when.day));
  });
  get("/points", "listPoints", [](const Service& of, const Call&) -> Answer {
    TRY(const auto world, of.world());
    return answer(of, points_json(*world));
  });
  api.free("POST", "/api/v1/mobility/matrix", "getMatrix", [&service](const Call& call) -> Answer {
    if (!may(call.actor, region::Action::network_read)) return fail(region::refusal(call.actor, region::Action::network_read));
    return post_matrix(service, call);
  });
  add_judge_routes(api, service);
  add_file_routes(api, service, jobs, spool);
}

}  // namespace jiaoji::mobility
