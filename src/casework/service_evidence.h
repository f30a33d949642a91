// Evidence given once, and cases handed from city to city.
#pragma once

#include "casework/records_evidence.h"
#include "casework/service.h"

namespace jiaoji::casework {

inline constexpr std::size_t kEvidenceBytesMax = 700u << 10;  // of one file: the API takes bodies of 1 MB
inline constexpr std::size_t kCaseEvidenceMax = 200;

// Whether evidence can be used by `city` on `day`: valid, not withdrawn, accepted there. The words say why not.
std::optional<Text> unusable(const EvidenceRow& evidence, const std::string& city, std::int32_t day);

class Papers {
 public:
  Papers(const Clock& clock, Service& casework) : clock_(clock), casework_(casework) {}

  // Grades A and B are for offices: an officer's, of the own city. Errors: evidence.grade, evidence.dates, evidence.accepted_by, refusal.
  Result<EvidenceRow> give(store::Writer& db, const region::Actor& actor, EvidenceRow evidence, const std::string& bytes);
  Result<EvidenceRow> withdraw(store::Writer& db, const region::Actor& actor, const std::string& id);
  // Its owner, the office that issued it, and cities of the cases that hold it. Error: evidence.not_found.
  Result<EvidenceRow> read(store::Reader& db, const region::Actor& actor, const std::string& id);
  Result<std::vector<EvidenceRow>> list(store::Reader& db, const region::Actor& actor, const std::string& party);
  // With the consent of the applicant, who alone can do it. Errors: evidence.unusable, evidence.not_theirs.
  Result<CaseRow> attach(store::Writer& db, const region::Actor& actor, const std::string& case_id, const std::string& evidence);

  // An officer of the city that handles the case sends it on, with its evidence and variables; `withheld` names those that do not go along.
  // Errors: handover.same_city, handover.under_way, casework.ended.
  Result<HandoverRow> hand_over(store::Writer& db, const region::Actor& actor, const std::string& case_id, const std::string& to_city, const std::string& reason, const std::vector<std::string>& withheld);
  // The other city's officer takes it, or sends it back with a reason. Twice the same is once; after the other answer: handover.answered.
  Result<HandoverRow> answer(store::Writer& db, const region::Actor& actor, const std::string& id, bool received, const std::string& why);

 private:
  const Clock& clock_;
  Service& casework_;
};

}  // namespace jiaoji::casework
