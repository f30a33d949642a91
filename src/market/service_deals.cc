#include <fmt/format.h>

#include "base/text.h"
#include "market/service.h"
#include "market/when.h"

namespace jiaoji::market {

using region::Action;
using region::Actor;
using region::may;

namespace {

region::Subject subject_of(const DealRow& deal, Side side) {
  return side == Side::need ? region::Subject{deal.need_city, deal.need_party} : region::Subject{deal.offer_city, deal.offer_party};
}

std::unexpected<Error> refuse(std::string key, const char* pointer, Text detail) { return fail(Code::invalid, key, detail, {Where{pointer, key, detail}}); }

}  // namespace

std::vector<Side> Service::sides_of(const Actor& actor, const DealRow& deal) {
  std::vector<Side> sides;
  const auto reach = region::reach(actor, Action::deal_write);
  if (reach != region::Reach::own_party && reach != region::Reach::own_city && reach != region::Reach::all) return sides;  // a coordinator speaks for nobody
  for (const Side side : {Side::need, Side::offer}) if (may(actor, Action::deal_write, subject_of(deal, side))) sides.push_back(side);
  return sides;
}

Result<DealRow> Service::introduce(store::Writer& db, const Actor& actor, const std::string& need_id, const std::string& offer_id, const std::string& note) {
  if (!may(actor, Action::deal_write)) return fail(region::refusal(actor, Action::deal_write));
  TRY(const auto need, read(db, actor, need_id));
  TRY(const auto offer, read(db, actor, offer_id));
  if (!may(actor, Action::deal_write, need.subject()) && !may(actor, Action::deal_write, offer.subject())) return fail(region::refusal(actor, Action::deal_write));
  if (need.listing.side != Side::need) return refuse("deal.side", "/need", {"这一条不是需求", "is not a need"});
  if (offer.listing.side != Side::offer) return refuse("deal.side", "/offer", {"这一条不是供给", "is not an offer"});
  if (need.listing.program != offer.listing.program) return refuse("deal.program", "/offer", {"两条不属于同一个项目", "need and offer belong to different programs"});
  if (!need.open || !offer.open) return fail(Code::conflict, "deal.withdrawn", {"其中一条已撤回", "one of the two was withdrawn"});
  if (need.listing.affiliation == offer.listing.affiliation || need.listing.party == offer.listing.party)
    return refuse("deal.affiliated", "/offer", {"双方是同一单位或同一集团", "both are of the same party or group"});
  TRY(const auto p, program(need.listing.program));
  const Stage& first = p->stages.front();
  TRY(const auto known, find_pair(db, need_id, offer_id));
  if (known) {
    const Stage* stage = p->stage(known->stage);
    if (!stage || !stage->drops) return fail(Code::conflict, "deal.exists", {"这两条已在对接中", "these two were introduced already"}, {Where{"/deals/" + known->id, "deal.exists", {"现有对接", "the deal"}}});
    DealRow deal = *known;  // dropped before: begins again
    deal.stage = first.id, deal.reason.clear(), deal.note = note;
    deal.need_version = need.listing.version, deal.offer_version = offer.listing.version;
    deal.need_agreed = deal.offer_agreed = false;
    ++deal.version;
    deal.updated_at = db.now();
    TRY_VOID(update_deal(db, deal));
    TRY_VOID(db.journal(region::entry_of(actor, "deal.introduced", deal.id, deal.need_city, to_json(*known), to_json(deal))));
    return deal;
  }
  DealRow deal{.id = new_id(DealRow::kIdPrefix, clock_), .program = p->id, .need = need_id, .offer = offer_id, .need_party = need.listing.party, .offer_party = offer.listing.party,
            .need_city = need.listing.city, .offer_city = offer.listing.city, .need_version = need.listing.version, .offer_version = offer.listing.version,
            .stage = first.id, .note = note, .created_at = db.now(), .updated_at = db.now()};
  TRY_VOID(insert_deal(db, deal));
  TRY_VOID(db.journal(region::entry_of(actor, "deal.introduced", deal.id, deal.need_city, {}, to_json(deal))));
  return deal;
}

Result<DealRow> Service::read_deal(store::Reader& db, const Actor& actor, const std::string& id) {
  const auto missing = fail(Code::not_found, "deal.not_found", {"没有这个对接", "there is no such deal"});
  TRY(const auto deal, find_deal(db, id));
  if (!deal) return missing;
  if (may(actor, Action::deal_read, subject_of(*deal, Side::need)) && region::reach(actor, Action::deal_read) != region::Reach::visible) return *deal;
  if (may(actor, Action::deal_read, subject_of(*deal, Side::offer)) && region::reach(actor, Action::deal_read) != region::Reach::visible) return *deal;
  if (region::reach(actor, Action::deal_read) != region::Reach::visible) return missing;
  // A coordinator sees what the region sees of both sides.
  TRY(const auto rows, listings_by_ids(db, {deal->need, deal->offer}));
  for (const auto& row : rows) if (!region::sees(actor, row.subject())) return missing;
  return *deal;
}

Result<DealRow> Service::change_deal(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const DealChange& change) {
  TRY(const auto before, read_deal(db, actor, id));
  if (!may(actor, Action::deal_write)) return fail(region::refusal(actor, Action::deal_write));
  if (before.version != version) return fail(Code::stale, "edit.stale", {"别人已先修改，请刷新后再改", "somebody else changed it first: reload and edit again"});
  TRY(const auto p, program(before.program));
  DealRow deal = before;
  std::string action = "deal.noted";
  if (change.agree) {
    const auto sides = sides_of(actor, deal);
    if (sides.empty()) return fail(Code::forbidden, "deal.not_a_side", {"只有双方自己可以同意交换联系方式", "only the two sides themselves agree to exchange contacts"});
    for (const Side side : sides) (side == Side::need ? deal.need_agreed : deal.offer_agreed) = true;
    action = "deal.agreed";
  }
  if (!change.stage.empty()) {
    TRY(deal, move(db, actor, *p, std::move(deal), change));
    action = "deal.moved";
  }
  if (change.note) {
    TRY(deal.note, text::clean(*change.note, {.max = 2000, .newlines = true, .required = false}, "/note"));
    deal.note = text::mask_identity_numbers(deal.note);
  }
  ++deal.version;
  deal.updated_at = db.now();
  TRY_VOID(update_deal(db, deal));
  TRY_VOID(db.journal(region::entry_of(actor, action, id, deal.need_city, to_json(before), to_json(deal))));
  return deal;
}

// What the stage asks of the pair and the deal (`when`).
Result<void> Service::allowed(store::Reader& db, const Program& program, const DealRow& deal, const Stage& stage) {
  TRY(auto rows, listings_by_ids(db, {deal.need, deal.offer}));
  Listing need, offer;
  for (auto& row : rows) {
    TRY_VOID(read_fields(program, row));
    (row.listing.id == deal.need ? need : offer) = std::move(row.listing);
  }
  constexpr TimeMs kDay = 86'400'000;
  const DealState state{deal.stage, deal.need_agreed, deal.offer_agreed, (clock_.now() - deal.created_at) / kDay};
  if (stage.when->ask({&program, &need, &offer}, &state).is_true()) return {};
  return refuse("deal.not_yet", "/stage", {fmt::format("还不能到“{}”：{}", stage.label.zh, stage.otherwise.zh), fmt::format("not \"{}\" yet: {}", stage.label.en, stage.otherwise.en)});
}

// Forward only; dropping asks for a reason; a dropped deal may begin again.
Result<DealRow> Service::move(store::Writer& db, const Actor&, const Program& program, DealRow deal, const DealChange& change) {
  const Stage* from = program.stage(deal.stage);
  const Stage* to = program.stage(change.stage);
  if (!to) {
    std::string known;
    for (const auto& stage : program.stages) known += (known.empty() ? "" : ", ") + stage.id;
    return refuse("deal.stage", "/stage", {"没有这个阶段；可用的有：" + known, "is not a stage; known are: " + known});
  }
  const bool again = from && from->drops && to == &program.stages.front();
  if (from && from->ends && !again) return refuse("deal.ended", "/stage", {"对接已结束；已终止的可以重新引荐", "the deal has ended; a dropped one may be introduced again"});
  if (from && to <= from && !again) return refuse("deal.backward", "/stage", {"阶段只能向前", "stages only go forward"});
  if (to->drops) {
    bool known = false;
    std::string list;
    for (const auto& reason : program.drop_reasons) known |= reason.code == change.reason, list += (list.empty() ? "" : ", ") + reason.code;
    if (!known) return refuse("deal.reason", "/reason", {"终止时请选择原因：" + list, "dropping needs one of the reasons: " + list});
    deal.reason = change.reason;
    // The versions that were dropped: the pair is offered again only when one of them changes.
    TRY(const auto rows, listings_by_ids(db, {deal.need, deal.offer}));
    for (const auto& row : rows) (row.listing.id == deal.need ? deal.need_version : deal.offer_version) = row.listing.version;
  } else {
    deal.reason.clear();
  }
  if (to->when && !again) {
    TRY_VOID(allowed(db, program, deal, *to));
  }
  if (again) deal.need_agreed = deal.offer_agreed = false;  // as when it is introduced anew
  deal.stage = to->id;
  return deal;
}

}  // namespace jiaoji::market
