// Claims judged and scenarios compared over the API.
#include "base/embedded.h"
#include "base/text.h"
#include "mobility/claim.h"
#include "mobility/routes.h"
#include "mobility/scenario.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

using region::Action;
using region::Answer;
using region::Call;

namespace {

constexpr std::string_view kClaims = "programs/circles/claims/", kScenarios = "programs/circles/scenarios/";
constexpr std::size_t kScenarioBytesMax = 64 << 10;

// Each file of a folder of the program: take(id, bytes, path).
template <class Take>
void each_file(std::string_view folder, Take take) {
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with(folder) || !file.path.ends_with(".toml")) continue;
    take(std::string(file.path.substr(folder.size(), file.path.size() - folder.size() - 5)), file.bytes, file.path);
  }
}

Result<Day> day_of(const World& world, const Service& service, const std::optional<std::string>& text) {
  if (!text || text->empty()) return service.default_day(world);
  TRY(const auto when, parse_day_time(*text));
  return when.day;
}

// A claim that this region's timetable cannot judge (a place it does not know) stands there with the reason, and in nobody's way.
Result<json::Value> judged(const World& world, std::string_view bytes, std::string_view path, Day day, Language language) {
  TRY(const auto claim, read_claim(bytes, path));
  const auto verdict = judge(world, claim, claim.day.value_or(day));
  if (verdict) return json::object({{"verdict", verdict_json(world, *verdict, language)}, {"reason", nullptr}});
  return json::object({{"verdict", nullptr}, {"title", claim.title.in(language)}, {"reason", verdict.error().detail.in(language)}});
}

Answer get_claims(const Service& service, const Call& call) {
  TRY(const auto world, service.world());
  TRY(const auto day, day_of(*world, service, call.request.query_value("date")));
  json::Array items;
  Result<void> done;
  each_file(kClaims, [&](const std::string& id, std::string_view bytes, std::string_view path) {
    auto item = judged(*world, bytes, path, day, call.request.language);
    if (!item) return void(done = std::unexpected(std::move(item).error()));
    std::get<json::Object>(item->data).set("id", id);
    items.push_back(*std::move(item));
  });
  TRY_VOID(std::move(done));
  return http::json_response(json::object({{"items", std::move(items)}, {"illustrative", service.illustrative()}}));
}

Answer get_scenarios(const Call& call) {
  json::Array items;
  Result<void> done;
  each_file(kScenarios, [&](const std::string& id, std::string_view bytes, std::string_view path) {
    const auto scenario = read_scenario(bytes, path);
    if (!scenario) return void(done = std::unexpected(scenario.error()));
    items.push_back(json::object({{"id", id}, {"title", scenario->title.in(call.request.language)}, {"note", scenario->note}, {"toml", bytes}}));
  });
  TRY_VOID(std::move(done));
  return http::json_response(json::object({{"items", std::move(items)}}));
}

Answer post_whatif(const Service& service, const Call& call) {
  TRY(const auto world, service.world());
  json::Fields in(call.body);
  const auto toml = in.text("scenario", kScenarioBytesMax, true);
  WhatIfAsked asked{.place = in.text("place", 200), .day = 0, .time = 0, .between = {}, .within = 0, .options = {}};
  const auto at = in.text("at", 30);
  const auto between = in.optional_text("between", 30);
  asked.within = static_cast<Seconds>(in.optional_integer("within", 1, 1440).value_or(60) * 60);
  TRY_VOID(in.done());
  TRY(const auto when, parse_day_time(at));
  TRY(asked.between, parse_between(between.value_or("06:00-22:00")));
  asked.day = when.day, asked.time = when.time;
  TRY(const auto scenario, read_scenario(toml, "scenario"));
  TRY(auto applied, apply(world->network.feed, scenario));
  TRY(const auto after, world_with(*world, std::move(applied.feed)));
  TRY(const auto difference, compare(*world, *after, asked));
  auto out = compare_json(*after, asked, difference, scenario, applied.changes, call.request.language);
  std::get<json::Object>(out.data).set("illustrative", service.illustrative());
  return http::json_response(out);
}

}  // namespace

void add_judge_routes(region::Api& api, Service& service) {
  const region::Free guests{.access = region::Access::guests};
  const auto reads = [](auto handler) {
    return [handler](const Call& call) -> Answer {
      if (!may(call.actor, Action::network_read)) return fail(region::refusal(call.actor, Action::network_read));
      return handler(call);
    };
  };
  api.free("GET", "/api/v1/mobility/claims", "listClaims", reads([&service](const Call& call) { return get_claims(service, call); }), guests);
  api.free("GET", "/api/v1/mobility/scenarios", "listScenarios", reads([](const Call& call) { return get_scenarios(call); }), guests);
  // Builds a second world, which is work: for those who are signed in.
  api.free("POST", "/api/v1/mobility/whatif", "whatIf", reads([&service](const Call& call) { return post_whatif(service, call); }));
}

}  // namespace jiaoji::mobility
