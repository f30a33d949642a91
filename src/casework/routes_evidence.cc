#include "base/base64.h"
#include "casework/form.h"
#include "casework/routes.h"
#include "casework/routes_json.h"

namespace jiaoji::casework {

using region::Answer;
using region::Call;

namespace {

std::string date_of(json::Fields& in, const char* key) {
  const auto given = in.optional_text(key, 10).value_or("");
  if (!given.empty() && parse_day(given) == kNoDay) in.fault(key, "field.date", {"应是日期，如 2026-11-21", "should be a date such as 2026-11-21"});
  return given;
}

std::vector<std::string> texts_of(json::Fields& in, const char* key) {
  std::vector<std::string> out;
  const auto* given = in.optional_array(key);
  for (std::size_t i = 0; given && i < given->size(); ++i) {
    if ((*given)[i].string() && out.size() < kVariablesMax) out.push_back(*(*given)[i].string());
    else in.fault(key, "field.text", {"应是文字的列表", "should be a list of texts"});
  }
  return out;
}

void add_evidence(region::Api& api, Papers& papers) {
  api.read("GET", "/api/v1/evidence", "listEvidence", [&papers](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto rows, papers.list(db, call.actor, call.request.query_value("party").value_or("")));
    json::Array items;
    for (const auto& row : rows) items.push_back(to_json(row));
    return http::json_response(json::object({{"items", std::move(items)}, {"next", nullptr}}));
  });

  api.write("POST", "/api/v1/evidence", "giveEvidence", [&papers](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    EvidenceRow row{.id = {}, .party = in.optional_text("party", 60).value_or(""), .name = in.text("name", 200), .kind = in.choice("kind", {"document", "inspection"}, "document"), .issuer = in.optional_text("issuer", 200).value_or(""), .city = {}, .grade = in.choice("grade", {"A", "B", "C", "D"}),
                    .accepted_by = texts_of(in, "accepted_by"), .valid_from = date_of(in, "valid_from"), .valid_until = date_of(in, "valid_until"), .sha256 = in.optional_text("sha256", 64).value_or(""), .file_name = in.optional_text("file_name", 200).value_or(""), .account = {}};
    const auto data = in.optional_text("data", kEvidenceBytesMax * 4 / 3 + 4);
    const auto bytes = data ? from_base64(*data) : std::optional<std::string>("");
    if (!bytes) in.fault("data", "evidence.base64", {"应是文件内容的 base64", "should be the file's bytes in base64"});
    if (row.sha256.empty() && (!data || data->empty())) in.fault("data", "field.missing", {"请给出文件（data）或它的 SHA-256", "give the file (data) or its SHA-256"});
    if (!row.sha256.empty() && (row.sha256.size() != 64 || row.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)) in.fault("sha256", "evidence.sha256", {"应是 64 位小写十六进制数", "should be 64 hexadecimal digits in lower case"});
    TRY_VOID(in.done());
    if (row.accepted_by.empty()) row.accepted_by = {"*"};
    TRY(const auto made, papers.give(db, call.actor, std::move(row), *bytes));
    return http::json_response(to_json(made), 201);
  });

  api.read("GET", "/api/v1/evidence/{id}/file", "getEvidenceFile", [&papers](const Call& call, store::Reader& db) -> Answer {
    const auto id = std::string(call.request.parameter("id"));
    TRY(const auto row, papers.read(db, call.actor, id));
    if (row.file_name.empty()) return fail(Code::not_found, "evidence.no_file", {"这份材料只有校验值，没有文件", "of that evidence only the hash is known, not the file"});
    TRY(auto bytes, read_evidence_file(db, id));
    // Always as a download, never shown by the browser as what it claims to be.
    return http::Response{.type = "application/octet-stream", .body = std::move(bytes), .shared_body = {}, .static_body = {}, .headers = {{"Content-Disposition", "attachment; filename=\"" + id + "\""}}, .stream = {}};
  });

