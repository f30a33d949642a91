#include "rules/commands_load.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "base/cli.h"
#include "base/table.h"
#include "base/text.h"
#include "feel/evaluate.h"

namespace jiaoji::rules {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kImportsMax = 100;

Result<Model> read(const fs::path& path) {
  TRY(const auto text, read_whole(path.string()));
  auto model = read_model(text);
  if (model) return model;
  auto error = model.error();
  const auto name = path.filename().string();
  error.detail = {name + "：" + error.detail.zh, name + ": " + error.detail.en};
  return fail(std::move(error));
}

class Loader {
 public:
  explicit Loader(const fs::path& main) : folder_(main.has_parent_path() ? main.parent_path() : fs::path(".")), main_(main) {}

  Result<std::vector<Model>> all() {
    TRY(auto first, read(main_));
    models_.push_back(std::move(first));
    for (std::size_t i = 0; i < models_.size(); ++i) {
      const auto imports = models_[i].imports;
      for (const auto& import : imports) TRY_VOID(add(import));
    }
    return std::move(models_);
  }

 private:
  Result<void> add(const Import& import) {
    if (std::ranges::find(models_, import.ns, &Model::ns) != models_.end()) return {};
    const auto missing = [&] { return fail(Code::not_found, "model.import_missing", {fmt::format("找不到导入的模型“{}”（{}）", import.name, import.ns), fmt::format("the imported model \"{}\" ({}) is not there", import.name, import.ns)}); };
    if (models_.size() > kImportsMax) return missing();
    // Only from the same folder: a model must not reach for other files of the machine.
    if (const fs::path location = fs::path(import.location).filename(); !location.empty()) {
      std::error_code none;
      if (fs::is_regular_file(folder_ / location, none)) {
        TRY(auto model, read(folder_ / location));
        if (model.ns == import.ns) return models_.push_back(std::move(model)), Result<void>();
      }
    }
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder_, none)) {
      if (entry.path().extension() != ".dmn") continue;
      auto model = read(entry.path());
      if (model && model->ns == import.ns) return models_.push_back(*std::move(model)), Result<void>();
    }
    return missing();
  }

  fs::path folder_, main_;
  std::vector<Model> models_;
};

}  // namespace

Result<std::shared_ptr<const Compiled>> load_model(const std::string& path) {
  TRY(auto models, Loader(path).all());
  return Compiled::of(std::move(models));
}

feel::Value value_of_cell(const std::string& cell) {
  if (cell == "是" || cell == "true") return true;
  if (cell == "否" || cell == "false") return false;
  if (cell == "null" || cell == "无结果") return {};
  if (const auto number = Decimal::parse(cell)) return *number;
  if (const auto date = feel::Date::parse(cell)) return *date;
  if (cell.starts_with('[') || cell.starts_with('{')) {
    feel::Run run;
    const auto parsed = feel::parse_expression(cell, {});
    const auto value = parsed ? feel::evaluate(*parsed, {}, run) : Result<feel::Value>(feel::Value());
    if (value) return *value;
  }
  return cell;
}

Result<std::vector<feel::Context>> read_cases(const std::string& path) {
  std::vector<feel::Context> out;
  if (path.ends_with(".jsonl") || path.ends_with(".json")) {
    TRY(const auto text, read_whole(path));
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const auto line = std::string_view(text).substr(at, end - at);
      at = end + 1, ++number;
      if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
      const auto one = json::parse(line);
      if (!one || !one->object()) return fail(Code::invalid, "cases.line", {fmt::format("{} 第 {} 行应是一个 JSON 对象", path, number), fmt::format("{} line {} should be a JSON object", path, number)});
      out.push_back(*feel::from_json(*one).context());
    }
    return out;
  }
  std::vector<std::string> names;
  TRY_VOID(table::read(path, {.rows = 2'000'000}, [&](const std::vector<std::string>& heading) { return names = heading, true; },
                       [&](table::Row& row) {
                         auto& one = out.emplace_back();
                         for (std::size_t i = 0; i < names.size(); ++i) {
                           if (const auto cell = text::trim(row.cells[i]); !cell.empty()) one.put(names[i], value_of_cell(cell));
                         }
                         return true;
                       }));
  return out;
}

}  // namespace jiaoji::rules
