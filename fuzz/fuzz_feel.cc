// FEEL: whatever is typed is answered within its limits; what comes out can be written down, and a date or number read back.
#include "feel/evaluate.h"
#include "feel/parser.h"

using namespace jiaoji;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const feel::Scope scope{{"x", "年营收", "a-b", "list", "c"}, {"full name"}, {}};
  feel::Context context;
  context.put("full name", "甲");
  const std::vector<feel::Value> values = {feel::Value(3), feel::Value(feel::Unknown{{"年营收"}}), feel::Value(true), feel::Value(feel::List{feel::Value(1), feel::Value("b"), feel::Value()}), feel::Value(context)};
  feel::Run run;
  run.limits = {.steps = 20'000, .depth = 100, .text_bytes = 100'000, .made_bytes = 1'000'000};
  if (const auto expression = feel::parse_expression(source, scope)) {
    if (const auto value = feel::evaluate(*expression, values, run)) {
      (void)feel::literal(*value);
      (void)json::write(feel::to_json(*value));
    }
  }
  run = feel::Run{};
  run.limits.steps = 20'000;
  if (const auto tests = feel::parse_tests(source, scope)) (void)feel::test(*tests, values, feel::Value(5), run);
  return 0;
}
