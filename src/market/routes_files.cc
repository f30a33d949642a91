// Tables over the API: templates, exports, imports, and the jobs that run them.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/table.h"
#include "base/text.h"
#include "market/import.h"
#include "market/routes.h"
#include "store/upload.h"

namespace jiaoji::market {

using region::Access;
using region::Action;
using region::Answer;
using region::Call;
using region::may;

namespace {

constexpr std::size_t kUploadMax = 64u << 20;
constexpr int kExportPage = 500;
constexpr int kXlsxRowsMax = 100'000;
constexpr std::string_view kXlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct Wanted {
  TableKind kind = TableKind::listings;
  bool xlsx = false;
  std::shared_ptr<const Program> program;
  Side side = Side::need;
  std::string name(std::string_view suffix) const { return fmt::format("jiaoji-{}{}.{}", kind == TableKind::parties ? "parties" : program->id + "-" + to_string(side), suffix, xlsx ? "xlsx" : "csv"); }
};

Result<Wanted> wanted(const Call& call, const Service& market) {
  Wanted w;
  const auto kind = parse_table_kind(call.request.parameter("kind"));
  if (!kind) return fail(Code::not_found, "http.not_found", {"没有这个地址", "there is nothing at this address"});
  w.kind = *kind;
  const auto format = call.request.query_value("format").value_or("csv");
  if (format != "csv" && format != "xlsx") return fail(Code::invalid, "query.format", {"format 应为 csv 或 xlsx", "format must be csv or xlsx"});
  w.xlsx = format == "xlsx";
  if (w.kind == TableKind::parties) return w;
  TRY(w.program, market.program(call.request.query_value("program").value_or("supply-demand")));
  const auto side = parse_side(call.request.query_value("side").value_or("need"));
  if (!side) return fail(Code::invalid, "query.side", {"side 应为 need 或 offer", "side must be need or offer"});
  w.side = *side;
  return w;
}

// A table as one answer: rows come from `more`, which appends pages until it returns false.
using Page = std::vector<std::vector<std::string>>;
Answer table_response(const Wanted& w, std::string_view suffix, const std::vector<std::string>& heading, std::function<Result<bool>(Page&)> more) {
  http::Response response{.type = w.xlsx ? std::string(kXlsxType) : "text/csv; charset=utf-8"};
  response.headers.emplace_back("content-disposition", http::attachment(w.name(suffix)));
  if (!w.xlsx) {
    auto first = std::make_shared<bool>(true);
    response.stream = [=](std::string& out) -> bool {
      if (std::exchange(*first, false)) {
        out += table::kByteOrderMark;
        table::write_csv_row(out, heading);
      }
      Page page;
      const auto again = more(page);
      if (!again) throw std::runtime_error(again.error().detail.en);
      for (const auto& row : page) table::write_csv_row(out, row);
      return *again;
    };
    return response;
  }
  const auto path = (std::filesystem::temp_directory_path() / ("jiaoji-" + random_hex(12) + ".xlsx")).string();
  struct Remove { std::string path; ~Remove() { ::unlink(path.c_str()); } } remove{path};
  table::XlsxWriter out(path, "jiaoji");
  out.row(heading, true);
  int rows = 0;
  for (bool again = true; again && rows < kXlsxRowsMax;) {
    Page page;
    TRY(again, more(page));
    for (const auto& row : page) out.row(row), ++rows;
  }
  TRY_VOID(out.finish());
  std::ifstream in(path, std::ios::binary);
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  return response;
}

Answer export_table(const Call& call, const Wanted& w, store::Database& db) {
  const auto heading = template_of(w.program.get(), w.side, w.kind).heading;
  const auto city = call.request.query_value("city").value_or("");
  auto after = std::make_shared<std::string>();
  return table_response(w, "", heading, [=, &db, actor = call.actor](Page& page) -> Result<bool> {
    return db.read_as<bool>([&](store::Reader& reader) -> Result<bool> {
      if (w.kind == TableKind::parties) {
        TRY(const auto rows, region::list_parties(reader, actor, {.city = city, .after = *after, .limit = kExportPage}));
        for (const auto& p : rows) {
          TRY(auto cells, to_cells(reader, actor, p));
          page.push_back(std::move(cells));
          *after = p.id;
        }
        return static_cast<int>(rows.size()) == kExportPage;
      }
      TRY(auto rows, list_listings(reader, actor, {.program = w.program->id, .city = city, .after = *after, .side = w.side, .open = true, .limit = kExportPage}));
      for (auto& row : rows) {
        TRY_VOID(read_fields(*w.program, row));
        page.push_back(to_cells(*w.program, row));
        *after = row.listing.id;
      }
      return static_cast<int>(rows.size()) == kExportPage;
    });
  });
}

json::Value to_json(const store::Job& job, Language language) {
  auto value = json::object({{"id", job.id}, {"kind", job.kind}, {"state", store::to_string(job.state)}, {"progress", job.progress}, {"doing", job.doing.in(language)},
                             {"created_at", format_time(job.created_at)}});
  auto& members = std::get<json::Object>(value.data);
  if (job.seconds_left >= 0) members.set("seconds_left", job.seconds_left);
  if (job.finished_at > 0) members.set("finished_at", format_time(job.finished_at));
  if (!job.error_key.empty()) members.set("error", json::object({{"key", job.error_key}, {"detail", job.error.in(language)}}));
  if (job.state == store::JobState::done && !job.result.empty())
    if (auto result = json::parse(job.result)) {
      const auto* own = result->find(language == Language::zh ? "zh" : "en");
      members.set("result", own ? *own : *result);
    }
  return value;
}

// A job is seen by who submitted it, by the officers of its city, and by administrators.
bool sees_job(const region::Actor& actor, const store::Job& job) {
  return job.account == actor.account || (region::reach(actor, Action::job_read) == region::Reach::own_city && !job.city.empty() && job.city == actor.city) ||
         region::reach(actor, Action::job_read) == region::Reach::all;
}

Result<store::Job> find_job(store::Jobs& jobs, store::Reader& db, const Call& call) {
  auto job = jobs.find(db, std::string(call.request.parameter("id")));
  if (!job || !sees_job(call.actor, *job)) return fail(Code::not_found, "job.not_found", {"没有这个任务", "there is no such job"});
  return job;
}

Answer start_import(region::Api& api, Service& market, store::Jobs& jobs, const std::string& spool, const Call& call) {
  if (!may(call.actor, Action::import)) return fail(region::refusal(call.actor, Action::import));
  TRY(const auto w, wanted(call, market));
  const auto flag = [&](const char* name) { const auto v = call.request.query_value(name).value_or("false"); return v == "true" || v == "1"; };
  if (call.request.body.empty()) return fail(Code::invalid, "import.empty", {"没有收到文件内容", "no file was received"});
  TRY(const auto path, store::keep_upload(spool, call.request.body, "import.spool"));
  const auto parameters = json::write(json::object({{"kind", w.kind == TableKind::parties ? "parties" : "listings"}, {"program", w.program ? w.program->id : ""}, {"side", to_string(w.side)},
                                                    {"path", path}, {"file_name", text::ellipsis(call.request.query_value("file_name").value_or(""), 120)},
                                                    {"dry_run", flag("dry_run")}, {"all_or_nothing", flag("all_or_nothing")}}));
  const auto submitted = api.db().write_as<store::Job>([&](store::Writer& db) { return jobs.submit(db, "import", parameters, call.actor.account, call.actor.city); });
  if (!submitted) ::unlink(path.c_str());
  TRY(const auto job, submitted);
  auto response = http::json_response(to_json(job, call.request.language), 202);
  response.headers.emplace_back("location", "/api/v1/jobs/" + job.id);
  return response;
}

// One event for each news of the job, the last when it has ended. A comment every ten seconds keeps proxies awake.
http::Response watch_job(region::Api& api, store::Jobs& jobs, const std::string& id, Language language) {
  http::Response response{.type = "text/event-stream"};
  auto version = std::make_shared<std::uint64_t>(0);
  response.stream = [&api, &jobs, id, language, version](std::string& out) -> bool {
    *version = jobs.wait_news(id, *version, 10'000);
    const auto job = api.db().read_as<store::Job>([&](store::Reader& db) { return jobs.find(db, id); });
    if (!job) return false;
    out += "data: " + json::write(to_json(*job, language)) + "\n\n";
    return job->state == store::JobState::waiting || job->state == store::JobState::running;
  };
  return response;
}

}  // namespace

void add_file_routes(region::Api& api, Service& market, store::Jobs& jobs, const std::string& spool) {
  api.free("GET", "/api/v1/templates/{kind}", "getTemplate", [&](const Call& call) -> Answer {
    TRY(const auto w, wanted(call, market));
    const auto t = template_of(w.program.get(), w.side, w.kind);
    return table_response(w, "-template", t.heading, [=](Page& page) -> Result<bool> { return page.push_back(t.example), false; });
  }, {.access = Access::guests});
  api.free("GET", "/api/v1/exports/{kind}", "export", [&](const Call& call) -> Answer {
    if (!may(call.actor, Action::export_)) return fail(region::refusal(call.actor, Action::export_));
    TRY(const auto w, wanted(call, market));
    return export_table(call, w, api.db());
  });
  api.free("POST", "/api/v1/imports/{kind}", "import", [&, spool](const Call& call) { return start_import(api, market, jobs, spool, call); }, {.raw = true, .body_max = kUploadMax});

  api.read("GET", "/api/v1/jobs", "listJobs", [&](const Call& call, store::Reader& db) -> Answer {
    if (!may(call.actor, Action::job_read)) return fail(region::refusal(call.actor, Action::job_read));
    TRY(const auto all, jobs.list(db, 500));
    json::Array items;
    for (const auto& job : all) if (sees_job(call.actor, job)) items.push_back(to_json(job, call.request.language));
    return region::page_response(call.request, std::move(items), "");
  });
  api.read("GET", "/api/v1/jobs/{id}", "getJob", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto job, find_job(jobs, db, call));
    return http::json_response(to_json(job, call.request.language));
  });
  api.free("DELETE", "/api/v1/jobs/{id}", "cancelJob", [&](const Call& call) -> Answer {
    TRY(const auto job, api.db().read_as<store::Job>([&](store::Reader& db) { return find_job(jobs, db, call); }));
    jobs.ask_to_stop(job.id);   // an import that is writing holds the writer: it must hear of it before the row says so
    TRY_VOID(api.db().write([&](store::Writer& db) { return jobs.cancel(db, job.id, call.actor.account); }));
    return http::Response{.status = 204};
  });
  api.read("GET", "/api/v1/jobs/{id}/events", "watchJob", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto job, find_job(jobs, db, call));
    return watch_job(api, jobs, job.id, call.request.language);
  });
}

