#include "base/archive.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <unzip.h>

namespace jiaoji {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 256u << 10;
constexpr std::size_t kRatioFree = 4u << 20;  // a small file may be as repetitive as it likes
constexpr std::size_t kNameBytes = 1'000;

// A file in memory, as minizip wants to see one.
struct Memory {
  std::string_view bytes;
  std::size_t at = 0;
};

zlib_filefunc64_def memory_functions(Memory* memory) {
  zlib_filefunc64_def f{};
  f.opaque = memory;
  f.zopen64_file = [](voidpf opaque, const void*, int) -> voidpf { return opaque; };
  f.zread_file = [](voidpf, voidpf stream, void* into, uLong size) -> uLong {
    auto& m = *static_cast<Memory*>(stream);
    const auto n = std::min<std::size_t>(size, m.bytes.size() - m.at);
    std::memcpy(into, m.bytes.data() + m.at, n);
    m.at += n;
    return static_cast<uLong>(n);
  };
  f.zwrite_file = [](voidpf, voidpf, const void*, uLong) -> uLong { return 0; };
  f.ztell64_file = [](voidpf, voidpf stream) -> ZPOS64_T { return static_cast<Memory*>(stream)->at; };
  f.zseek64_file = [](voidpf, voidpf stream, ZPOS64_T offset, int origin) -> long {
    auto& m = *static_cast<Memory*>(stream);
    const std::size_t base = origin == ZLIB_FILEFUNC_SEEK_SET ? 0 : origin == ZLIB_FILEFUNC_SEEK_CUR ? m.at : m.bytes.size();
    if (offset > m.bytes.size() - base) return -1;
    m.at = base + offset;
    return 0;
  };
  f.zclose_file = [](voidpf, voidpf) -> int { return 0; };
  f.zerror_file = [](voidpf, voidpf) -> int { return 0; };
  return f;
}

// False for a name that leads out of the archive, here or on a machine that reads `\` and `C:`.
bool stays_inside(std::string_view name) {
  if (name.empty() || name.starts_with('/') || name.find_first_of(std::string_view("\\:\0", 3)) != std::string_view::npos) return false;
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    if (name.substr(at, end - at) == "..") return false;
    at = end + 1;
  }
  return true;
}

}  // namespace

struct Archive::Inside {
  ArchiveLimits limits;
  std::string folder;  // when it is a folder
  Memory memory;
  unzFile zip = nullptr;
  std::vector<Entry> entries;
  struct Place { std::size_t packed; unz64_file_pos at; };
  std::map<std::string, Place, std::less<>> places;
  std::size_t unpacked = 0;

  ~Inside() { if (zip) unzClose(zip); }

  std::unexpected<Error> refuse(std::string_view what, Text words, Code code = Code::invalid) const { return fail(code, fmt::format("{}.{}", limits.key, what), std::move(words)); }
  std::unexpected<Error> damaged(std::string_view name = {}) const {
    const std::string zh = name.empty() ? "" : fmt::format("{}：", name), en = name.empty() ? "" : fmt::format("{}: ", name);
    return refuse("damaged", {zh + "压缩文件不完整或已损坏，请重新打包或重新保存", en + "the packed file is cut short or damaged: pack or save it again"});
  }
  std::unexpected<Error> too_large(std::string_view name, std::size_t bytes) const {
    return refuse("too_large", {fmt::format("{} 解压后太大（超过 {} MB，或压缩比异常）", name, bytes >> 20), fmt::format("{} unpacks to too much (over {} MB, or packed beyond reason)", name, bytes >> 20)}, Code::too_large);
  }

  Result<void> list_zip();
  Result<void> list_folder();
  Result<void> add(std::string name, std::size_t size, Place place);
  Result<void> stream_zip(const std::string& name, const Place& place, const std::function<bool(std::string_view)>& take);
  Result<void> stream_file(const std::string& name, const std::function<bool(std::string_view)>& take);
  // What the entry may unpack to, after what was unpacked before.
  std::size_t allowed(std::size_t packed) const {
    const std::size_t by_ratio = packed > SIZE_MAX / 2 / limits.ratio ? SIZE_MAX / 2 : packed * limits.ratio + kRatioFree;
    return std::min({limits.entry_bytes, limits.total_bytes - std::min(unpacked, limits.total_bytes), by_ratio});
  }
};

Result<void> Archive::Inside::add(std::string name, std::size_t size, Place place) {
  if (!stays_inside(name)) return refuse("bad_name", {"压缩包内有不安全的文件名", "holds an unsafe file name"});
  if (places.contains(name)) return refuse("twice", {fmt::format("压缩包内有重名文件：{}", name), fmt::format("holds a file name twice: {}", name)});
  if (entries.size() >= limits.entries) return refuse("too_many_parts", {fmt::format("压缩包内文件超过 {} 个", limits.entries), fmt::format("holds more than {} files", limits.entries)}, Code::too_large);
  places.emplace(name, place);
  if (!name.ends_with('/')) entries.push_back({std::move(name), size});
  return {};
}

