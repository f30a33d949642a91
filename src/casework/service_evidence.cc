#include "casework/service_evidence.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "region/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::Role;
using region::may;

namespace {

std::unexpected<Error> no_evidence() { return fail(Code::not_found, "evidence.not_found", {"没有这份材料", "there is no such evidence"}); }
std::unexpected<Error> bad(const char* field, const char* key, Text what) { return fail(Code::invalid, key, what, {{std::string("/") + field, key, what}}); }

json::Value summary(const EvidenceRow& row) {
  return json::object({{"party", row.party}, {"name", row.name}, {"kind", row.kind}, {"issuer", row.issuer}, {"city", row.city}, {"grade", row.grade}, {"valid_from", row.valid_from}, {"valid_until", row.valid_until}, {"sha256", row.sha256}});
}

Result<std::int32_t> today(TimeMs now) {
  TRY(const auto at, moment_of(now, kZone));
  return at.day;
}

}  // namespace

std::optional<Text> unusable(const EvidenceRow& evidence, const std::string& city, std::int32_t day) {
  if (evidence.withdrawn_at != 0) return Text{"已撤回", "it was withdrawn"};
  if (!evidence.valid_from.empty() && day < parse_day(evidence.valid_from)) return Text{fmt::format("{} 起才有效", evidence.valid_from), fmt::format("it is valid from {} on", evidence.valid_from)};
  if (!evidence.valid_until.empty() && day > parse_day(evidence.valid_until)) return Text{fmt::format("已于 {} 过期", evidence.valid_until), fmt::format("it was valid until {}", evidence.valid_until)};
  const bool accepted = std::ranges::any_of(evidence.accepted_by, [&](const std::string& one) { return one == "*" || one == city; });
  if (!accepted) return Text{fmt::format("{} 不认可它（认可的市：{}）", city, fmt::join(evidence.accepted_by, "、")), fmt::format("{} does not accept it (accepted by: {})", city, fmt::join(evidence.accepted_by, ", "))};
  return std::nullopt;
}

Result<EvidenceRow> Papers::give(store::Writer& db, const Actor& actor, EvidenceRow row, const std::string& bytes) {
  const bool office = actor.role == Role::officer;
  if (actor.role == Role::member) row.party = actor.party;
  if (!may(actor, Action::case_write, {office ? actor.city : "", row.party, region::Visibility::city}) || row.party.empty()) return fail(region::refusal(actor, Action::case_write));
  if ((row.grade == "A" || row.grade == "B") && !office) return bad("grade", "evidence.grade", {"A（办事机构出具）和 B（窗口核验）只能由经办人登记；自己上传的是 C，自己承诺的是 D", "A (issued by an office) and B (checked at a window) are for officers; what you upload is C, your own statement D"});
  if (!row.valid_from.empty() && !row.valid_until.empty() && parse_day(row.valid_until) < parse_day(row.valid_from)) return bad("valid_until", "evidence.dates", {"有效期止早于有效期起", "it ends before it begins"});
  TRY(const auto places, region::all_places(db));
  for (const auto& one : row.accepted_by) {
    if (one != "*" && std::ranges::find(places, one, &region::Place::code) == places.end()) return bad("accepted_by", "evidence.accepted_by", {fmt::format("没有代码为“{}”的市；全部认可写 *", one), fmt::format("there is no city \"{}\"; all of them is *", one)});
  }
  row.id = new_id(EvidenceRow::kIdPrefix, clock_);
  row.city = office ? actor.city : "";
  TRY(const auto whose, region::find_party(db, row.party));
  if (!whose) return bad("party", "party.not_found", {"没有这个主体", "there is no such party"});
  if (bytes.empty()) row.file_name.clear();
  else if (row.file_name.empty()) row.file_name = "file";
  if (!bytes.empty()) {
    const auto hash = store::hash_hex(store::HashKind::sha256, bytes);
    if (!row.sha256.empty() && row.sha256 != hash) return bad("sha256", "evidence.sha256", {"与文件内容不符", "is not the hash of the file"});
    row.sha256 = hash;
  }
  row.account = actor.account;
  row.created_at = db.now();
  TRY_VOID(insert_evidence(db, row, bytes));
  TRY_VOID(db.journal(region::entry_of(actor, "evidence.given", row.id, actor.city, nullptr, summary(row))));
  return row;
}

Result<EvidenceRow> Papers::read(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto row, find_evidence(db, id));
  if (!row) return no_evidence();
  if (may(actor, Action::case_read, {row->city, row->party, region::Visibility::city})) return *std::move(row);
  if (actor.role != Role::officer) return no_evidence();
  TRY(const auto seen, casework_.sees_evidence(db, actor, id));
  if (!seen) return no_evidence();
  return *std::move(row);
}

