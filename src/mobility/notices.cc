#include "mobility/notices.h"

#include "base/text.h"

namespace jiaoji::mobility {

namespace {
constexpr std::size_t kValueMax = 60;   // code points of a value that a notice shows
constexpr std::size_t kDetailMax = 400;  // code points
constexpr std::size_t kWhereMax = 50;
}  // namespace

void Notices::add(Severity severity, std::string_view key, const At& at, fmt::string_view zh, fmt::string_view en, fmt::format_args args) {
  ++(severity == Severity::error ? errors : severity == Severity::warning ? warnings : notes);
  auto count = counts.find(key);
  if (count == counts.end()) count = counts.emplace(key, 0).first;
  if (++count->second > kNoticesPerKey) return;
  // A value may be any bytes: a cut through a character would not survive JSON.
  const std::string value = text::is_utf8(at.value) ? text::ellipsis(at.value.substr(0, std::min(at.value.size(), at.value.find('\0'))), kValueMax) : "?";
  kept.push_back({severity, std::string(key), std::string(at.file), at.line, std::string(at.field), value, {text::ellipsis(fmt::vformat(zh, args), kDetailMax), text::ellipsis(fmt::vformat(en, args), kDetailMax)}});
}

std::string place_of(const Notice& notice) {
  std::string out = notice.file;
  if (notice.line) out += fmt::format(":{}", notice.line);
  if (!notice.field.empty()) out += " " + notice.field;
  return out;
}

Error error_of(const Notices& notices, std::string key, Text what) {
  Error out{Code::invalid, std::move(key), std::move(what)};
  for (const auto& notice : notices.kept) {
    if (notice.severity != Severity::error) continue;
    if (out.where.empty()) {
      const auto place = place_of(notice);
      out.detail.zh += fmt::format("：{}：{}", place, notice.detail.zh);
      out.detail.en += fmt::format(": {}: {}", place, notice.detail.en);
    }
    if (out.where.size() < kWhereMax) out.where.push_back({place_of(notice), notice.key, notice.detail});
  }
  return out;
}

}  // namespace jiaoji::mobility
