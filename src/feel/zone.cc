#include <mutex>
#include <shared_mutex>
#include <vector>

#include <unicode/timezone.h>

#include "feel/temporal.h"

namespace jiaoji::feel {

namespace {

// The zones that were named so far: at most as many as the IANA table holds, since only its ids are taken.
struct Named {
  std::string id;
  std::unique_ptr<icu::TimeZone> rules;
};

std::shared_mutex mutex;
std::vector<Named>& table() {
  static std::vector<Named> zones;
  return zones;
}

const icu::TimeZone& rules_of(std::uint16_t name) {
  const std::shared_lock lock(mutex);
  return *table()[name].rules;
}

std::int32_t offset_at(const Zone& zone, std::int64_t seconds, bool local) {
  if (zone.kind != Zone::Kind::named) return zone.seconds;
  std::int32_t raw = 0, daylight = 0;
  UErrorCode status = U_ZERO_ERROR;
  rules_of(zone.name).getOffset(static_cast<double>(seconds) * 1000.0, local, raw, daylight, status);
  return U_FAILURE(status) ? 0 : (raw + daylight) / 1000;
}

}  // namespace

std::optional<Zone> Zone::offset(std::int64_t seconds) {
  constexpr std::int64_t most = 18 * 3600;
  if (seconds < -most || seconds > most) return std::nullopt;
  return Zone{Kind::offset, 0, static_cast<std::int32_t>(seconds)};
}

std::optional<Zone> Zone::named(std::string_view id) {
  if (id.empty() || id.size() > 64) return std::nullopt;
  {
    const std::shared_lock lock(mutex);
    for (std::size_t i = 0; i < table().size(); ++i) {
      if (table()[i].id == id) return Zone{Kind::named, static_cast<std::uint16_t>(i), 0};
    }
  }
  const auto name = icu::UnicodeString::fromUTF8({id.data(), static_cast<std::int32_t>(id.size())});
  icu::UnicodeString canonical;
  UBool is_system = false;
  UErrorCode status = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(name, canonical, is_system, status);
  if (U_FAILURE(status) || !is_system) return std::nullopt;  // unknown, or made up on the spot like GMT+3
  const std::unique_lock lock(mutex);
  for (std::size_t i = 0; i < table().size(); ++i) {  // another thread may have been here first: one id, one index
    if (table()[i].id == id) return Zone{Kind::named, static_cast<std::uint16_t>(i), 0};
  }
  table().push_back({std::string(id), std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(name))});
  return Zone{Kind::named, static_cast<std::uint16_t>(table().size() - 1), 0};
}

std::string Zone::id() const {
  const std::shared_lock lock(mutex);
  return kind == Kind::named ? table()[name].id : "";
}

std::int32_t offset_at_local(const Zone& zone, std::int64_t local_seconds) { return offset_at(zone, local_seconds, true); }
std::int32_t offset_at_instant(const Zone& zone, std::int64_t utc_seconds) { return offset_at(zone, utc_seconds, false); }

}  // namespace jiaoji::feel