Result<EvidenceRow> Papers::withdraw(store::Writer& db, const Actor& actor, const std::string& id) {
  TRY(auto row, read(db, actor, id));
  // Who gave it takes it back: the office, or the party itself.
  const bool own = row.city.empty() ? actor.role == Role::member && actor.party == row.party : actor.role == Role::officer && actor.city == row.city;
  if (!own && !actor.system()) return fail(region::refusal(actor, Action::case_write));
  if (row.withdrawn_at != 0) return row;
  row.withdrawn_at = db.now();
  TRY_VOID(withdraw_evidence(db, id, row.withdrawn_at));
  TRY_VOID(db.journal(region::entry_of(actor, "evidence.withdrawn", id, actor.city, summary(row), nullptr)));
  return row;
}

Result<std::vector<EvidenceRow>> Papers::list(store::Reader& db, const Actor& actor, const std::string& party) {
  if (!may(actor, Action::case_read)) return fail(region::refusal(actor, Action::case_read));
  TRY(auto rows, list_evidence(db, actor.role == Role::member ? actor.party : party));
  std::vector<EvidenceRow> out;
  for (auto& row : rows) {
    if (read(db, actor, row.id)) out.push_back(std::move(row));
  }
  return out;
}

Result<Papers::Attaching> Papers::attachable(store::Reader& db, const Actor& actor, const std::string& case_id, const std::string& evidence) {
  TRY(auto row, casework_.find_seen(db, actor, case_id));
  TRY(auto paper, read(db, actor, evidence));
  if (row.closed_at != 0) return fail(Code::conflict, "casework.ended", {"这件事已经办结", "the case has ended"});
  if (paper.party != row.party) return bad("evidence", "evidence.not_theirs", {"这份材料不是这件事的申请人的", "that evidence is not the applicant's"});
  TRY_VOID(casework_.not_under_way(db, row));
  const bool applicant = actor.role == Role::member && actor.party == row.party;
  const bool office = actor.role == Role::officer && actor.city == row.city && actor.city == paper.city;
  if (!actor.system() && !applicant && !office) return fail(Code::forbidden, "evidence.consent", {"取用材料要申请人自己同意；只有本市出具的，经办人可以直接取用", "only the applicant can agree to its use; officers use what their own city has issued"});
  return Attaching{std::move(row), std::move(paper)};
}

Result<CaseRow> Papers::attach(store::Writer& db, const Actor& actor, const std::string& case_id, const std::string& evidence) {
  TRY(auto both, attachable(db, actor, case_id, evidence));
  auto& [row, paper] = both;
  TRY(const auto day, today(db.now()));
  if (const auto why = unusable(paper, row.city, day)) return fail(Code::conflict, "evidence.unusable", {fmt::format("“{}”不能用：{}", paper.name, why->zh), fmt::format("\"{}\" cannot be used: {}", paper.name, why->en)});
  TRY(const auto held, list_case_evidence(db, row.id));
  if (std::ranges::any_of(held, [&](const CaseEvidenceRow& one) { return one.evidence.id == evidence; })) return std::move(row);
  if (held.size() >= kCaseEvidenceMax) return fail(Code::too_large, "evidence.too_many", {fmt::format("一件事至多 {} 份材料", kCaseEvidenceMax), fmt::format("at most {} pieces of evidence for a case", kCaseEvidenceMax)});
  TRY_VOID(add_case_evidence(db, row.id, evidence, actor.account, db.now()));
  TRY_VOID(casework_.note(db, actor, row, "evidence_attached", evidence));
  TRY_VOID(db.journal(region::entry_of(actor, "case.evidence", row.id, row.city, nullptr, json::object({{"evidence", evidence}, {"sha256", paper.sha256}}))));
  return std::move(row);
}

Result<CaseRow> Papers::detach(store::Writer& db, const Actor& actor, const std::string& case_id, const std::string& evidence) {
  TRY(auto both, attachable(db, actor, case_id, evidence));
  auto& [row, paper] = both;
  TRY(const auto held, list_case_evidence(db, row.id));
  if (std::ranges::none_of(held, [&](const CaseEvidenceRow& one) { return one.evidence.id == evidence; })) return std::move(row);
  TRY_VOID(drop_case_evidence(db, row.id, evidence));
  TRY_VOID(casework_.note(db, actor, row, "evidence_detached", evidence));
  TRY_VOID(db.journal(region::entry_of(actor, "case.evidence_detached", row.id, row.city, json::object({{"evidence", evidence}, {"sha256", paper.sha256}}), nullptr)));
  return std::move(row);
}

}  // namespace jiaoji::casework
