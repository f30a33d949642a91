#include "policy/combine.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>

namespace jiaoji::policy {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Caps by name with their members, the innermost first.
struct Group {
  std::string name;
  Fen most = 0;
  std::vector<std::size_t> members;
};

class Search {
 public:
  Search(const std::vector<Candidate>& candidates, std::uint64_t nodes_max) : candidates_(candidates), nodes_max_(nodes_max), order_(candidates.size()), conflicts_(candidates.size()), blocked_(candidates.size()), first_only_(candidates.size(), kNone), paid_(candidates.size()) {
    std::iota(order_.begin(), order_.end(), 0);
    std::ranges::stable_sort(order_, std::ranges::greater(), [&](std::size_t i) { return candidates[i].amount; });
    read_exclusions();
    read_caps();
    node_cost_ = 3 * candidates.size();
    for (const auto& group : groups_) node_cost_ += 2 * group.members.size();
  }

  Combination best() {
    std::vector<bool> taken(candidates_.size());
    descend(0, taken, 0);
    Combination out;
    out.total = best_total_;
    out.exact = !spent() && !crossing_;
    std::vector<bool> none(candidates_.size());
    out.at_most = out.exact ? best_total_ : bound(0, none);
    const auto paid = pay(best_);
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (!best_.empty() && best_[i]) out.taken.push_back({i, paid[i]});
      else if (candidates_[i].amount > 0) out.left.push_back(why_left(i));
    }
    return out;
  }

 private:
  void read_exclusions() {
    std::map<std::string, std::vector<std::size_t>> exclusions;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      for (const auto& name : candidates_[i].only_one) exclusions[name].push_back(i);
    }
    for (const auto& [name, members] : exclusions) {
      for (const auto i : members) {
        if (candidates_[i].only_one.front() == name) first_only_[i] = only_count_;
        for (const auto k : members) {
          if (k != i && std::ranges::find(conflicts_[i], k) == conflicts_[i].end()) conflicts_[i].push_back(k);
        }
      }
      ++only_count_;
    }
  }

  void read_caps() {
    std::map<std::string, Group> groups;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      for (const auto& cap : candidates_[i].caps) {
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
    std::vector<std::size_t> position(order_.size());
    for (std::size_t at = 0; at < order_.size(); ++at) position[order_[at]] = at;
    for (auto& group : groups_) std::ranges::sort(group.members, {}, [&](std::size_t i) { return position[i]; });
  }

  // What each taken candidate is paid: caps cut the later ones first, the innermost caps before those around them. Until the next call.
  std::span<const Fen> pay(const std::vector<bool>& taken) {
    for (std::size_t i = 0; i < taken.size(); ++i) paid_[i] = taken[i] ? candidates_[i].amount : 0;
    for (const auto& group : groups_) {
      auto room = group.most;
      for (const auto i : group.members) paid_[i] = std::min(paid_[i], room), room -= paid_[i];
    }
    return paid_;
  }
  Fen total(const std::vector<bool>& taken) {
    const auto paid = pay(taken);
    return std::accumulate(paid.begin(), paid.end(), Fen{0});
  }

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
  Fen bound(std::size_t at, const std::vector<bool>& taken) {
    auto open = taken;
    std::vector<bool> used(only_count_);
    Fen uncapped = 0;
    for (; at < order_.size(); ++at) {
      const auto i = order_[at];
      if (blocked_[i] > 0) continue;
      open[i] = true;
      if (first_only_[i] != kNone) {
        if (used[first_only_[i]]) continue;
        used[first_only_[i]] = true;
      }
      uncapped += candidates_[i].amount;
    }
    if (!crossing_) return std::min(total(open), total(taken) + uncapped);
    for (std::size_t i = 0; i < taken.size(); ++i) uncapped += taken[i] ? candidates_[i].amount : 0;  // paying in order is not the most here
    return uncapped;
  }

  bool spent() const { return nodes_ >= nodes_max_ || nodes_ * node_cost_ >= kCombineWork; }

  void descend(std::size_t at, std::vector<bool>& taken, std::size_t count) {
    if (spent()) return;
    ++nodes_;
    if (const auto now = total(taken); best_.empty() || now > best_total_ || (now == best_total_ && count < best_count_)) best_ = taken, best_total_ = now, best_count_ = count;
    if (at == order_.size()) return;
    const auto most = bound(at, taken);
    if (most < best_total_ || (most == best_total_ && count >= best_count_)) return;
    const auto i = order_[at];
    if (candidates_[i].amount > 0 && blocked_[i] == 0) {
      taken[i] = true;
      for (const auto k : conflicts_[i]) ++blocked_[k];
      descend(at + 1, taken, count + 1);
      for (const auto k : conflicts_[i]) --blocked_[k];
      taken[i] = false;
    }
    descend(at + 1, taken, count);
  }

  Left why_left(std::size_t i) {
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
  std::vector<std::vector<std::size_t>> conflicts_;  // those that may not be taken beside it
  std::vector<std::size_t> blocked_;                 // how many of them are taken
  std::vector<std::size_t> first_only_;              // number of its first only_one, or kNone
  std::size_t only_count_ = 0;
  std::vector<Group> groups_;
  std::vector<Fen> paid_;
  std::uint64_t node_cost_ = 0;  // candidates and members looked at
  bool crossing_ = false;
  std::vector<bool> best_;
  Fen best_total_ = 0;
  std::size_t best_count_ = 0;
  std::uint64_t nodes_ = 0;
};

}  // namespace

Combination combine(const std::vector<Candidate>& candidates, std::uint64_t nodes_max) { return Search(candidates, nodes_max).best(); }

}  // namespace jiaoji::policy
