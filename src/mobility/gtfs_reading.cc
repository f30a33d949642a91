#include "mobility/gtfs_reading.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include <unicode/ucal.h>
#include <unicode/ustring.h>

namespace jiaoji::mobility {

namespace {
constexpr std::size_t kBlockBytes = 64u << 10;
constexpr std::size_t kFileBytesMax = 2u << 30;  // lines are counted in 32 bits
}  // namespace

bool Ids::add(std::string_view id, Entry entry) {
  if (entries_.contains(id)) return false;
  if (free_ < id.size()) {
    free_ = std::max(kBlockBytes, id.size());
    at_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(free_)).get();
  }
  if (!id.empty()) std::memcpy(at_, id.data(), id.size());
  entries_.emplace(std::string_view(at_, id.size()), entry);
  at_ += id.size(), free_ -= id.size();
  return true;
}

void Ids::leave_out(std::string_view id) {
  if (const auto found = entries_.find(id); found != entries_.end()) found->second.at = kLeftOut;
}

void Ids::renumber(const std::vector<std::int32_t>& moved) {
  for (auto& [id, entry] : entries_) {
    if (entry.at >= 0) entry.at = moved[static_cast<std::size_t>(entry.at)];
  }
}

bool Reading::has(std::string_view file) const { return std::ranges::find(files.names, folder + std::string(file)) != files.names.end(); }

std::unique_ptr<Table> Reading::open(std::string_view file, Presence presence) {
  if (!has(file)) {
    if (presence == Presence::required) notices.error("gtfs.file_missing", {file}, "缺少必需的文件 {}", "the required file {} is missing", file);
    return nullptr;
  }
  auto bytes = files.read(folder + std::string(file));
  if (!bytes) {
    notices.error("gtfs.file_unreadable", {file}, "文件读不出来：{}", "the file cannot be read: {}", bytes.error().detail.en);
    return nullptr;
  }
  if (bytes->size() > kFileBytesMax) {
    notices.error("gtfs.file_too_large", {file}, "文件超过 {} GB", "the file is larger than {} GB", kFileBytesMax >> 30);
    return nullptr;
  }
  auto table = std::make_unique<Table>(file, *std::move(bytes), columns_of(file), notices);
  return table->usable() ? std::move(table) : nullptr;
}

std::int32_t Reading::refer(Table& table, Column column, const Ids& ids, std::string_view file, bool must) {
  const auto id = must ? table.required(column) : table.text(column);
  if (id.empty()) return kNone;
  const auto entry = ids.find(id);
  if (entry.at == kNone) table.error("gtfs.reference_missing", column, "{} 里没有 {}“{}”", "there is no {1} \"{2}\" in {0}", file, column.name, id);
  return entry.at;
}

bool Reading::add_id(Table& table, Column column, std::string_view id, Ids& ids, std::size_t at) {
  if (id.empty()) return false;
  const auto line = static_cast<std::uint32_t>(table.line());
  if (ids.add(id, {table.faulty() ? kLeftOut : static_cast<std::int32_t>(at), line})) return true;
  table.error("gtfs.id_twice", column, "“{}”在第 {} 行已经有了；只用第一个", "\"{}\" stands in line {} already; the first is used", id, ids.find(id).line);
  return false;
}

void check_url(Table& table, Column column) {
  const auto url = table.text(column);
  if (url.empty()) return;
  const auto colon = url.find("://");
  const bool scheme = url.starts_with("http://") || url.starts_with("https://") || url.starts_with("HTTP://") || url.starts_with("HTTPS://");
  if (scheme && url.size() > colon + 3 && url.find_first_of(" \t<>\"") == std::string_view::npos) return;
  table.notices().warning("gtfs.url", table.at(column), "“{}”不是网址；应以 http:// 或 https:// 开头，不含空格", "\"{}\" is no address of a web page: it begins with http:// or https:// and holds no blanks", url);
}

void check_colour(Table& table, Column column) {
  const auto colour = table.text(column);
  if (colour.empty() || (colour.size() == 6 && std::ranges::all_of(colour, [](unsigned char c) { return std::isxdigit(c) != 0; }))) return;
  table.notices().warning("gtfs.colour", table.at(column), "“{}”不是颜色；应是六位十六进制数，如 0073AC", "\"{}\" is no colour: it has six hexadecimal digits, such as 0073AC", colour);
}

bool is_timezone(std::string_view name) {
  if (name.size() > 60 || std::ranges::any_of(name, [](unsigned char c) { return c > 126 || c < '+'; })) return false;
  const std::u16string wide(name.begin(), name.end());
  char16_t canonical[100];
  UBool is_system = false;
  UErrorCode status = U_ZERO_ERROR;
  ucal_getCanonicalTimeZoneID(wide.data(), static_cast<std::int32_t>(wide.size()), canonical, std::size(canonical), &is_system, &status);
  return U_SUCCESS(status) && is_system && (name.find('/') != std::string_view::npos || name == "UTC" || name == "GMT");
}

}  // namespace jiaoji::mobility
