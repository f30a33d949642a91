// The files that travel times are computed from: list, load (as a job), remove.
#include <unistd.h>

#include "base/cli.h"
#include "base/text.h"
#include "mobility/answers.h"
#include "mobility/routes.h"
#include "mobility/shift.h"
#include "store/upload.h"

namespace jiaoji::mobility {


using region::Action;
using region::Answer;
using region::Call;

namespace {

constexpr std::size_t kNoticesShown = 200;

json::Value to_json(const FileRow& row) {
  return json::object({{"id", row.id}, {"kind", to_string(row.kind)}, {"name", row.name}, {"bytes", row.bytes}, {"source", row.source}, {"illustrative", row.illustrative}, {"skip_faulty", row.skip_faulty}, {"gcj02", row.gcj02}, {"city", row.city}, {"created_at", format_time(row.created_at)}});
}

// `added.row.id` is "" after a check, which stores nothing.
json::Value to_json(const Added& added, Language language) {
  json::Array notices;
  std::size_t errors = 0, warnings = 0, left_out = 0;
  if (added.read) {
    errors = added.read->errors, warnings = added.read->warnings, left_out = added.read->trips_left_out;
    for (const auto& notice : added.read->notices) {
      if (notices.size() >= kNoticesShown) break;
      notices.push_back(notice_json(notice, language));
    }
  }
  return json::object({{"file", added.row.id.empty() ? json::Value(nullptr) : to_json(added.row)}, {"errors", static_cast<std::int64_t>(errors)}, {"warnings", static_cast<std::int64_t>(warnings)}, {"trips_left_out", static_cast<std::int64_t>(left_out)}, {"notices", std::move(notices)}});
}

Answer start_load(region::Api& api, store::Jobs& jobs, const std::string& spool, const Call& call) {
  if (!may(call.actor, Action::network_write, {call.actor.city, "", region::Visibility::everyone})) return fail(region::refusal(call.actor, Action::network_write));
  const auto value = [&](const char* name) { return call.request.query_value(name).value_or(""); };
  if (!parse_file_kind(value("kind"))) return fail(Code::invalid, "mobility.kind", {"kind 应是 timetable（时刻表）、streets（街道）、points（人口和岗位）或 zones（服务区域）", "kind should be timetable, streets, points or zones"});
  if (call.request.body.empty()) return fail(Code::invalid, "mobility.empty", {"没有收到文件内容", "no file was received"});
  TRY(const auto skip_faulty, flag_of(call, "skip_faulty", false));
  TRY(const auto illustrative, flag_of(call, "illustrative", false));
  TRY(const auto check, flag_of(call, "check", false));
  TRY(const auto gcj02, flag_of(call, "gcj02", false));
  TRY_VOID(check_coordinates({.kind = *parse_file_kind(value("kind")), .name = "", .bytes = "", .source = "", .gcj02 = gcj02}));
  TRY(const auto path, store::keep_upload(spool, call.request.body, "mobility.spool"));
  const auto parameters = json::write(json::object({{"kind", value("kind")}, {"path", path}, {"name", text::ellipsis(value("file_name").empty() ? value("kind") : value("file_name"), 120)}, {"source", text::ellipsis(value("source"), 200)},
                                                    {"skip_faulty", skip_faulty}, {"illustrative", illustrative}, {"check", check}, {"gcj02", gcj02}}));
  const auto submitted = api.db().write_as<store::Job>([&](store::Writer& db) { return jobs.submit(db, "mobility", parameters, call.actor.account, call.actor.city); });
  if (!submitted) ::unlink(path.c_str());
  TRY(const auto job, submitted);
  auto response = http::json_response(json::object({{"id", job.id}, {"state", store::to_string(job.state)}}), 202);
  response.headers.emplace_back("location", "/api/v1/jobs/" + job.id);
  return response;
}

Result<NewFile> file_of(const json::Value& parameters) {
  const auto word = [&](const char* name) { return *parameters.find(name)->string(); };
  NewFile out{.kind = *parse_file_kind(word("kind")), .name = word("name"), .bytes = {}, .source = word("source"), .skip_faulty = *parameters.find("skip_faulty")->boolean(), .illustrative = *parameters.find("illustrative")->boolean()};
  // A job that was waiting while the server learned of GCJ-02 says nothing of it.
  if (const auto* gcj02 = parameters.find("gcj02")) out.gcj02 = *gcj02->boolean();
  if (out.name.ends_with(".xlsx")) {
    TRY(out.bytes, workbook_as_csv(word("path")));
    out.name.replace(out.name.size() - 4, 4, "csv");
  } else {
    TRY(out.bytes, read_whole(word("path")));
  }
  return out;
}

// All that is wrong with a file; stores nothing.
Result<Added> check_file(const NewFile& file, const Service& service) {
  if (file.kind == FileKind::timetable) {
    TRY(auto read, read_feed_bytes(file.name, file.bytes, {.skip_faulty = true, .check_all = true}, file.coordinates()));
    if (const auto known = service.world_or_null()) note_shift(read, file.coordinates(), known->network.feed.stops);
    return Added{.row = {}, .read = std::move(read)};
  }
  Gathering gathering;
  TRY_VOID(file.kind == FileKind::streets ? gathering.add_streets(file.name, file.bytes) : file.kind == FileKind::points ? gathering.add_points(file.name, file.bytes, file.coordinates()) : gathering.add_zones(file.name, file.bytes));
  return Added{.row = {}, .read = {}};
}

}  // namespace

void add_file_routes(region::Api& api, Service& service, store::Jobs& jobs, const std::string& spool) {
  api.read("GET", "/api/v1/mobility/files", "listMobilityFiles", [](const Call& call, store::Reader& db) -> Answer {
    if (!may(call.actor, Action::network_read)) return fail(region::refusal(call.actor, Action::network_read));
    TRY(const auto rows, list_files(db));
    json::Array items;
    for (const auto& row : rows) items.push_back(to_json(row));
    return http::json_response(json::object({{"items", std::move(items)}}));
  }, region::Access::guests);
  api.free("POST", "/api/v1/mobility/files", "loadMobilityFile", [&api, &jobs, spool](const Call& call) { return start_load(api, jobs, spool, call); }, {.raw = true, .body_max = kFileBytesMax});
  api.free("DELETE", "/api/v1/mobility/files/{id}", "removeMobilityFile", [&service](const Call& call) -> Answer {
    TRY_VOID(service.remove(call.actor, std::string(call.request.parameter("id"))));
    return http::Response{.status = 204};
  });
}

void add_jobs(store::Jobs& jobs, store::Database& db, Service& service) {
  jobs.handles("mobility", [&](const store::Job& job, store::Run& run) -> Result<std::string> {
    TRY(const auto parameters, json::parse(job.parameters));
    const auto path = *parameters.find("path")->string();
    // The rights are those of now, not of when the file was sent.
    TRY(const auto account, db.read_as<std::optional<region::Account>>([&](store::Reader& r) { return region::find_account(r, job.account); }));
    if (!account || account->disabled) return fail(Code::forbidden, "access.forbidden", {"账号已停用", "the account is disabled"});
    auto file = file_of(parameters);
    const auto check = *parameters.find("check")->boolean();
    auto added = !file ? Result<Added>(fail(std::move(file).error())) : check ? check_file(*file, service) : service.add(account->actor(), *std::move(file), [&](double share, Text doing) { run.progress(share, std::move(doing)); }, [&] { return run.cancelled(); });
    // One that the server's stop interrupted runs again and needs its file.
    if (added || added.error().key != "mobility.cancelled" || run.asked()) ::unlink(path.c_str());
    if (!added) return std::unexpected(std::move(added).error());
    return json::write(json::object({{"zh", to_json(*added, Language::zh)}, {"en", to_json(*added, Language::en)}}));
  });
}

}  // namespace jiaoji::mobility
