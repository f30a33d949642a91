// retrieve -> eligible -> score -> explain.
#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "market/codes.h"
#include "market/memory.h"
#include "market/operands.h"
#include "market/query.h"
#include "market/record.h"
#include "market/snapshot.h"

namespace jiaoji::market {

namespace {

constexpr std::size_t kCandidates = 30;     // looked at beyond those asked for: retrieval only knows words and codes
constexpr std::size_t kRefusedMax = 5, kRefusedLooked = 20;
// The most telling words bring up the candidates; all of them decide their order. MRR@10 on judged statute questions is .403 with
// 24 words and .404 with 48, which take half as long again.
constexpr std::size_t kRetrievalTerms = 24;

// Who may be an answer at all: seen by the viewer, not of the asking party or its group, not dropped before, eligible.
class Eligible final : public Gate {
 public:
  Eligible(const Snapshot& snapshot, const Stall& stall, const MatchRequest& request)
      : snapshot_(snapshot), stall_(stall), request_(request), state_(stall.side(other(request.asking.side))),
        party_(name_hash(request.asking.party)), group_(name_hash(request.asking.affiliation)) {
    scratch_.program = request.asking.program;
    scratch_.side = other(request.asking.side);
    for (std::size_t i = 0; i < stall.rules->size(); ++i)
      if (const Rule& rule = *(*stall.rules)[i]; !rule.settled(request.asking.side, request.asking)) open_.push_back({&rule, i, rule.mark(request.asking.side, request.asking)});
  }

  Admission admit(State::Place at) override {
    const Columns& c = state_.columns(at);
    if (!sees(request_.viewer, c) || (party_ && c.party == party_) || (group_ && c.affiliation == group_)) return Admission::no;
    if (open_.empty() && (snapshot_.dropped.empty() || request_.asking.id.empty())) return Admission::yes;
    if (refused_.size() >= kRefusedLooked && surely_refused(state_.marks(at))) return Admission::no;
    unpack_head(state_.record(at), scratch_);
    const bool asking_needs = request_.asking.side == Side::need;
    const Listing& need = asking_needs ? request_.asking : scratch_;
    const Listing& offer = asking_needs ? scratch_ : request_.asking;
    if (!need.id.empty() && !offer.id.empty())
      if (const auto* dropped = snapshot_.dropped.find(dropped_key(need.id, offer.id)); dropped && dropped->need == need.version && dropped->offer == offer.version) return Admission::no;
    int fails = 0;
    const Pair pair{stall_.program.get(), &need, &offer, &request_.facts};
    for (const auto& open : open_)
      if (open.rule->truth(pair) == Truth::no && ++fails > 1) break;
    if (fails > 1 && refused_.size() < kRefusedLooked) refused_.push_back(at);
    return fails == 0 ? Admission::yes : fails == 1 ? Admission::near_miss : Admission::no;
  }
  void soon(State::Place at) const override {
    __builtin_prefetch(&state_.columns(at));
    const auto marks = state_.marks(at);
    __builtin_prefetch(marks.data());
    __builtin_prefetch(marks.data() + marks.size());
  }
  const std::vector<State::Place>& refused() const { return refused_; }

 private:
  // Two conditions fail for certain: known without reading the listing.
  bool surely_refused(std::span<const Mark> marks) const {
    const bool needs = request_.asking.side == Side::need;
    int fails = 0;
    for (const auto& open : open_)
      if (open.rule->refuses(needs ? open.mark : marks[open.at], needs ? marks[open.at] : open.mark) && ++fails > 1) return true;
    return false;
  }

  const Snapshot& snapshot_;
  const Stall& stall_;
  const MatchRequest& request_;
  const State& state_;
  const std::uint64_t party_, group_;
  // Rules that the asking listing does not settle, with what it asks of each.
  struct Open { const Rule* rule; std::size_t at; Mark mark; };
  std::vector<Open> open_;
  Listing scratch_;
  std::vector<State::Place> refused_;   // among those that words brought up
};

struct Scored {
  State::Place at;
  Match match;
  std::vector<TextQuery::Found> found;   // for the explanation
};

// Everything about one question that does not depend on the answer.
class Scorer {
 public:
  Scorer(const Stall& stall, const MatchRequest& request)
      : stall_(stall), request_(request), program_(*stall.program), state_(stall.side(other(request.asking.side))), texts_(asking_texts()), query_(state_, texts_) {
    if (request.asking.side == Side::need) lifts_ = remember(stall, request.asking, request.viewer);
  }

