#include "http/head.h"

#include <algorithm>

namespace jiaoji::http {

namespace {
bool is_token(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u > 0x20 && u < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
}
}  // namespace

std::optional<std::string_view> raw_head_fault(std::string_view head) {
  bool request_line = true;
  while (!head.empty()) {
    const auto end = head.find('\n');
    if (end == std::string_view::npos || end == 0 || head[end - 1] != '\r') return "a line of the head does not end in CR LF";
    const auto line = head.substr(0, end - 1);
    head.remove_prefix(end + 1);
    if (line.find('\r') != std::string_view::npos) return "a bare CR stands in the head";
    if (line.find('\0') != std::string_view::npos) return "a NUL stands in the head";
    if (std::exchange(request_line, false) || line.empty()) continue;
    if (line.front() == ' ' || line.front() == '\t') return "a header is continued on a second line";
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return "a header has no name or no colon";
    if (!std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), is_token)) return "a header's name has a character that is not allowed";
    for (const char c : line.substr(colon + 1))
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return "a header's value has a control character";
  }
  return std::nullopt;
}

std::optional<std::string_view> field_fault(const Pairs& headers, bool http11) {
  int hosts = 0, lengths = 0, encodings = 0;
  for (const auto& [name, value] : headers) {
    if (name == "host") {
      ++hosts;
      if (value.find_first_of("@/ ") != std::string::npos) return "the Host header is not a host";
    } else if (name == "content-length") {
      ++lengths;
      if (value.empty() || value.find_first_not_of("0123456789") != std::string::npos) return "Content-Length is not a number";
    } else if (name == "transfer-encoding") {
      ++encodings;
      if (value != "chunked") return "Transfer-Encoding is not chunked";
    }
  }
  if (hosts > 1 || (hosts == 0 && http11)) return "one Host header is required";
  if (lengths > 1) return "Content-Length stands twice";
  if (encodings > 1) return "Transfer-Encoding stands twice";
  if (encodings == 1 && lengths == 1) return "Transfer-Encoding stands beside Content-Length";
  return std::nullopt;
}

}  // namespace jiaoji::http
