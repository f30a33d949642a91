#include "market/market.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "market/record.h"
#include "market/snapshot.h"

namespace jiaoji::market {

namespace {

// The writer's half of one program.
struct Shelves {
  Shelves(const Program& program, const std::shared_ptr<const Rules>& rules)
      : needs({text_fields(program, Side::need), Side::need, rules}), offers({text_fields(program, Side::offer), Side::offer, rules}),
        remembered({text_fields(program, Side::need), Side::need, nullptr}) {}
  Collection needs, offers, remembered;
  Collection& side(Side s) { return s == Side::need ? needs : offers; }
};

// What a batch comes to for one collection: the last word about each id.
struct Batch {
  std::unordered_map<std::string_view, const Listing*> last;   // null: removed
  void apply_to(Collection& collection) const {
    if (last.empty()) return;
    std::vector<const Listing*> added;
    std::vector<std::string_view> removed;
    for (const auto& [id, listing] : last) listing ? added.push_back(listing) : removed.push_back(id);
    // The order of the hash table must not decide the order of equals.
    std::ranges::sort(added, {}, &Listing::id);
    collection.apply(added, removed);
  }
};

}  // namespace

struct Market::Impl {
  mutable std::mutex mutex;   // of `current` only; held for a copy of a pointer
  std::shared_ptr<const Snapshot> current;
  std::map<std::string, std::unique_ptr<Shelves>, std::less<>> shelves;

  void publish(std::shared_ptr<const Snapshot> next) {
    const std::lock_guard lock(mutex);
    current.swap(next);
  }
  std::shared_ptr<const Snapshot> get() const {
    const std::lock_guard lock(mutex);
    return current;
  }
  void learn(Snapshot& next, const Learn& learn, Batch& remembered) {
    Stall& stall = next.stalls.find(learn.need.program)->second;
    auto& deals = stall.deals.edit(learn.need.id);
    std::erase_if(deals, [&](const Deal& d) { return d.id == learn.deal; });
    if (learn.teaches != 0) deals.push_back({learn.deal, learn.offer, learn.teaches, learn.stage});
    remembered.last[learn.need.id] = deals.empty() ? nullptr : &learn.need;
    if (deals.empty()) stall.deals.erase(learn.need.id);
  }
};

Market::Market(std::vector<std::shared_ptr<const Program>> programs) : impl_(std::make_unique<Impl>()) {
  auto first = std::make_shared<Snapshot>();
  for (auto& program : programs) {
    Stall stall;
    stall.rules = std::make_shared<const Rules>(rules_of(*program));
    auto shelves = std::make_unique<Shelves>(*program, stall.rules);
    stall.needs = shelves->needs.state(), stall.offers = shelves->offers.state(), stall.remembered = shelves->remembered.state();
    stall.program = program;
    impl_->shelves.emplace(program->id, std::move(shelves));
    first->stalls.emplace(program->id, std::move(stall));
  }
  impl_->current = first;
}

Market::~Market() = default;

std::shared_ptr<const Snapshot> Market::snapshot() const { return impl_->get(); }

Result<void> Market::apply(std::span<const Change> changes) {
  const auto unknown = [&](const std::string& program) {
    return fail(Code::not_found, "market.unknown_program", {fmt::format("没有项目“{}”", program), fmt::format("there is no program \"{}\"", program)});
  };
  for (const Change& change : changes) {
    if (const auto* upsert = std::get_if<Upsert>(&change); upsert && !impl_->shelves.contains(upsert->listing.program)) return unknown(upsert->listing.program);
    if (const auto* learn = std::get_if<Learn>(&change); learn && !impl_->shelves.contains(learn->need.program)) return unknown(learn->need.program);
  }
  auto next = std::make_shared<Snapshot>(*impl_->get());
  ++next->sequence;
  std::map<Collection*, Batch> batches;
  const auto remove_elsewhere = [&](std::string_view id, const Collection* but) {
    for (auto& [name, shelves] : impl_->shelves)
      for (Collection* side : {&shelves->needs, &shelves->offers})
        if (side != but && (batches[side].last.contains(id) || side->state()->find(id))) batches[side].last[id] = nullptr;
  };
  for (const Change& change : changes) {
    if (const auto* upsert = std::get_if<Upsert>(&change)) {
      Collection& target = impl_->shelves.find(upsert->listing.program)->second->side(upsert->listing.side);
      remove_elsewhere(upsert->listing.id, &target);
      batches[&target].last[upsert->listing.id] = &upsert->listing;
    } else if (const auto* remove = std::get_if<Remove>(&change)) {
      remove_elsewhere(remove->id, nullptr);
    } else if (const auto* learn = std::get_if<Learn>(&change)) {
      impl_->learn(*next, *learn, batches[&impl_->shelves.find(learn->need.program)->second->remembered]);
    } else if (const auto* drop = std::get_if<Drop>(&change)) {
      if (drop->need_version == 0 && drop->offer_version == 0) next->dropped.erase(dropped_key(drop->need, drop->offer));
      else next->dropped.edit(dropped_key(drop->need, drop->offer)) = {drop->need_version, drop->offer_version};
    }
  }
  for (const auto& [collection, batch] : batches) batch.apply_to(*collection);
  for (auto& [name, shelves] : impl_->shelves) {
    Stall& stall = next->stalls.find(name)->second;
    stall.needs = shelves->needs.state(), stall.offers = shelves->offers.state(), stall.remembered = shelves->remembered.state();
  }
  impl_->publish(std::move(next));
  return {};
}

void Market::compact() {
  auto next = std::make_shared<Snapshot>(*impl_->get());
  for (auto& [name, shelves] : impl_->shelves) {
    for (Collection* c : {&shelves->needs, &shelves->offers, &shelves->remembered}) c->compact();
    Stall& stall = next->stalls.find(name)->second;
    stall.needs = shelves->needs.state(), stall.offers = shelves->offers.state(), stall.remembered = shelves->remembered.state();
  }
  impl_->publish(std::move(next));
}

std::size_t Market::memory_bytes() const {
  std::size_t out = 0;
  const auto snapshot = impl_->get();
  for (const auto& [name, stall] : snapshot->stalls)
    for (const State* state : {stall.needs.get(), stall.offers.get(), stall.remembered.get()})
      for (const auto& in : state->segments) out += in.segment->bytes() + (in.removed ? in.removed->bits.capacity() * 8 : 0);
  return out;
}

}  // namespace jiaoji::market
