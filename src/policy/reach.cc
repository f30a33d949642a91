#include "policy/reach.h"

#include <algorithm>
#include <map>

namespace jiaoji::policy {

Result<Reach> reach(const Policy& policy, std::span<const Firm> firms, feel::Date day) {
  Reach out{.day = std::clamp(day, policy.opens, policy.closes), .cities = {}, .reached = {}};
  std::map<std::string, CityReach> cities;
  for (const auto& firm : firms) {
    TRY(const auto found, fit(policy, firm.facts, out.day, nullptr));
    auto& city = cities[firm.city];
    ++city.firms;
    if (!found.missing.empty()) ++city.unknown;
    if (found.amount == 0) continue;
    ++city.reached;
    city.cost += found.amount;
    city.largest = std::max(city.largest, found.amount);
    out.reached.push_back({&firm, found.amount});
  }
  for (auto& [code, city] : cities) city.city = code, out.cities.push_back(std::move(city));
  std::ranges::stable_sort(out.reached, std::ranges::greater(), &Reached::amount);
  return out;
}

}  // namespace jiaoji::policy
