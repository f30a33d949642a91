#include "policy/combine.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace jiaoji::policy {

namespace {

// Caps by name with their members, the innermost first.
struct Group {
  std::string name;
  Fen most = 0;
  std::vector<std::size_t> members;
};

class Search {
 public:
  Search(const std::vector<Candidate>& candidates, std::uint64_t nodes_max) : candidates_(candidates), nodes_max_(nodes_max), order_(candidates.size()) {
    std::iota(order_.begin(), order_.end(), 0);
    std::ranges::stable_sort(order_, std::ranges::greater(), [&](std::size_t i) { return candidates[i].amount; });
    std::map<std::string, Group> groups;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      for (const auto& cap : candidates[i].caps) {
        auto& group = groups.try_emplace(cap.group, Group{cap.group, cap.most, {}}).first->second;
        group.most = std::min(group.most, cap.most);
        if (group.members.empty() || group.members.back() != i) group.members.push_back(i);
      }
    }
    for (auto& [_, group] : groups) groups_.push_back(std::move(group));
    std::ranges::stable_sort(groups_, {}, [](const Group& group) { return group.members.size(); });
    for (std::size_t a = 0; a < groups_.size(); ++a) {
      for (std::size_t b = a + 1; b < groups_.size(); ++b) {
        std::vector<std::size_t> both;
        std::ranges::set_intersection(groups_[a].members, groups_[b].members, std::back_inserter(both));
        if (!both.empty() && both.size() < groups_[a].members.size()) crossing_ = true;
      }
    }
  }

  Combination best() {
    std::vector<bool> taken(candidates_.size());
    descend(0, taken, 0);
    Combination out;
    const auto paid = pay(best_);
    out.total = best_total_;
    out.exact = nodes_ < nodes_max_ && !crossing_;
    std::vector<bool> none(candidates_.size());
    out.at_most = out.exact ? best_total_ : bound(0, none);
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (!best_.empty() && best_[i]) out.taken.push_back({i, paid[i]});
      else if (candidates_[i].amount > 0) out.left.push_back(why_left(i));
    }
    return out;
  }

 private:
  // What each taken candidate is paid: caps cut the later ones first, the innermost caps before those around them.
  std::vector<Fen> pay(const std::vector<bool>& taken) const {
    std::vector<Fen> paid(candidates_.size());
    for (std::size_t i = 0; i < taken.size(); ++i) paid[i] = taken[i] ? candidates_[i].amount : 0;
    for (const auto& group : groups_) {
      auto room = group.most;
      for (const auto i : order_) {
        if (std::ranges::binary_search(group.members, i)) paid[i] = std::min(paid[i], room), room -= paid[i];
      }
    }
    return paid;
  }
  Fen total(const std::vector<bool>& taken) const {
    const auto paid = pay(taken);
    return std::accumulate(paid.begin(), paid.end(), Fen{0});
  }

  bool excluded(std::size_t i, const std::vector<bool>& taken) const { return !blocker(i, taken).empty(); }
  std::string blocker(std::size_t i, const std::vector<bool>& taken) const {
    for (const auto& name : candidates_[i].only_one) {
      for (std::size_t k = 0; k < taken.size(); ++k) {
        if (taken[k] && k != i && std::ranges::find(candidates_[k].only_one, name) != candidates_[k].only_one.end()) return name;
      }
    }
    return {};
  }

  // No branch below pays more than either: all that is still open within the caps, as if nothing excluded anything; or what is taken and,
  // of the open ones that share their first only_one, the largest, as if there were no caps.
  Fen bound(std::size_t at, const std::vector<bool>& taken) const {
    auto open = taken;
    std::vector<const std::string*> used;
    Fen uncapped = 0;
    for (; at < order_.size(); ++at) {
      const auto& candidate = candidates_[order_[at]];
      if (excluded(order_[at], taken)) continue;
      open[order_[at]] = true;
      if (!candidate.only_one.empty()) {
        const auto* name = &candidate.only_one.front();
        if (std::ranges::any_of(used, [&](const std::string* other) { return *other == *name; })) continue;
        used.push_back(name);
      }
      uncapped += candidate.amount;
    }
    if (!crossing_) return std::min(total(open), total(taken) + uncapped);
    for (std::size_t i = 0; i < taken.size(); ++i) uncapped += taken[i] ? candidates_[i].amount : 0;  // paying in order is not the most here
    return uncapped;
  }

  void descend(std::size_t at, std::vector<bool>& taken, std::size_t count) {
    if (nodes_ >= nodes_max_) return;
    ++nodes_;
    if (const auto now = total(taken); best_.empty() || now > best_total_ || (now == best_total_ && count < best_count_)) best_ = taken, best_total_ = now, best_count_ = count;
    if (at == order_.size()) return;
    const auto most = bound(at, taken);
    if (most < best_total_ || (most == best_total_ && count >= best_count_)) return;
    const auto i = order_[at];
    if (candidates_[i].amount > 0 && !excluded(i, taken)) {
      taken[i] = true;
      descend(at + 1, taken, count + 1);
      taken[i] = false;
    }
    descend(at + 1, taken, count);
  }

  Left why_left(std::size_t i) const {
    if (auto name = blocker(i, best_); !name.empty()) return {i, std::move(name), false};
    for (const auto& cap : candidates_[i].caps) {
      const auto group = std::ranges::find(groups_, cap.group, &Group::name);
      const auto paid = pay(best_);
      Fen sum = 0;
      for (const auto k : group->members) sum += paid[k];
      if (sum >= group->most) return {i, cap.group, true};
    }
    return {i, {}, false};
  }

  const std::vector<Candidate>& candidates_;
  const std::uint64_t nodes_max_;
  std::vector<std::size_t> order_;
  std::vector<Group> groups_;
  bool crossing_ = false;
  std::vector<bool> best_;
  Fen best_total_ = 0;
  std::size_t best_count_ = 0;
  std::uint64_t nodes_ = 0;
};

}  // namespace

Combination combine(const std::vector<Candidate>& candidates, std::uint64_t nodes_max) { return Search(candidates, nodes_max).best(); }

}  // namespace jiaoji::policy
