#include "mobility/gtfs.h"

#include <algorithm>
#include <tuple>

#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

namespace {

// What a Mac leaves behind.
bool is_rubbish(std::string_view name) { return name.starts_with("__MACOSX/") || name.find("/__MACOSX/") != std::string_view::npos || name.ends_with(".DS_Store"); }

std::string_view folder_of(std::string_view name) { return name.substr(0, name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1); }

// The folder nearest to the top that holds stops.txt; when none does, one that holds another table, so that the fault told is the missing
// stops.txt and not all of them.
std::string find_folder(const std::vector<std::string>& names) {
  const std::string* best = nullptr;
  const auto rank = [](std::string_view name) {
    return std::tuple(name.substr(folder_of(name).size()) != "stops.txt", std::ranges::count(name, '/'), name);
  };
  for (const auto& name : names) {
    if (is_rubbish(name) || columns_of(std::string_view(name).substr(folder_of(name).size())).empty()) continue;
    if (!best || rank(name) < rank(*best)) best = &name;
  }
  return best ? std::string(folder_of(*best)) : std::string();
}

void note_unknown_files(Reading& r) {
  for (const auto& name : r.files.names) {
    if (is_rubbish(name) || (name.starts_with(r.folder) && !columns_of(std::string_view(name).substr(r.folder.size())).empty())) continue;
    r.notices.note("gtfs.file_unknown", {name}, "不是 GTFS 的文件，已忽略", "is no file of GTFS; it was ignored");
  }
}

}  // namespace

Result<ReadFeed> read_gtfs(const FeedFiles& files, const ReadOptions& options) {
  Reading r{files, options, find_folder(files.names)};
  note_unknown_files(r);
  read_agencies(r);
  read_stops(r);
  read_routes(r);
  read_calendars(r);
  if (options.check_all) read_shapes(r);
  read_trips(r);
  read_stop_times(r);
  read_frequencies(r);
  read_transfers(r);
  read_pathways(r);
  read_feed_info(r);
  if (options.check_all) check_others(r);
  check_use(r);
  if (r.notices.errors > 0 && !options.skip_faulty) {
    return fail(error_of(r.notices, "gtfs.faulty", {fmt::format("GTFS 数据有 {} 处错误", r.notices.errors), fmt::format("the GTFS feed has {} errors", r.notices.errors)}));
  }
  if (r.feed.trips.empty() && !options.check_all) {
    return fail(error_of(r.notices, "gtfs.nothing_left", {"GTFS 数据里没有可用的车次", "the GTFS feed has no usable trip"}));
  }
  ReadFeed out;
  out.feed = std::move(r.feed);
  out.truncated = std::ranges::any_of(r.notices.counts, [](const auto& count) { return count.second > kNoticesPerKey; });
  out.notices = std::move(r.notices.kept);
  out.counts_by_key.insert(r.notices.counts.begin(), r.notices.counts.end());
  out.errors = r.notices.errors, out.warnings = r.notices.warnings, out.notes = r.notices.notes;
  out.trips_left_out = r.trips_left_out;
  return out;
}

}  // namespace jiaoji::mobility
