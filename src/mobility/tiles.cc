#include "mobility/tiles.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji::mobility {

namespace {

constexpr std::string_view kSecure = "https://", kPlain = "http://";

std::unexpected<Error> wrong(const Text& what) {
  return fail(Code::invalid, "tiles.url", {"--tiles 无效：" + what.zh + "；写作 https://主机/{z}/{x}/{y}.png", "--tiles is invalid: " + what.en + "; write https://host/{z}/{x}/{y}.png"});
}

// Where the path begins: the host and its port end at the first of these.
std::size_t path_at(std::string_view url) { return std::min(url.find_first_of("/?#", url.find("://") + 3), url.size()); }

bool letters(std::string_view text, std::string_view also) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || also.find(c) != also.npos; });
}

struct Host {
  std::string_view name, port;  // port "": none was given
};
Host host_of(std::string_view authority) {
  const auto colon = authority.starts_with('[') ? authority.find(':', std::min(authority.find(']'), authority.size())) : authority.find(':');
  return colon == authority.npos ? Host{authority, {}} : Host{authority.substr(0, colon), authority.substr(colon)};
}

bool loopback(std::string_view name) { return name == "127.0.0.1" || name == "localhost" || name == "[::1]"; }

bool port(std::string_view text) {
  if (text.empty()) return true;
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data() + 1, text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 65'535;
}

}  // namespace

std::string TileSource::origin() const { return url.substr(0, path_at(url)); }

Result<TileSource> parse_tiles(std::string_view url, std::string_view credit) {
  if (url.size() > kTileUrlMax) return wrong({fmt::format("最多 {} 个字符", kTileUrlMax), fmt::format("at most {} characters", kTileUrlMax)});
  // What a URL consists of, less what ends a directive, a value or an attribute: ; , ' " < > \ and blanks.
  if (!letters(url, ":/?#[]@!$&()*+=-._~%{}")) return wrong({"不能有引号、空格、分号、逗号或网址以外的字符", "quotes, blanks, semicolons, commas and what no URL holds are refused"});
  const bool secure = url.starts_with(kSecure);
  if (!secure && !url.starts_with(kPlain)) return wrong({"应以 https:// 开头", "it should begin with https://"});
  const auto path = path_at(url), scheme = secure ? kSecure.size() : kPlain.size();
  const auto host = host_of(url.substr(scheme, path - scheme));
  if (!(letters(host.name, ".-") || host.name == "[::1]") || !port(host.port)) return wrong({"主机名只能有字母、数字、点和横线，后面可有端口", "the host holds letters, digits, dots and hyphens only, then perhaps a port"});
  if (!secure && !loopback(host.name)) return wrong({"http 只用于本机（127.0.0.1、localhost、[::1]），其余应为 https", "http is for this machine alone (127.0.0.1, localhost, [::1]); else https"});
  const auto rest = url.substr(path);
  for (const auto* part : {"{z}", "{x}", "{y}"}) {
    const auto first = rest.find(part);
    if (first == rest.npos || rest.find(part, first + 1) != rest.npos) return wrong({fmt::format("应恰有一个 {}", part), fmt::format("it should hold {} once", part)});
  }
  if (std::ranges::count(rest, '{') != 3 || std::ranges::count(rest, '}') != 3) return wrong({"花括号只用于 {z}、{x}、{y}", "braces are for {z}, {x} and {y} only"});
  if (rest.find('#') != rest.npos) return wrong({"不能有 #", "it should hold no #"});
  const auto shown = text::clean(credit, {.max = kTileCreditMax}, "");
  if (!shown) return fail(Code::invalid, "tiles.credit", {fmt::format("--tiles 需要 --tiles-credit：底图来源和审图号，1 至 {} 个字", kTileCreditMax), fmt::format("--tiles needs --tiles-credit: who made the base map and its approval number (审图号), 1 to {} characters", kTileCreditMax)});
  return TileSource{std::string(url), *shown};
}

}  // namespace jiaoji::mobility