  bool asks() const { return query_.asks(); }
  // Words and codes, weighed as the parts weigh them.
  std::vector<QueryTerm> terms() const {
    std::vector<QueryTerm> terms;
    for (const auto& part : program_.parts) {
      if (part.kind == PartKind::text) for (const auto& term : query_.terms()) terms.push_back({term.term, term.weight * part.weight});
      if (part.kind == PartKind::codes) for (const auto& code : code_ancestors(request_.asking.industries)) terms.push_back({code_term(code), code_level_gain(code) * part.weight});
    }
    std::erase_if(terms, [](const QueryTerm& t) { return t.weight <= 0; });
    if (terms.size() > kRetrievalTerms) {
      std::ranges::stable_sort(terms, std::ranges::greater{}, &QueryTerm::weight);
      terms.resize(kRetrievalTerms);
    }
    return terms;
  }

  Scored score(State::Place at) const {
    Scored out{.at = at};
    Match& match = out.match;
    match.listing = unpack(state_.record(at));
    for (const auto& part : program_.parts) {
      match.parts.push_back(score_part(part, out));
      match.score += match.parts.back().contribution;
    }
    return out;
  }

  Match explained(Scored scored) const {
    Match match = std::move(scored.match);
    for (std::size_t i = 0; i < match.parts.size(); ++i) match.parts[i].label = program_.parts[i].label;
    match.conditions = eligibility(*stall_.rules, pair_with(match.listing));
    match.eligible = overall(match.conditions);
    auto shown = query_.show(scored.found);
    for (std::size_t f = 0; f < shown.listing.size(); ++f)
      if (!shown.listing[f].empty()) match.matched_listing.push_back({state_.layout.fields[f].where, std::move(shown.listing[f])});
    for (std::size_t f = 0; f < shown.asking.size() && f < 2; ++f)   // title and text stand first on both sides
      if (!shown.asking[f].empty()) match.matched_asking.push_back({f == 0 ? "title" : "text", std::move(shown.asking[f])});
    return match;
  }

  const std::unordered_map<std::string, Lift>& lifts() const { return lifts_; }

 private:
  std::vector<std::string_view> asking_texts() const {
    std::vector<std::string_view> texts = {request_.asking.title, request_.asking.text};
    for (const auto& value : request_.asking.fields)
      if (const auto* text = std::get_if<std::string>(&value)) texts.push_back(*text);
    return texts;
  }

  Pair pair_with(const Listing& listing) const {
    const bool asking_needs = request_.asking.side == Side::need;
    return {&program_, asking_needs ? &request_.asking : &listing, asking_needs ? &listing : &request_.asking, &request_.facts, &request_.names};
  }

  ScorePart score_part(const Part& part, Scored& scored) const {
    Match& match = scored.match;
    const Pair pair = pair_with(match.listing);
    ScorePart out{.id = part.id, .weight = part.weight};
    switch (part.kind) {
      case PartKind::text: out.value = query_.empty() ? 0 : query_.value(texts_by(match.listing, state_.layout.fields), &scored.found); break;
      case PartKind::codes: score_codes(match.listing, out); break;
      case PartKind::memory: score_memory(match, out); break;
      case PartKind::same_place: score_place(match.listing, out); break;
      case PartKind::close: score_close(part, pair, out); break;
      case PartKind::fact: score_fact(part, pair, out); break;
    }
    out.contribution = out.value * out.weight;
    return out;
  }

  void score_codes(const Listing& listing, ScorePart& out) const {
    out.known = !listing.industries.empty() && !request_.asking.industries.empty();
    std::string_view mine, theirs;
    for (const auto& a : request_.asking.industries)
      for (const auto& b : listing.industries)
        if (const double like = code_likeness(a, b); like > out.value) out.value = like, mine = a, theirs = b;
    if (out.value > 0) out.because = mine == theirs ? Text{fmt::format("同为 {}", mine), fmt::format("both {}", mine)} : Text{fmt::format("{} 与 {} 相近", mine, theirs), fmt::format("{} is near {}", mine, theirs)};
  }

