// Minutes between two cities for other engines: a fact with the journey that it comes from, never a score.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mobility/reach.h"

namespace jiaoji::mobility {

struct Travel {
  Seconds seconds = 0;
  Text says;  // "最快 100 分钟：济南东 07:09 → 红岛 08:49（G9181），2026-11-20 06:00–22:00 最好的一班，不含等候"
};

// Planned: the best departure from 06:00 to 22:00 of one day. Answers are kept; any number of threads may ask.
class TravelTimes {
 public:
  TravelTimes(std::shared_ptr<const World> world, Day day) : world_(std::move(world)), day_(day) {}
  // Places as find_place takes them. Nothing when a place is unknown to the timetable or there is no way. The same place: 0.
  std::optional<Travel> find(const std::string& from, const std::string& to) const;
  bool of(const World* world, Day day) const { return world == world_.get() && day == day_; }

 private:
  std::optional<Travel> ask(const std::string& from, const std::string& to) const;
  std::shared_ptr<const World> world_;
  Day day_;
  mutable std::mutex mutex_;
  mutable std::map<std::pair<std::string, std::string>, std::optional<Travel>> kept_;
};

}  // namespace jiaoji::mobility