Result<void> clean_spool(store::Database& db, const std::string& spool) {
  TRY(const auto waiting, db.read_as<std::vector<std::string>>([](store::Reader& reader) {
        return reader.all("SELECT parameters FROM job WHERE state IN ('waiting', 'running')", [](const store::Row& r) { return r.string(0); });
      }));
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(spool, ignored)) {
    const auto name = file.path().filename().string();
    if (std::ranges::none_of(waiting, [&](const std::string& parameters) { return parameters.find(name) != std::string::npos; })) std::filesystem::remove(file.path(), ignored);
  }
  return {};
}

void add_jobs(store::Jobs& jobs, store::Database& db, Service& market, region::Service& region) {
  jobs.handles("import", [&](const store::Job& job, store::Run& run) -> Result<std::string> {
    TRY(const auto p, json::parse(job.parameters));
    const auto word = [&](const char* name) { return *p.find(name)->string(); };
    const auto flag = [&](const char* name) { return *p.find(name)->boolean(); };
    // The rights are those of now, not of when the file was sent.
    TRY(const auto account, db.read_as<std::optional<region::Account>>([&](store::Reader& r) { return region::find_account(r, job.account); }));
    if (!account || account->disabled) return fail(Code::forbidden, "access.forbidden", {"账号已停用", "the account is disabled"});
    const ImportRequest request{.kind = *parse_table_kind(word("kind")), .program = word("program"), .side = parse_side(word("side")).value_or(Side::need), .path = word("path"),
                                .dry_run = flag("dry_run"), .all_or_nothing = flag("all_or_nothing"), .import = job.id};
    const Watch watch{.progress = [&](double share, Text doing) { run.progress(share, std::move(doing)); }, .cancelled = [&] { return run.cancelled(); }};
    auto result = run_import(db, market, region, account->actor(), request, watch);
    // One that the server's stop interrupted runs again and needs its file.
    if (result || result.error().key != "import.cancelled" || run.asked()) ::unlink(request.path.c_str());
    if (!result) return std::unexpected(std::move(result).error());
    return json::write(json::object({{"zh", to_json(*result, Language::zh)}, {"en", to_json(*result, Language::en)}}));
  });
}

}  // namespace jiaoji::market
