// clean and fold: what passes is valid UTF-8, and folding twice is folding once.
#include <cstdlib>

#include "base/credit_code.h"
#include "base/text.h"

namespace text = jiaoji::text;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)jiaoji::parse_credit_code(bytes, "");
  const auto cleaned = text::clean(bytes, {.max = 4000, .newlines = true, .required = false}, "");
  if (!cleaned) return 0;
  if (!text::is_utf8(*cleaned)) std::abort();
  const auto again = text::clean(*cleaned, {.max = 8000, .newlines = true, .required = false}, "");
  if (!again || *again != *cleaned) std::abort();
  const auto folded = text::fold_text(*cleaned);
  if (!text::is_utf8(folded)) std::abort();
  for (const auto& f : text::fold(*cleaned)) if (f.begin >= f.end || f.end > cleaned->size()) std::abort();
  (void)text::mask_identity_numbers(*cleaned);
  return 0;
}
