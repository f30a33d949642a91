#include "rules/sample.h"

#include "base/embedded.h"

namespace jiaoji::rules {

namespace {

// "programs/unified-standards/370100/food-business.dmn" in its parts; empty for another file.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= path.size();) {
    const auto slash = std::min(path.find('/', from), path.size());
    out.emplace_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  if (out.size() != 4 || out[0] != "programs" || !out[3].ends_with(".dmn")) return {};
  out[3].resize(out[3].size() - 4);
  return out;
}

}  // namespace

Result<void> make_sample(store::Database& db, Service& rules) {
  return db.write([&](store::Writer& writer) -> Result<void> {
    for (const auto& file : embedded_files()) {
      const auto parts = parts_of(file.path);
      if (parts.empty()) continue;
      TRY(const auto model, read_model(file.bytes));
      ModelRow row;
      row.program = parts[1], row.city = parts[2], row.matter = parts[3], row.title = model.name;
      row.visibility = region::Visibility::everyone;
      row.illustrative = true;
      TRY(const auto created, rules.create(writer, region::system_actor(), std::move(row), std::string(file.bytes), ""));
      TRY_VOID(rules.publish(writer, region::system_actor(), created.id, created.version));
    }
    return {};
  });
}

Result<std::vector<Matter>> carried_register() {
  constexpr std::string_view kRegister = "programs/unified-standards/program.toml";
  return read_register(embedded(kRegister), kRegister);
}

}  // namespace jiaoji::rules
