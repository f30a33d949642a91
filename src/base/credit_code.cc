#include "base/credit_code.h"

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji {

namespace {
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // GB 32100-2015, table 1: no I, O, S, V, Z
constexpr int kWeight[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};  // powers of 3 modulo 31
}  // namespace

char credit_code_check(std::string_view first17) {
  int sum = 0;
  for (int i = 0; i < 17; ++i) {
    const auto at = kAlphabet.find(first17[i]);
    if (at == std::string_view::npos) return '\0';
    sum += static_cast<int>(at) * kWeight[i];
  }
  return kAlphabet[(31 - sum % 31) % 31];
}

Result<std::string> parse_credit_code(std::string_view text, std::string_view pointer) {
  const auto refuse = [&](std::string key, Text detail) {
    return fail(Code::invalid, key, detail, {Where{std::string(pointer), key, detail}});
  };
  if (text.size() > 200 || !text::is_utf8(text)) return refuse("credit_code.wrong_length", {"统一社会信用代码应为 18 位", "a credit code has 18 characters"});
  std::string code = text::fold_text(text::trim(text));
  for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (code.size() == 15 && code.find_first_not_of("0123456789") == std::string::npos)
    return refuse("credit_code.old_licence", {"这是 2015 年以前的 15 位营业执照号，请填写 18 位统一社会信用代码",
                                             "this is a 15-digit licence number from before 2015: give the 18-character credit code"});
  if (code.size() != 18)
    return refuse("credit_code.wrong_length", {fmt::format("统一社会信用代码应为 18 位，这里是 {} 位", code.size()),
                                               fmt::format("a credit code has 18 characters, this has {}", code.size())});
  for (std::size_t i = 0; i < code.size(); ++i)
    if (kAlphabet.find(code[i]) == std::string_view::npos)
      return refuse("credit_code.wrong_character",
                    {fmt::format("第 {} 位“{}”不会出现在统一社会信用代码中（不用 I、O、S、V、Z）", i + 1, code[i]),
                     fmt::format("character {} \"{}\" never stands in a credit code (I, O, S, V and Z are not used)", i + 1, code[i])});
  if (const char check = credit_code_check(std::string_view(code).substr(0, 17)); code[17] != check)
    return refuse("credit_code.wrong_check", {fmt::format("校验位不符：前 17 位应以“{}”结尾，这里是“{}”，请核对", check, code[17]),
                                              fmt::format("the check character should be \"{}\", not \"{}\": compare with the licence", check, code[17])});
  return code;
}

}  // namespace jiaoji
