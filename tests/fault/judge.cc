// Judges a database after a fault: held against its own journal, and against what was acknowledged.
#include <filesystem>
#include <unordered_map>

#include <fmt/format.h>

#include "load.h"
#include "store/reader_pool.h"

namespace jiaoji::fault {

namespace {

// What the journal says that there should be.
struct Told {
  std::unordered_map<std::string, std::string> items;  // id → hash of its value
  std::unordered_map<std::string, int> requests;       // request → entries
};

Result<Told> read_journal(store::Reader& db) {
  Told told;
  TRY_VOID(db.each("SELECT subject, after, request FROM journal WHERE action = 'item.changed' ORDER BY seq", {}, [&](const store::Row& row) {
    if (row.text(1).empty()) told.items.erase(row.string(0));
    else told.items[row.string(0)] = row.string(1);
    ++told.requests[row.string(2)];
    return true;
  }));
  return told;
}

Result<int> count_disagreeing_items(store::Reader& db, Told& told) {
  TRY(const auto tables, db.integer("SELECT COUNT(*) FROM sqlite_master WHERE name = 'item'"));
  int disagree = 0;
  if (tables > 0) {
    TRY_VOID(db.each("SELECT id, value FROM item", {}, [&](const store::Row& row) {
      const auto found = told.items.find(row.string(0));
      const bool agrees = found != told.items.end() && found->second == store::hash_hex(store::HashKind::sha256, row.text(1));
      if (!agrees) ++disagree;
      if (found != told.items.end()) told.items.erase(found);
      return true;
    }));
  }
  return disagree + static_cast<int>(told.items.size());
}

Result<Judgement> look(store::Reader& db, const std::vector<std::string>& acknowledged) {
  Judgement judgement;
  TRY(const auto sound, db.first("PRAGMA integrity_check", [](const store::Row& row) { return row.string(0); }));
  if (sound != "ok") return Judgement{.corrupt = true, .reason = sound.value_or("")};
  TRY(const auto verdict, store::verify_journal(db, {}));
  judgement.broken_chain = verdict.broken != 0;
  judgement.reason = verdict.reason.en;
  TRY(auto told, read_journal(db));
  for (const auto& [request, entries] : told.requests) {
    if (entries != std::stoi(request.substr(request.find('/') + 1))) ++judgement.halves;
    if (request.starts_with("fail-")) ++judgement.undone;
  }
  TRY(const auto disagree, count_disagreeing_items(db, told));
  judgement.halves += disagree;
  for (const auto& request : acknowledged) judgement.lost += told.requests.contains(request) ? 0 : 1;
  return judgement;
}

}  // namespace

Judgement judge(store::Reader& db, const std::vector<std::string>& acknowledged) {
  auto judgement = look(db, acknowledged);
  return judgement ? *judgement : Judgement{.corrupt = true, .reason = judgement.error().detail.en};
}

Judgement judge_folder(const std::string& folder, const std::vector<std::string>& acknowledged) {
  const auto path = folder + kDatabase;
  if (!std::filesystem::exists(path)) return {.lost = static_cast<int>(acknowledged.size()), .reason = "there is no database"};
  const auto db = store::open_reader(path);
  if (!db) return {.corrupt = true, .reason = db.error().detail.en};
  return judge(**db, acknowledged);
}

}  // namespace jiaoji::fault
