// What the market reads of people's text: programs, and fields as typed. What is read must be written and read back the same.
#include <cstdlib>
#include <string_view>

#include "market/listing.h"
#include "market/program.h"
#include "market/tokens.h"

using namespace jiaoji::market;

namespace {
Field field_of(unsigned char kind) {
  Field field{.id = "f", .label = {"栏", "field"}, .type = static_cast<FieldType>(kind % 8), .many = kind % 16 >= 8, .unit = "件"};
  field.options = {{"a", {"甲", "a"}}, {"b", {"乙", "b"}}};
  if (field.type != FieldType::number) field.unit.clear();
  return field;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) return (void)parse_program(text, "program.toml"), 0;
  const Field field = field_of(data[0] / 4);
  const auto value = parse_field_text(field, text);
  if (!value) return value.error().where.empty() ? (std::abort(), 0) : 0;   // every fault has its place
  const auto again = parse_field_text(field, field_to_text(field, *value));
  if (!again || *again != *value) std::abort();
  std::vector<Token> tokens;
  tokenize(text, tokens);
  for (const auto& token : tokens) if (token.begin >= token.end || token.end > text.size()) std::abort();
  return 0;
}
