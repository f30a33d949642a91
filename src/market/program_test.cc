// Programs as people write them, with their mistakes.
#include "market/program.h"

#include <gtest/gtest.h>

namespace jiaoji::market {
namespace {

std::string fault(std::string_view toml) {
  const auto parsed = parse_program(toml, "p.toml");
  return parsed ? "none" : parsed.error().detail.en;
}

TEST(Program, NamesWhatIsTypedInFullWidthByLine) {
  EXPECT_NE(fault("id = \"x\"\nlabel ＝ 1\n").find("p.toml:2:"), std::string::npos) << fault("id = \"x\"\nlabel ＝ 1\n");
  EXPECT_NE(fault("id = \"x\"\nlabel ＝ 1\n").find("＝"), std::string::npos);
  EXPECT_NE(fault("# 注释\nid = “x”\n").find("p.toml:2:"), std::string::npos);
  EXPECT_NE(fault("id = \"甲\" é\n").find("p.toml:1:"), std::string::npos);
}

TEST(Program, RefusesWhatIsNoToml) {
  for (const std::string_view toml : {"[;", "\xEF\xBB\xBF", "id = ", "id = \"open\nlabel = 1", "[need]\n[need]\n", "a = \"\"\"x\\\n 一\"\"\"", "\xff", "id = \"\"\"", "'"})
    EXPECT_NE(fault(toml).find("p.toml:"), std::string::npos) << toml << ": " << fault(toml);
}

}  // namespace
}  // namespace jiaoji::market
