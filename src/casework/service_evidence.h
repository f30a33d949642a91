// Evidence given once, and cases handed from city to city.
#pragma once

#include "casework/records_evidence.h"
#include "casework/service.h"

namespace jiaoji::casework {

inline constexpr std::size_t kEvidenceBytesMax = 700u << 10;  // of one file: the API takes bodies of 1 MB
inline constexpr std::size_t kCaseEvidenceMax = 200;

// Whether evidence can be used by `city` on `day`: valid, not withdrawn, accepted there. The words say why not.
std::optional<Text> unusable(const EvidenceRow& evidence, const std::string& city, std::int32_t day);

struct Sending {
  std::string to_city, reason;
  std::vector<std::string> withheld;                   // names of variables that do not go along
  std::optional<std::vector<std::string>> evidence;    // ids of what goes along; all of it
  std::string paper;                                   // where the consent is kept of an applicant who cannot sign in
};

class Papers {
 public:
  Papers(const Clock& clock, Service& casework) : clock_(clock), casework_(casework) {}

  // Grades A and B are for offices: an officer's, of the own city. Errors: evidence.grade, evidence.dates, evidence.accepted_by, refusal.
  Result<EvidenceRow> give(store::Writer& db, const region::Actor& actor, EvidenceRow evidence, const std::string& bytes);
  Result<EvidenceRow> withdraw(store::Writer& db, const region::Actor& actor, const std::string& id);
  // Its owner, the office that issued it, and cities of the cases that hold it. Error: evidence.not_found.
  Result<EvidenceRow> read(store::Reader& db, const region::Actor& actor, const std::string& id);
  Result<std::vector<EvidenceRow>> list(store::Reader& db, const region::Actor& actor, const std::string& party);
  // With the consent of the applicant, who alone can do it; what the city that handles the case has issued its officers may use.
  // Errors: evidence.unusable, evidence.not_theirs, evidence.consent, evidence.too_many.
  Result<CaseRow> attach(store::Writer& db, const region::Actor& actor, const std::string& case_id, const std::string& evidence);
  // Who may attach it may take it out again, as long as the case is open.
  Result<CaseRow> detach(store::Writer& db, const region::Actor& actor, const std::string& case_id, const std::string& evidence);

  // An officer of the city that handles the case sends it on. An applicant who can sign in is asked first: the handover is `asked`, then `sent`.
  // Errors: handover.same_city, handover.under_way, handover.unknown, handover.paper, casework.ended.
  Result<HandoverRow> hand_over(store::Writer& db, const region::Actor& actor, const std::string& case_id, const Sending& sending);
  // The applicant agrees or refuses; the other city's officer receives it, which is the receipt, or returns it; the first city withdraws it while
  // it waits. Twice the same is once; after another answer: handover.answered.
  enum class Answer { agreed, refused, received, returned, withdrawn };
  Result<HandoverRow> answer(store::Writer& db, const region::Actor& actor, const std::string& id, Answer answer, const std::string& why);
  // Its `content` is empty for who is neither end of it nor the applicant.
  Result<HandoverRow> read_handover(store::Reader& db, const region::Actor& actor, const std::string& id);
  // Those that wait for the actor: to agree, or to receive.
  Result<std::vector<WaitingHandover>> waiting(store::Reader& db, const region::Actor& actor);

 private:
  struct Found {
    HandoverRow row;
    CaseRow of;
  };
  Result<Found> found(store::Reader& db, const region::Actor& actor, const std::string& id);
  Result<HandoverRow> put(store::Writer& db, const region::Actor& actor, CaseRow& of, HandoverRow row);
  // The case and the evidence, when the actor may attach it.
  struct Attaching {
    CaseRow row;
    EvidenceRow paper;
  };
  Result<Attaching> attachable(store::Reader& db, const region::Actor& actor, const std::string& case_id, const std::string& evidence);

  const Clock& clock_;
  Service& casework_;
};

}  // namespace jiaoji::casework
