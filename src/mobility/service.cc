#include "mobility/service.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/cli.h"
#include "mobility/prepared.h"
#include "mobility/shift.h"
#include "mobility/times.h"
#include "region/api.h"

namespace jiaoji::mobility {

namespace {

json::Value to_json(const FileRow& row) {
  return json::object({{"kind", to_string(row.kind)}, {"name", row.name}, {"bytes", row.bytes}, {"sha256", row.sha256}, {"source", row.source}, {"illustrative", row.illustrative}, {"gcj02", row.gcj02}});
}

}  // namespace

std::optional<Network> Service::read_cache(const std::string& of) const {
  if (cache_.empty()) return {};
  const auto bytes = read_whole(cache_);
  return bytes ? read_prepared(*bytes, of) : std::nullopt;
}

// Beside its place and then moved there; when that fails the next start reads the feeds again.
void Service::write_cache(const Network& network, const std::string& of) const {
  if (cache_.empty()) return;
  const auto bytes = write_prepared(network, of);
  std::ofstream out(cache_ + ".new", std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  std::error_code ignored;
  if (out.flush()) std::filesystem::rename(cache_ + ".new", cache_, ignored);
}

Result<std::shared_ptr<const World>> Service::build(const std::vector<FileRow>& rows, const NewFile* more, std::optional<ReadFeed>* read, const Progress& progress) const {
  Gathering gathering;
  const auto take = [&](FileKind kind, const std::string& name, std::string_view bytes, bool skip_faulty, bool gcj02, bool is_new) -> Result<void> {
    const auto coordinates = gcj02 ? Coordinates::gcj02 : Coordinates::wgs84;
    switch (kind) {
      case FileKind::timetable: {
        TRY(auto feed, read_feed_bytes(name, bytes, {.skip_faulty = skip_faulty}, coordinates));
        if (const auto known = is_new ? world_or_null() : nullptr) note_shift(feed, coordinates, known->network.feed.stops);
        gathering.add(std::move(feed));
        if (is_new && read) *read = gathering.read().back();
        return {};
      }
      case FileKind::streets: return gathering.add_streets(name, bytes);
      case FileKind::points: return gathering.add_points(name, bytes, coordinates);
      case FileKind::zones: return gathering.add_zones(name, bytes);
    }
    return {};
  };
  std::string of;  // what the network stands on
  bool timetable = more && more->kind == FileKind::timetable;
  for (const auto& row : rows) {
    if (row.kind == FileKind::timetable) timetable = true, of += fmt::format("{} {} {} {}\n", row.sha256, row.name, row.skip_faulty, row.gcj02);
  }
  if (!timetable) return std::shared_ptr<const World>();
  auto prepared = more && more->kind == FileKind::timetable ? std::nullopt : read_cache(of);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (prepared && rows[i].kind == FileKind::timetable) continue;
    if (progress) progress(0.1 + 0.6 * static_cast<double>(i) / static_cast<double>(rows.size()), {"读入 " + rows[i].name, "reading " + rows[i].name});
    TRY(const auto bytes, db_.read_as<std::string>([&](store::Reader& db) { return read_bytes(db, rows[i].id); }));
    TRY_VOID(take(rows[i].kind, rows[i].name, bytes, rows[i].skip_faulty, rows[i].gcj02, false));
  }
  if (more) {
    if (progress) progress(0.7, {"检查 " + more->name, "checking " + more->name});
    TRY_VOID(take(more->kind, more->name, more->bytes, more->skip_faulty, more->gcj02, true));
  }
  if (progress) progress(0.9, {"整理线路和换乘", "joining lines and changes"});
  if (prepared) return gathering.build_on(*std::move(prepared));
  TRY(auto world, gathering.build());
  if (!more) write_cache(world->network, of);
  return world;
}

void Service::use(std::shared_ptr<const World> world, bool illustrative) {
  const std::lock_guard lock(mutex_);
  world_ = std::move(world);
  illustrative_ = illustrative;
}

std::shared_ptr<const World> Service::world_or_null() const {
  const std::lock_guard lock(mutex_);
  return world_;
}

bool Service::illustrative() const {
  const std::lock_guard lock(mutex_);
  return illustrative_;
}

Day Service::default_day(const World& world) const {
  constexpr Seconds kChinaSeconds = 8 * 3600;
  const auto today = static_cast<Day>((clock_.now() / 1000 + kChinaSeconds) / kDaySeconds);
  return today >= world.network.first_day && today <= world.network.last_day ? today : world.network.first_day;
}

Result<std::shared_ptr<const World>> Service::world() const {
  if (auto world = world_or_null()) return world;
  return fail(Code::not_found, "mobility.none", {"还没有载入时刻表：请由协调员或市里的经办人在“交通圈”页面载入", "no timetable is loaded yet: a coordinator or an officer loads one on the page of circles"});
}

namespace {
bool any_illustrative(const std::vector<FileRow>& rows) { return std::ranges::any_of(rows, &FileRow::illustrative); }
}  // namespace

std::optional<Travel> Service::travel(const std::string& from, const std::string& to) const {
  const auto world = world_or_null();
  if (!world) return {};
  const auto day = default_day(*world);
  std::shared_ptr<const TravelTimes> times;
  {
    const std::lock_guard lock(mutex_);
    if (!travel_ || !travel_->of(world.get(), day)) travel_ = std::make_shared<TravelTimes>(world, day);
    times = travel_;
  }
  return times->find(from, to);
}

Result<void> Service::load(const Progress& progress) {
  TRY(const auto rows, db_.read_as<std::vector<FileRow>>([](store::Reader& db) { return list_files(db); }));
  TRY(auto world, build(rows, nullptr, nullptr, progress));
  use(std::move(world), any_illustrative(rows));
  return {};
}

Result<void> check_coordinates(const NewFile& file) {
  if (!file.gcj02 || file.kind == FileKind::timetable || file.kind == FileKind::points) return {};
  return fail(Code::invalid, "mobility.gcj02", {"GCJ-02 只用于时刻表和人口、岗位：街道（OpenStreetMap）和服务区域（GeoJSON）按格式规定是 WGS-84", "GCJ-02 is for timetables and points: streets (OpenStreetMap) and zones (GeoJSON) are in WGS-84 by their formats"});
}

Result<Added> Service::add(const region::Actor& actor, NewFile file, const Progress& progress, const std::function<bool()>& cancelled) {
  if (!may(actor, region::Action::network_write, region::Subject{actor.city, "", region::Visibility::everyone})) return fail(region::refusal(actor, region::Action::network_write));
  if (file.bytes.empty()) return fail(Code::invalid, "mobility.empty", {"文件是空的", "the file is empty"});
  TRY_VOID(check_coordinates(file));
  if (file.bytes.size() > kFileBytesMax) return fail(Code::too_large, "mobility.too_large", {fmt::format("文件太大：最多 {} MB", kFileBytesMax >> 20), fmt::format("the file is too large: at most {} MB", kFileBytesMax >> 20)});
  const std::lock_guard lock(changing_);
  TRY(auto rows, db_.read_as<std::vector<FileRow>>([](store::Reader& db) { return list_files(db); }));
  FileRow row{.id = new_id(FileRow::kIdPrefix, clock_), .kind = file.kind, .name = file.name, .bytes = static_cast<std::int64_t>(file.bytes.size()), .sha256 = store::hash_hex(store::HashKind::sha256, file.bytes), .source = file.source,
              .illustrative = file.illustrative, .skip_faulty = file.skip_faulty, .gcj02 = file.gcj02, .account = actor.account, .city = actor.city, .created_at = clock_.now()};
  if (rows.size() >= kFilesMax) return fail(Code::too_many, "mobility.files", {fmt::format("最多 {} 个文件，请先移除不用的", kFilesMax), fmt::format("at most {} files: remove some first", kFilesMax)});
  for (const auto& other : rows) {
    if (other.sha256 == row.sha256 && other.kind == row.kind) return fail(Code::conflict, "mobility.twice", {fmt::format("同样的内容已经载入（{}）", other.name), fmt::format("the same content is loaded already ({})", other.name)});
  }
  Added out{.row = row, .read = {}};
  TRY(auto world, build(rows, &file, &out.read, progress));
  if (!world) return fail(Code::conflict, "mobility.no_timetable_yet", {"请先载入时刻表，再载入街道、人口或服务区域", "load a timetable first, then streets, people or zones"});
  if (cancelled && cancelled()) return fail(Code::conflict, "mobility.cancelled", {"已取消，未载入", "cancelled, nothing was loaded"});
  TRY_VOID(db_.write([&](store::Writer& db) -> Result<void> {
    TRY_VOID(insert_file(db, row, file.bytes));
    return db.journal(region::entry_of(actor, "mobility.file_added", row.id, row.city, {}, to_json(row)));
  }));
  rows.push_back(row);
  use(std::move(world), any_illustrative(rows));
  return out;
}

Result<void> Service::remove(const region::Actor& actor, const std::string& id) {
  const std::lock_guard lock(changing_);
  TRY(auto rows, db_.read_as<std::vector<FileRow>>([](store::Reader& db) { return list_files(db); }));
  const auto at = std::ranges::find(rows, id, &FileRow::id);
  if (!may(actor, region::Action::network_write)) return fail(region::refusal(actor, region::Action::network_write));
  if (at == rows.end()) return fail(Code::not_found, "mobility.file_not_found", {"没有这个文件", "there is no such file"});
  const auto row = *at;
  if (!may(actor, region::Action::network_write, row.subject())) return fail(region::refusal(actor, region::Action::network_write));
  rows.erase(at);
  TRY(auto world, build(rows, nullptr, nullptr, {}));
  if (!world && !rows.empty()) return fail(Code::conflict, "mobility.last_timetable", {"这是最后一份时刻表：请先移除街道、人口和服务区域", "this is the last timetable: remove streets, people and zones first"});
  TRY_VOID(db_.write([&](store::Writer& db) -> Result<void> {
    TRY_VOID(delete_file(db, id));
    return db.journal(region::entry_of(actor, "mobility.file_removed", row.id, row.city, to_json(row), {}));
  }));
  use(std::move(world), any_illustrative(rows));
  return {};
}

}  // namespace jiaoji::mobility