  api.write("DELETE", "/api/v1/evidence/{id}", "withdrawEvidence", [&papers](const Call& call, store::Writer& db) -> Answer {
    TRY(const auto row, papers.withdraw(db, call.actor, std::string(call.request.parameter("id"))));
    return http::json_response(to_json(row));
  });

  api.write("POST", "/api/v1/cases/{id}/evidence", "attachEvidence", [&papers](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto evidence = in.text("evidence", 60);
    TRY_VOID(in.done());
    TRY(const auto row, papers.attach(db, call.actor, std::string(call.request.parameter("id")), evidence));
    return region::versioned_response(to_json(row, ""), row.version);
  });

  api.write("DELETE", "/api/v1/cases/{id}/evidence/{evidence}", "detachEvidence", [&papers](const Call& call, store::Writer& db) -> Answer {
    TRY(const auto row, papers.detach(db, call.actor, std::string(call.request.parameter("id")), std::string(call.request.parameter("evidence"))));
    return region::versioned_response(to_json(row, ""), row.version);
  });
}

void add_handovers(region::Api& api, Papers& papers) {
  api.write("POST", "/api/v1/cases/{id}/handovers", "handOver", [&papers](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    Sending sending{.to_city = in.text("to_city", 6), .reason = in.text("reason", 500, true), .withheld = texts_of(in, "withheld"), .evidence = {}, .paper = in.optional_text("paper", 200).value_or("")};
    if (call.body.find("evidence")) sending.evidence = texts_of(in, "evidence");
    TRY_VOID(in.done());
    TRY(const auto row, papers.hand_over(db, call.actor, std::string(call.request.parameter("id")), sending));
    return http::json_response(to_json(row), 201);
  });

  // What waits for the caller: an applicant's consent, or a receipt of the officer's city.
  api.read("GET", "/api/v1/handovers", "listHandovers", [&papers](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto rows, papers.waiting(db, call.actor));
    json::Array items;
    for (const auto& row : rows) {
      auto one = to_json(row.handover);
      auto& object = std::get<json::Object>(one.data);
      object.set("number", row.number);
      object.set("title", row.title);
      object.set("procedure_name", row.procedure_name);
      object.set("illustrative", row.illustrative);
      items.push_back(std::move(one));
    }
    return http::json_response(json::object({{"items", std::move(items)}, {"next", nullptr}}));
  });

  api.read("GET", "/api/v1/handovers/{id}", "getHandover", [&papers](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto row, papers.read_handover(db, call.actor, std::string(call.request.parameter("id"))));
    auto out = to_json(row);
    std::get<json::Object>(out.data).set("content", row.content);
    return http::json_response(out);
  });

  api.write("POST", "/api/v1/handovers/{id}/consent", "consentHandover", [&papers](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto agreed = in.boolean("agreed");
    const auto note = in.optional_text("note", 500, true).value_or("");
    TRY_VOID(in.done());
    TRY(const auto row, papers.answer(db, call.actor, std::string(call.request.parameter("id")), agreed ? Papers::Answer::agreed : Papers::Answer::refused, note));
    return http::json_response(to_json(row));
  });

  const auto answers = [&](const char* path, const char* operation, Papers::Answer answer) {
    api.write("POST", path, operation, [&papers, answer](const Call& call, store::Writer& db) -> Answer {
      json::Fields in(call.body);
      const auto note = answer == Papers::Answer::returned ? in.text("note", 500, true) : in.optional_text("note", 500, true).value_or("");
      TRY_VOID(in.done());
      TRY(const auto row, papers.answer(db, call.actor, std::string(call.request.parameter("id")), answer, note));
      return http::json_response(to_json(row));
    });
  };
  answers("/api/v1/handovers/{id}/receive", "receiveHandover", Papers::Answer::received);
  answers("/api/v1/handovers/{id}/return", "returnHandover", Papers::Answer::returned);
  answers("/api/v1/handovers/{id}/withdraw", "withdrawHandover", Papers::Answer::withdrawn);
}

}  // namespace

void add_paper_routes(region::Api& api, Papers& papers) {
  add_evidence(api, papers);
  add_handovers(api, papers);
}

}  // namespace jiaoji::casework
