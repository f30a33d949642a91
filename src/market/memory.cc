#include "market/memory.h"

#include <algorithm>
#include <cmath>

#include "market/query.h"
#include "market/record.h"

namespace jiaoji::market {

namespace {

constexpr std::size_t kNeighbours = 20;   // more adds noise; measured on judged queries, leave one out
constexpr double kSharp = 2.0;            // a need half as like says a quarter as much

class Seen final : public Gate {
 public:
  Seen(const State& state, const Viewer& viewer, std::string_view but) : state_(state), viewer_(viewer), but_(but) {}
  Admission admit(State::Place at) override { return sees(viewer_, state_.columns(at)) && id_of(state_.record(at)) != but_ ? Admission::yes : Admission::no; }

 private:
  const State& state_;
  const Viewer& viewer_;
  std::string_view but_;
};

}  // namespace

std::unordered_map<std::string, Lift> remember(const Stall& stall, const Listing& need, const Viewer& viewer) {
  std::unordered_map<std::string, Lift> lifts;
  const State& earlier = *stall.remembered;
  if (earlier.documents == 0) return lifts;
  const auto texts = texts_by(need, earlier.layout.fields);
  const TextQuery query(earlier, texts, stall.offers.get());
  if (query.empty()) return lifts;
  const double self = query.value(texts);   // the most that a need can resemble this one
  if (self <= 0) return lifts;
  Seen gate(earlier, viewer, need.id.empty() ? std::string_view("\n") : std::string_view(need.id));
  for (const Hit& hit : search(earlier, query.terms(), kNeighbours, 0, gate).best) {
    const Listing other = unpack(earlier.record(hit.at));
    const double likeness = std::pow(std::min(1.0, query.value(texts_by(other, earlier.layout.fields)) / self), kSharp);
    const auto* deals = stall.deals.find(other.id);
    if (!deals) continue;
    for (const auto& deal : *deals) {
      Lift& lift = lifts[deal.offer];
      const double says = likeness * deal.teaches;
      lift.value = std::clamp(lift.value + says, -1.0, 1.0);
      if (says > lift.best) lift.best = says, lift.need = other.id, lift.title = other.title.empty() ? other.text.substr(0, 60) : other.title, lift.stage = deal.stage;
    }
  }
  return lifts;
}

}  // namespace jiaoji::market