  void score_memory(Match& match, ScorePart& out) const {
    const auto lift = lifts_.find(match.listing.id);
    out.known = lift != lifts_.end();
    if (!out.known) return;
    out.value = std::max(0.0, lift->second.value);
    if (lift->second.best <= 0) return;
    match.like = lift->second.need;
    const auto title = text::ellipsis(lift->second.title, 30);
    out.because = {fmt::format("与“{}”的需求相似，当时{}", title, lift->second.stage.zh), fmt::format("like the need \"{}\", which was {}", title, lift->second.stage.en)};
  }

  void score_place(const Listing& listing, ScorePart& out) const {
    const Listing& asking = request_.asking;
    out.known = !asking.city.empty() && !listing.city.empty();
    if (!out.known || asking.city != listing.city) return;
    const bool district = !asking.district.empty() && asking.district == listing.district;
    out.value = district ? 1 : 0.7;
    out.because = district ? Text{"同一区县", "same district"} : Text{"同一城市", "same city"};
  }

  // Two numbers: 1 when equal, falling with their ratio; two periods: the share of the shorter that both hold.
  void score_close(const Part& part, const Pair& pair, ScorePart& out) const {
    const auto need = read_operand(part.need, program_.need, *pair.need, pair), offer = read_operand(part.offer, program_.offer, *pair.offer, pair);
    const auto *a = std::get_if<double>(&need), *b = std::get_if<double>(&offer);
    const auto *x = std::get_if<Days>(&need), *y = std::get_if<Days>(&offer);
    out.known = (a && b) || (x && y);
    if (a && b) out.value = *a == *b ? 1 : *a > 0 && *b > 0 ? std::min(*a, *b) / std::max(*a, *b) : 0;
    if (x && y) {
      const double both = std::min(x->until, y->until) - std::max(x->from, y->from) + 1, shorter = std::min(x->until - x->from, y->until - y->from) + 1;
      out.value = std::clamp(both / shorter, 0.0, 1.0);
    }
  }

  void score_fact(const Part& part, const Pair& pair, ScorePart& out) const {
    const auto fact = pair.facts && *pair.facts ? (*pair.facts)(part.fact, *pair.need, *pair.offer) : std::nullopt;
    out.known = fact.has_value();
    if (!fact) return;
    out.value = std::clamp((fact->value - part.worst) / (part.best - part.worst), 0.0, 1.0);
    out.because = fact->says;
  }

