#include "rules/register.h"

#include "base/toml_file.h"

namespace jiaoji::rules {

Result<std::vector<Matter>> read_register(std::string_view toml, std::string_view file) {
  return toml_file::read<std::vector<Matter>>(toml, file, "standards.program", [](const toml::table& table) {
    toml_file::Table in(table, "program");
    std::vector<Matter> out;
    in.name("id");
    in.choice<int>("kind", {{"standards", 0}});
    in.both("label");
    in.both("about", false);
    in.each("matter", kMattersMax, true, [&](toml_file::Table& one) {
      out.push_back({one.name("id"), one.both("label")});
      if (std::ranges::count(out, out.back().id, &Matter::id) > 1) one.fail_here("id 重复", "the id stands twice");
    });
    in.done();
    return out;
  });
}

}  // namespace jiaoji::rules
