#include "casework/records_evidence.h"

#include "base/base64.h"
#include "base/json.h"

namespace jiaoji::casework {

namespace {

using store::done, store::Row;

constexpr std::size_t kPieceBytes = 48 * 1024;  // 64 KiB as base64

constexpr std::string_view kEvidence = "e.id, e.party, e.name, e.kind, e.issuer, e.city, e.grade, e.accepted_by, e.valid_from, e.valid_until, e.sha256, e.file_name, e.account, e.created_at, e.withdrawn_at";

EvidenceRow to_evidence(const Row& r) {
  EvidenceRow out{.id = r.string(0), .party = r.string(1), .name = r.string(2), .kind = r.string(3), .issuer = r.string(4), .city = r.string(5), .grade = r.string(6), .accepted_by = {}, .valid_from = r.string(8), .valid_until = r.string(9), .sha256 = r.string(10), .file_name = r.string(11), .account = r.string(12), .created_at = r.integer(13), .withdrawn_at = r.integer(14)};
  const auto accepted = json::parse(r.text(7));
  if (accepted && accepted->array()) {
    for (const auto& one : *accepted->array()) {
      if (one.string()) out.accepted_by.push_back(*one.string());
    }
  }
  return out;
}

constexpr std::string_view kHandover = "h.id, h.case_id, h.from_city, h.to_city, h.reason, h.content, h.sha256, h.state, h.sent_by, h.sent_at, h.consented_by, h.consented_at, h.paper, h.answered_by, h.answered_at, h.answer";
HandoverRow to_handover(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.string(3), r.string(4), r.string(5), r.string(6), r.string(7), r.string(8), r.integer(9), r.string(10), r.integer(11), r.string(12), r.string(13), r.integer(14), r.string(15)};
}
std::string handovers_where(std::string_view condition) { return "SELECT " + std::string(kHandover) + " FROM handover h WHERE " + std::string(condition); }

}  // namespace

Result<std::vector<EvidenceRow>> list_evidence(store::Reader& db, const std::string& party) {
  return db.all("SELECT " + std::string(kEvidence) + " FROM evidence e WHERE e.party = ? ORDER BY e.id DESC LIMIT 500", to_evidence, {party});
}

Result<std::optional<EvidenceRow>> find_evidence(store::Reader& db, const std::string& id) { return db.first("SELECT " + std::string(kEvidence) + " FROM evidence e WHERE e.id = ?", to_evidence, {id}); }

Result<void> insert_evidence(store::Writer& db, const EvidenceRow& e, std::string_view bytes) {
  TRY_VOID(db.execute("INSERT INTO evidence (id, party, name, kind, issuer, city, grade, accepted_by, valid_from, valid_until, sha256, file_name, account, created_at, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {e.id, e.party, e.name, e.kind, e.issuer, e.city, e.grade, json::write(json::Value(json::Array(e.accepted_by.begin(), e.accepted_by.end()))), e.valid_from, e.valid_until, e.sha256, e.file_name, e.account, e.created_at, e.withdrawn_at}));
  for (std::int64_t number = 0; !bytes.empty(); ++number) {
    const auto piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    TRY_VOID(db.execute("INSERT INTO evidence_piece (evidence, number, data) VALUES (?, ?, ?)", {e.id, number, to_base64(piece)}));
  }
  return {};
}

Result<std::string> read_evidence_file(store::Reader& db, const std::string& id) {
  std::string out;
  const store::Cell parameters[] = {id};
  TRY_VOID(db.each("SELECT data FROM evidence_piece WHERE evidence = ? ORDER BY number", parameters, [&](const Row& row) {
    out += from_base64(row.text(0)).value_or(std::string());
    return true;
  }));
  return out;
}

Result<void> withdraw_evidence(store::Writer& db, const std::string& id, TimeMs at) { return done(db.execute("UPDATE evidence SET withdrawn_at = ? WHERE id = ?", {at, id})); }

Result<void> add_case_evidence(store::Writer& db, const std::string& case_id, const std::string& evidence, const std::string& account, TimeMs at) {
  TRY(const auto there, db.integer("SELECT COUNT(*) FROM case_evidence WHERE case_id = ? AND evidence = ?", {case_id, evidence}));
  if (there > 0) return {};
  return done(db.execute("INSERT INTO case_evidence (case_id, evidence, consented_by, consented_at) VALUES (?, ?, ?, ?)", {case_id, evidence, account, at}));
}

Result<std::vector<CaseEvidenceRow>> list_case_evidence(store::Reader& db, const std::string& case_id) {
  return db.all("SELECT " + std::string(kEvidence) + ", c.consented_by, c.consented_at FROM case_evidence c JOIN evidence e ON e.id = c.evidence WHERE c.case_id = ? ORDER BY c.consented_at, e.id LIMIT 500",
                [](const Row& r) { return CaseEvidenceRow{to_evidence(r), r.string(15), r.integer(16)}; }, {case_id});
}

Result<void> drop_case_evidence(store::Writer& db, const std::string& case_id, const std::string& evidence) { return done(db.execute("DELETE FROM case_evidence WHERE case_id = ? AND evidence = ?", {case_id, evidence})); }

Result<std::vector<std::string>> cases_with_evidence(store::Reader& db, const std::string& id, const std::string& city) {
  return db.all("SELECT c.case_id FROM case_evidence c JOIN case_city y ON y.case_id = c.case_id WHERE c.evidence = ? AND y.city = ? ORDER BY c.case_id DESC LIMIT 1000", [](const Row& r) { return r.string(0); }, {id, city});
}

Result<std::vector<HandoverRow>> list_handovers(store::Reader& db, const std::string& case_id) { return db.all(handovers_where("h.case_id = ? ORDER BY h.id LIMIT 1000"), to_handover, {case_id}); }

Result<bool> is_handed_over(store::Reader& db, const std::string& case_id) {
  TRY(const auto under_way, db.integer("SELECT COUNT(*) FROM handover WHERE case_id = ? AND state IN ('asked', 'sent')", {case_id}));
  return under_way > 0;
}

Result<std::vector<WaitingHandover>> waiting_handovers(store::Reader& db, const std::string& party, const std::string& to_city) {
  return db.all("SELECT " + std::string(kHandover) + ", c.number, c.title, p.name, c.illustrative FROM handover h JOIN cases c ON c.id = h.case_id JOIN procedure p ON p.id = c.procedure "
                "WHERE " + (party.empty() ? "h.state = 'sent' AND h.to_city = ?" : "h.state = 'asked' AND c.party = ?") + " ORDER BY h.id LIMIT 200",
                [](const Row& r) { return WaitingHandover{to_handover(r), r.string(16), r.string(17), r.string(18), r.integer(19) != 0}; }, {party.empty() ? to_city : party});
}

Result<std::optional<HandoverRow>> find_handover(store::Reader& db, const std::string& id) { return db.first(handovers_where("h.id = ?"), to_handover, {id}); }

Result<void> put_handover(store::Writer& db, const HandoverRow& h) {
  TRY_VOID(db.execute("DELETE FROM handover WHERE id = ?", {h.id}));
  return done(db.execute("INSERT INTO handover (id, case_id, from_city, to_city, reason, content, sha256, state, sent_by, sent_at, consented_by, consented_at, paper, answered_by, answered_at, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {h.id, h.case_id, h.from_city, h.to_city, h.reason, h.content, h.sha256, h.state, h.sent_by, h.sent_at, h.consented_by, h.consented_at, h.paper, h.answered_by, h.answered_at, h.answer}));
}

}  // namespace jiaoji::casework
