// DMN: whatever is read is refused with a place, or becomes a model that can be compiled, asked, checked, and written and read again.
#include "rules/analyse.h"
#include "rules/asked.h"
#include "rules/evaluate.h"

using namespace jiaoji;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto model = rules::read_model({reinterpret_cast<const char*>(data), size});
  if (!model) return 0;
  const auto written = rules::write_model(*model);
  auto again = rules::read_model(written);
  if (!again || rules::write_model(*again) != written) __builtin_trap();
  std::vector<rules::Model> models;
  models.push_back(*std::move(model));
  const auto compiled = rules::Compiled::of(std::move(models));
  if (!compiled) return 0;
  const feel::Context inputs;
  feel::Run run;
  run.limits.steps = 20'000;
  rules::Trace trace;
  run.observer = &trace;
  rules::Evaluation evaluation(**compiled, inputs, run, size % 2 == 0);
  for (const auto& element : (*compiled)->elements()) {
    (void)feel::literal(evaluation.value(element));
    if (const auto* table = rules::table_in(element)) {
      (void)rules::check(*table, 10'000);
      (void)rules::diff(*table, *table, 10'000);
    }
  }
  return 0;
}
