// What is checked of a request's head before and after the parser sees it: the places where lenient parsers let one
// request be read as two (RFC 9112; the cases of request smuggling).
#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"

namespace jiaoji::http {

// Of the raw bytes up to and including the empty line: no folded line, no bare CR or LF, no NUL, no byte above 0x7e in a
// field name, no space before the colon. The English reason when refused.
std::optional<std::string_view> raw_head_fault(std::string_view head);

// Of the parsed head: exactly one Host without user name or NUL, at most one Content-Length of digits only, at most one
// Transfer-Encoding, which is `chunked` and never beside a length.
std::optional<std::string_view> field_fault(const Pairs& headers, bool http11);

}  // namespace jiaoji::http
