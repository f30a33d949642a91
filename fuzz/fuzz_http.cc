// The checks of a request's head, its target, and the words that headers carry.
#include "http/head.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)jiaoji::http::raw_head_fault(text);
  (void)jiaoji::http::parse_query(text);
  (void)jiaoji::http::percent_decode(text, true);
  jiaoji::http::Request request;
  request.headers = {{"cookie", std::string(text)}, {"content-length", std::string(text)}};
  (void)request.cookie("jiaoji_session");
  (void)jiaoji::http::field_fault(request.headers, true);
  return 0;
}