  const Stall& stall_;
  const MatchRequest& request_;
  const Program& program_;
  const State& state_;
  const std::vector<std::string_view> texts_;
  const TextQuery query_;
  std::unordered_map<std::string, Lift> lifts_;
};

// Best first; equals by id, so that the same question has the same answer.
void sort_best_first(std::vector<Scored>& list) {
  std::ranges::sort(list, [](const Scored& a, const Scored& b) { return a.match.score != b.match.score ? a.match.score > b.match.score : a.match.listing.id < b.match.listing.id; });
}

// The same words, or nearly the same from the same party: one result, and the others named in it. Two parties that say nearly the
// same are two suppliers.
bool duplicates(const State& state, State::Place a, State::Place b) {
  const Likeness &x = state.likeness(a), &y = state.likeness(b);
  const auto party = state.columns(a).party;
  return x.text == y.text || (party != 0 && party == state.columns(b).party && std::popcount(x.similarity ^ y.similarity) <= 6);
}

std::vector<Match> best_of(std::vector<Scored> list, std::size_t top, const State& state, const Scorer& scorer) {
  sort_best_first(list);
  std::vector<Scored> kept;
  for (auto& scored : list) {
    const auto twin = std::ranges::find_if(kept, [&](const Scored& k) { return duplicates(state, k.at, scored.at); });
    if (twin != kept.end()) twin->match.duplicates.push_back(scored.match.listing.id);
    else if (kept.size() < top) kept.push_back(std::move(scored));
  }
  std::vector<Match> out;
  for (auto& scored : kept) out.push_back(scorer.explained(std::move(scored)));
  return out;
}

}  // namespace

bool sees(const Viewer& viewer, const Columns& c) {
  if (viewer.all_cities || c.visibility == Visibility::everyone) return true;
  if (!viewer.signed_in) return false;
  if (c.visibility == Visibility::region) return true;
  return (!viewer.city.empty() && name_hash(viewer.city) == c.city) || (!viewer.party.empty() && name_hash(viewer.party) == c.party);
}

bool sees(const Viewer& viewer, std::string_view city, Visibility visibility, std::string_view party) {
  return sees(viewer, {.party = name_hash(party), .affiliation = 0, .city = name_hash(city), .visibility = visibility});
}

Tally count(const Snapshot& snapshot, std::string_view program, Side side, std::string_view city, const Viewer& viewer) {
  Tally sum;
  const Stall* stall = snapshot.stall(program);
  if (!stall) return sum;
  for (const auto& [key, tally] : stall->side(side).tallies) {
    const auto& [of_city, visibility] = key;
    if (!city.empty() && of_city != name_hash(city)) continue;
    if (sees(viewer, Columns{.party = 0, .affiliation = 0, .city = of_city, .visibility = visibility})) sum.listings += tally.listings, sum.illustrative += tally.illustrative;
  }
  return sum;
}

Result<MatchAnswer> match(const Snapshot& snapshot, const MatchRequest& request) {
  const Stall* stall = snapshot.stall(request.asking.program);
  if (!stall) return fail(Code::not_found, "market.unknown_program", {fmt::format("没有项目“{}”", request.asking.program), fmt::format("there is no program \"{}\"", request.asking.program)});
  const State& state = stall->side(other(request.asking.side));
  const auto top = static_cast<std::size_t>(std::clamp(request.top, 1, kTopMax)), near = static_cast<std::size_t>(std::clamp(request.near_misses, 0, kTopMax));
  const Scorer scorer(*stall, request);
  Eligible gate(snapshot, *stall, request);
  const auto terms = scorer.terms();
  // Words that nobody uses find nothing; only who asks nothing sees the newest. (Else a word of a hidden listing would show.)
  Hits hits = terms.empty() && !scorer.asks() ? newest(state, top + kCandidates, near * 2, gate) : search(state, terms, top + kCandidates, near * 2, gate);

  std::vector<Scored> best, missed;
  std::set<std::pair<std::size_t, std::uint32_t>> seen;
  const auto take = [&](std::vector<Scored>& into, State::Place at) { if (seen.insert({at.segment, at.document}).second) into.push_back(scorer.score(at)); };
  for (const Hit& hit : hits.best) take(best, hit.at);
  for (const Hit& hit : hits.near_misses) take(missed, hit.at);
  // What memory speaks for is looked at even when its words are others.
  for (const auto& [offer, lift] : scorer.lifts()) {
    const auto at = lift.value > 0 ? state.find(offer) : std::nullopt;
    if (!at) continue;
    const auto admission = gate.admit(*at);
    if (admission == Admission::yes) take(best, *at);
    if (admission == Admission::near_miss) take(missed, *at);
  }
  MatchAnswer answer;
  std::vector<Scored> refused;
  for (const auto at : gate.refused()) take(refused, at);
  answer.matches = best_of(std::move(best), top, state, scorer);
  answer.near_misses = best_of(std::move(missed), near, state, scorer);
  answer.refused = best_of(std::move(refused), kRefusedMax, state, scorer);
  answer.listings = count(snapshot, request.asking.program, other(request.asking.side), "", request.viewer).listings;
  answer.sequence = snapshot.sequence;
  return answer;
}

namespace {
class Visible final : public Gate {
 public:
  Visible(const State& state, const Viewer& viewer) : state_(state), viewer_(viewer) {}
  Admission admit(State::Place at) override { return sees(viewer_, state_.columns(at)) ? Admission::yes : Admission::no; }

 private:
  const State& state_;
  const Viewer& viewer_;
};
}  // namespace

std::vector<std::string> find(const Snapshot& snapshot, std::string_view program, Side side, std::string_view words, const Viewer& viewer, int top) {
  std::vector<std::string> ids;
  const Stall* stall = snapshot.stall(program);
  if (!stall) return ids;
  const State& state = stall->side(side);
  const TextQuery query(state, {words});
  if (query.empty()) return ids;
  Visible gate(state, viewer);
  for (const Hit& hit : search(state, query.terms(), static_cast<std::size_t>(std::clamp(top, 1, kTopMax)), 0, gate).best) ids.emplace_back(id_of(state.record(hit.at)));
  return ids;
}

}  // namespace jiaoji::market