Result<void> Archive::Inside::list_zip() {
  unz_global_info64 info;
  if (!zip || unzGetGlobalInfo64(zip, &info) != UNZ_OK) return damaged();
  if (info.number_entry > limits.entries * 2) return refuse("too_many_parts", {fmt::format("压缩包内文件超过 {} 个", limits.entries), fmt::format("holds more than {} files", limits.entries)}, Code::too_large);
  std::size_t seen = 0;
  for (int at = unzGoToFirstFile(zip); at == UNZ_OK; at = unzGoToNextFile(zip), ++seen) {
    unz_file_info64 file;
    char name[kNameBytes + 1];
    Place place{};
    if (unzGetCurrentFileInfo64(zip, &file, name, sizeof name, nullptr, 0, nullptr, 0) != UNZ_OK || unzGetFilePos64(zip, &place.at) != UNZ_OK) return damaged();
    if (file.size_filename > kNameBytes) return refuse("bad_name", {"压缩包内有过长的文件名", "holds an overlong file name"});
    if (file.flag & 1) return refuse("encrypted", {"文件有密码保护，请去掉密码后重试", "is protected by a password: remove it and try again"});
    if ((file.external_fa >> 16 & 0170000) == 0120000) return refuse("link", {"压缩包内有符号链接", "holds a symbolic link"});
    place.packed = file.compressed_size;
    TRY_VOID(add(std::string(name, file.size_filename), file.uncompressed_size, place));
  }
  if (seen != info.number_entry) return damaged();
  return {};
}

Result<void> Archive::Inside::list_folder() {
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error), end;
  for (; !error && at != end; at.increment(error)) {
    const auto name = at->path().lexically_relative(folder).generic_string();
    if (at->is_symlink(error)) return refuse("link", {fmt::format("文件夹内有符号链接：{}", name), fmt::format("holds a symbolic link: {}", name)});
    if (!at->is_regular_file(error)) continue;
    const auto size = at->file_size(error);
    if (error) break;
    TRY_VOID(add(name, size, {size, {}}));
  }
  if (error) return refuse("cannot_open", {"打不开文件夹：" + folder, "cannot read the folder: " + folder}, Code::unavailable);
  std::ranges::sort(entries, {}, &Entry::name);  // the order of a folder is its disk's business
  return {};
}

Result<void> Archive::Inside::stream_zip(const std::string& name, const Place& place, const std::function<bool(std::string_view)>& take) {
  auto at = place.at;
  if (unzGoToFilePos64(zip, &at) != UNZ_OK || unzOpenCurrentFile(zip) != UNZ_OK) return damaged(name);
  const std::size_t most = allowed(place.packed);
  std::string buffer(kPieceBytes, '\0');
  for (std::size_t total = 0;;) {
    const int n = unzReadCurrentFile(zip, buffer.data(), static_cast<unsigned>(buffer.size()));
    if (n < 0) return unzCloseCurrentFile(zip), damaged(name);
    if (n == 0) break;
    total += static_cast<std::size_t>(n), unpacked += static_cast<std::size_t>(n);
    if (total > most) return unzCloseCurrentFile(zip), too_large(name, most);
    if (!take({buffer.data(), static_cast<std::size_t>(n)})) return unzCloseCurrentFile(zip), Result<void>{};
  }
  if (unzCloseCurrentFile(zip) != UNZ_OK) return damaged(name);  // the checksum is wrong
  return {};
}

Result<void> Archive::Inside::stream_file(const std::string& name, const std::function<bool(std::string_view)>& take) {
  std::ifstream in(fs::path(folder) / name, std::ios::binary);
  if (!in) return refuse("cannot_open", {"打不开文件：" + name, "cannot open the file: " + name}, Code::unavailable);
  const std::size_t most = std::min(limits.entry_bytes, limits.total_bytes - std::min(unpacked, limits.total_bytes));
  std::string buffer(kPieceBytes, '\0');
  for (std::size_t total = 0; in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0;) {
    const auto n = static_cast<std::size_t>(in.gcount());
    total += n, unpacked += n;
    if (total > most) return too_large(name, most);
    if (!take({buffer.data(), n})) return {};
  }
  return {};
}

Archive::Archive(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(const std::string& path, const ArchiveLimits& limits) {
  auto inside = std::make_unique<Inside>();
  inside->limits = limits;
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error || !fs::exists(status)) return inside->refuse("cannot_open", {"打不开文件：" + path, "cannot open the file: " + path}, Code::not_found);
  if (fs::is_directory(status)) {
    inside->folder = path;
    TRY_VOID(inside->list_folder());
  } else {
    inside->zip = unzOpen64(path.c_str());
    TRY_VOID(inside->list_zip());
  }
  return Archive(std::move(inside));
}

Result<Archive> Archive::of_bytes(std::string_view zip, const ArchiveLimits& limits) {
  auto inside = std::make_unique<Inside>();
  inside->limits = limits;
  inside->memory.bytes = zip;
  auto functions = memory_functions(&inside->memory);
  inside->zip = unzOpen2_64("", &functions);
  TRY_VOID(inside->list_zip());
  return Archive(std::move(inside));
}

const std::vector<Archive::Entry>& Archive::entries() const { return inside_->entries; }

bool Archive::has(std::string_view name) const { return !name.ends_with('/') && inside_->places.contains(name); }

Result<void> Archive::stream(std::string_view name, const std::function<bool(std::string_view)>& take) {
  const auto place = inside_->places.find(name);
  if (place == inside_->places.end()) return inside_->refuse("no_entry", {fmt::format("压缩包内没有 {}", name), fmt::format("holds no {}", name)}, Code::not_found);
  return inside_->zip ? inside_->stream_zip(place->first, place->second, take) : inside_->stream_file(place->first, take);
}

Result<std::string> Archive::read(std::string_view name) {
  std::string out;
  const auto entry = std::ranges::find(inside_->entries, name, &Entry::name);
  const auto place = inside_->places.find(name);
  // The claimed size is believed only as far as the limits go.
  if (entry != inside_->entries.end()) out.reserve(std::min(entry->size, inside_->allowed(place->second.packed)));
  TRY_VOID(stream(name, [&](std::string_view piece) { return out.append(piece), true; }));
  return out;
}

}  // namespace jiaoji
