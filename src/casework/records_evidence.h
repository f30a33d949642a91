// Rows of evidence and of handovers between cities.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "casework/records.h"

namespace jiaoji::casework {

// Evidence: 材料. `grade` after 国办函〔2016〕108号: A issued by an office, B checked at a window, C uploaded, D own statement with pledge.
struct EvidenceRow {
  static constexpr const char* kIdPrefix = "evd";
  std::string id, party, name, kind, issuer, city, grade;   // kind: document, inspection; city: the issuer's, "" for none
  std::vector<std::string> accepted_by;                     // codes of cities; "*": all
  std::string valid_from, valid_until;                      // dates; "": open
  std::string sha256, file_name;                            // of its file; "" when only its hash is known
  std::string account;
  TimeMs created_at = 0, withdrawn_at = 0;
};
struct CaseEvidenceRow {
  EvidenceRow evidence;
  std::string consented_by;
  TimeMs consented_at = 0;
};
Result<std::vector<EvidenceRow>> list_evidence(store::Reader& db, const std::string& party);  // the newest first
Result<std::optional<EvidenceRow>> find_evidence(store::Reader& db, const std::string& id);
Result<void> insert_evidence(store::Writer& db, const EvidenceRow& row, std::string_view bytes);
Result<std::string> read_evidence_file(store::Reader& db, const std::string& id);  // its bytes
Result<void> withdraw_evidence(store::Writer& db, const std::string& id, TimeMs at);
Result<void> add_case_evidence(store::Writer& db, const std::string& case_id, const std::string& evidence, const std::string& account, TimeMs at);  // twice is once
Result<std::vector<CaseEvidenceRow>> list_case_evidence(store::Reader& db, const std::string& case_id);
Result<void> drop_case_evidence(store::Writer& db, const std::string& case_id, const std::string& evidence);
// Cases of a city that hold it.
Result<std::vector<std::string>> cases_with_evidence(store::Reader& db, const std::string& id, const std::string& city);

struct HandoverRow {
  static constexpr const char* kIdPrefix = "hnd";
  std::string id, case_id, from_city, to_city, reason, content, sha256, state;  // asked (for consent), refused, sent, received, returned, withdrawn
  std::string sent_by;
  TimeMs sent_at = 0;
  std::string consented_by;
  TimeMs consented_at = 0;              // 0: not yet, or there is no applicant to ask
  std::string paper;                    // where the consent of an applicant without an account is written
  std::string answered_by;
  TimeMs answered_at = 0;
  std::string answer;
  bool went() const { return state == "sent" || state == "received" || state == "returned"; }  // the other city has seen what was sent
};
Result<std::vector<HandoverRow>> list_handovers(store::Reader& db, const std::string& case_id);  // in their order
Result<bool> is_handed_over(store::Reader& db, const std::string& case_id);  // whether one is under way
// What waits for an answer, the oldest first: those asked of a party, or sent to a city.
struct WaitingHandover {
  HandoverRow handover;
  std::string number, title, procedure_name;
  bool illustrative = false;
};
Result<std::vector<WaitingHandover>> waiting_handovers(store::Reader& db, const std::string& party, const std::string& to_city);
Result<std::optional<HandoverRow>> find_handover(store::Reader& db, const std::string& id);
Result<void> put_handover(store::Writer& db, const HandoverRow& row);  // inserts, or replaces
}  // namespace jiaoji::casework
