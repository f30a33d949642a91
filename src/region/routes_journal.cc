// The journal over the API: auditors read all of it, officers the entries of their city.
#include <charconv>

#include <fmt/format.h>

#include "region/service.h"

namespace jiaoji::region {

namespace {

json::Value parsed(std::string_view text) {
  if (text.empty()) return {};
  auto value = json::parse(text);
  return value ? *std::move(value) : json::Value(text);
}

json::Value to_entry(const store::Row& r) {
  return json::object({{"seq", r.integer(0)}, {"at", format_time(r.integer(1))}, {"actor", r.string(2)}, {"actor_name", r.string(3)}, {"city", r.string(4)}, {"action", r.string(5)},
                       {"subject", r.string(6)}, {"before", parsed(r.text(7))}, {"after", parsed(r.text(8))}, {"request", r.string(9)}, {"hash", r.string(10)}});
}

}  // namespace

void add_journal_routes(Api& api) {
  api.read("GET", "/api/v1/journal", "listJournal", [](const Call& call, store::Reader& db) -> Answer {
    if (!may(call.actor, Action::journal_read)) return fail(refusal(call.actor, Action::journal_read));
    TRY(const auto page, page_of(call.request));
    std::string sql = "SELECT seq, at, actor, (SELECT name FROM account WHERE account.id = journal.actor), city, action, subject, before, after, request, hash FROM journal WHERE 1 = 1";
    std::vector<store::Cell> parameters;
    if (reach(call.actor, Action::journal_read) == Reach::own_city) sql += " AND city = ?", parameters.push_back(call.actor.city);
    for (const char* name : {"subject", "actor", "action"})
      if (const auto value = call.request.query_value(name); value && !value->empty()) sql += fmt::format(" AND {} = ?", name), parameters.push_back(*value);
    if (!page.after.empty()) {
      std::int64_t after = 0;
      std::from_chars(page.after.data(), page.after.data() + page.after.size(), after);
      sql += " AND seq < ?";
      parameters.push_back(after);
    }
    sql += " ORDER BY seq DESC LIMIT ?";
    parameters.push_back(std::int64_t{page.limit} + 1);
    TRY(auto items, db.all(sql, to_entry, parameters));
    std::string next;
    if (static_cast<int>(items.size()) > page.limit) {
      items.pop_back();
      next = items.back().find("seq")->number()->spelling;
    }
    return page_response(call.request, std::move(items), next);
  });

  api.read("GET", "/api/v1/journal/verification", "verifyJournal", [](const Call& call, store::Reader& db) -> Answer {
    if (reach(call.actor, Action::journal_read) != Reach::all) return fail(refusal(call.actor, Action::journal_read));
    TRY(const auto verdict, store::verify_journal(db, [](double) {}));
    return http::json_response(json::object({{"entries", verdict.entries}, {"broken", verdict.broken}, {"reason", verdict.reason.in(call.request.language)}, {"head", verdict.head}}));
  });
}

}  // namespace jiaoji::region
