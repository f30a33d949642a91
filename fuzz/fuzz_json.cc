// json::parse: whatever is accepted is written and read again to the same text.
#include <cstdlib>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto value = jiaoji::json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const auto text = jiaoji::json::write(*value);
  const auto again = jiaoji::json::parse(text);
  if (!again || jiaoji::json::write(*again) != text) std::abort();
  return 0;
}
