#include "mobility/points.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "base/table.h"
#include "base/text.h"

namespace jiaoji::mobility {

namespace {

constexpr int kUnused = -1;
constexpr double kNumberMax = 1e12;  // of people or jobs in one place

// Which columns hold what.
struct Columns {
  int id = kUnused, lat = kUnused, lon = kUnused, population = kUnused, jobs = kUnused, district = kUnused;
  std::vector<int> others;
  std::vector<std::string> names;

  struct Named { int Columns::*column; const char* zh; const char* en; };
  static constexpr Named kNamed[] = {{&Columns::id, "编号", "id"}, {&Columns::lat, "纬度", "lat"}, {&Columns::lon, "经度", "lon"}, {&Columns::population, "人口", "population"}, {&Columns::jobs, "岗位", "jobs"}, {&Columns::district, "区县", "district"}};
};

std::optional<double> number_of(std::string_view cell) {
  while (cell.starts_with(' ')) cell.remove_prefix(1);
  while (cell.ends_with(' ')) cell.remove_suffix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (fault != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) return {};
  return value;
}

class Reader {
 public:
  explicit Reader(const PointOptions& options) : options_(options) {}

  void heading(const std::vector<std::string>& cells) {
    for (int i = 0; i < static_cast<int>(cells.size()); ++i) {
      const auto name = text::trim(cells[static_cast<std::size_t>(i)]);
      columns_.names.push_back(name);
      const auto folded = text::fold_text(name);
      const auto* known = std::find_if(std::begin(Columns::kNamed), std::end(Columns::kNamed), [&](const auto& n) { return folded == n.en || folded == n.zh; });
      if (known == std::end(Columns::kNamed)) {
        columns_.others.push_back(i);
      } else if (columns_.*known->column != kUnused) {
        fault(1, name, "points.heading", {fmt::format("“{}”（{}）出现了两次：只保留一列", known->zh, known->en), fmt::format("'{}' ({}) stands twice: keep one column", known->en, known->zh)});
      } else {
        columns_.*known->column = i;
      }
    }
    for (const auto& named : Columns::kNamed) {
      const bool needed = named.column == &Columns::id || named.column == &Columns::lat || named.column == &Columns::lon;
      if (needed && columns_.*named.column == kUnused) fault(1, named.en, "points.heading", {fmt::format("缺少“{}”（{}）列", named.zh, named.en), fmt::format("the column '{}' ({}) is missing", named.en, named.zh)});
    }
    bad_heading_ = !faults_.empty();
    for (const auto i : columns_.others) set_.others.push_back({columns_.names[static_cast<std::size_t>(i)], {}});
    words_.resize(columns_.others.size());
    set_.has_population = columns_.population != kUnused, set_.has_jobs = columns_.jobs != kUnused;
  }

  bool row(table::Row& row) {
    if (bad_heading_) return false;
    const auto cell = [&](int column) -> std::string& { return row.cells[static_cast<std::size_t>(column)]; };
    place(row);
    set_.population.push_back(columns_.population == kUnused ? 0 : amount(row, columns_.population));
    set_.jobs.push_back(columns_.jobs == kUnused ? 0 : amount(row, columns_.jobs));
    set_.district.push_back(columns_.district == kUnused ? kNone : district(text::trim(cell(columns_.district))));
    for (std::size_t i = 0; i < columns_.others.size(); ++i) {
      const auto& text = cell(columns_.others[i]);
      const auto value = text.empty() ? std::optional(0.0) : number_of(text);
      if (!value) words_[i] = true;
      set_.others[i].values.push_back(value.value_or(0));
    }
    auto id = text::trim(cell(columns_.id));
    if (id.empty()) fault(row.number, name(columns_.id), "points.id", {"编号为空", "the id is blank"});
    else if (const auto [first, is_new] = ids_.try_emplace(id, row.number); !is_new)
      fault(row.number, name(columns_.id), "points.twice", {fmt::format("编号“{}”与第 {} 行重复", text::ellipsis(id, 60), first->second), fmt::format("the id '{}' stands in row {} already", text::ellipsis(id, 60), first->second)});
    set_.ids.push_back(std::move(id));
    return true;
  }

  Result<PointSet> done() {
    if (!faults_.empty()) {
      const auto count = count_ > faults_.size() ? fmt::format("{} / {}", faults_.size(), count_) : fmt::format("{}", count_);
      const auto first = faults_[0].detail;
      return fail(Code::invalid, bad_heading_ ? "points.heading" : "points.wrong", {fmt::format("点表有 {} 处错误：{}", count, first.zh), fmt::format("the table of points has {} faults: {}", count, first.en)}, std::move(faults_));
    }
    for (std::size_t i = words_.size(); i-- > 0;) {
      if (!words_[i]) continue;
      set_.ignored.insert(set_.ignored.begin(), set_.others[i].name);
      set_.others.erase(set_.others.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return std::move(set_);
  }

 private:
  const std::string& name(int column) const { return columns_.names[static_cast<std::size_t>(column)]; }

  void fault(std::size_t row, const std::string& column, const char* key, const Text& what) {
    ++count_;
    if (faults_.size() >= options_.faults) return;
    faults_.push_back({fmt::format("row {}, column {}", row, column), key, {fmt::format("第 {} 行“{}”列：{}", row, column, what.zh), fmt::format("row {}, column {}: {}", row, column, what.en)}});
  }

  std::optional<double> degrees(const table::Row& row, int column, double most) {
    const auto& text = row.cells[static_cast<std::size_t>(column)];
    const auto value = number_of(text);
    if (value && std::abs(*value) <= most) return value;
    fault(row.number, name(column), "points.degrees", {fmt::format("“{}”不是 -{} 至 {} 的度数", text::ellipsis(text, 40), most, most), fmt::format("'{}' is no number of degrees from -{} to {}", text::ellipsis(text, 40), most, most)});
    return {};
  }

  void place(const table::Row& row) {
    const auto lat = degrees(row, columns_.lat, 90), lon = degrees(row, columns_.lon, 180);
    geo::Point at{lat.value_or(0), lon.value_or(0)};
    if (lat && lon && at == geo::Point{}) {
      fault(row.number, name(columns_.lat), "points.nowhere", {"坐标为 0,0：多半是没有填写", "the place is 0,0: probably nothing was filled in"});
    } else if (lat && lon) {
      if (const auto [first, is_new] = places_.try_emplace({at.lat, at.lon}, row.number); !is_new)
        fault(row.number, name(columns_.lat), "points.twice", {fmt::format("坐标与第 {} 行相同：人口会被重复计算", first->second), fmt::format("the same place as row {}: its people would be counted twice", first->second)});
    }
    set_.at.push_back(options_.coordinates == Coordinates::gcj02 ? from_gcj02(at) : at);
  }

  double amount(const table::Row& row, int column) {
    const auto& text = row.cells[static_cast<std::size_t>(column)];
    if (text.empty()) return 0;
    const auto value = number_of(text);
    if (value && *value >= 0 && *value <= kNumberMax) return *value;
    fault(row.number, name(column), "points.amount", {fmt::format("“{}”不是 0 或以上的数", text::ellipsis(text, 40)), fmt::format("'{}' is no number of 0 or more", text::ellipsis(text, 40))});
    return 0;
  }

  std::int32_t district(const std::string& name) {
    if (name.empty()) return kNone;
    const auto [at, is_new] = districts_.try_emplace(name, static_cast<std::int32_t>(set_.districts.size()));
    if (is_new) set_.districts.push_back(name);
    return at->second;
  }

  const PointOptions& options_;
  Columns columns_;
  PointSet set_;
  std::vector<bool> words_;             // of others: holds a cell that is no number
  std::unordered_map<std::string, std::size_t> ids_;
  std::map<std::pair<double, double>, std::size_t> places_;
  std::unordered_map<std::string, std::int32_t> districts_;
  std::vector<Where> faults_;
  std::size_t count_ = 0;
  bool bad_heading_ = false;
};

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

void count(Counted& into, const PointSet& points, std::size_t i) {
  ++into.points;
  into.people += points.population[i], into.jobs += points.jobs[i];
  for (std::size_t k = 0; k < points.others.size(); ++k) into.others[k] += points.others[k].values[i];
}

}  // namespace

Result<PointSet> read_points(std::string_view csv, const PointOptions& options) {
  Reader reader(options);
  TRY_VOID(table::read_csv(csv, {.rows = options.rows}, [&](const auto& cells) { return reader.heading(cells), true; }, [&](table::Row& row) { return reader.row(row); }));
  return reader.done();
}

Inside inside(const PointSet& points, std::span<const Seconds> seconds, Seconds limit) {
  const std::vector<double> none(points.others.size());
  Inside out;
  out.within.others = out.all.others = none;
  out.districts.resize(points.districts.size() + 1);
  for (std::size_t d = 0; d < out.districts.size(); ++d) {
    out.districts[d].district = d < points.districts.size() ? static_cast<std::int32_t>(d) : kNone;
    out.districts[d].within.others = out.districts[d].all.others = none;
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    auto& district = out.districts[points.district[i] == kNone ? points.districts.size() : static_cast<std::size_t>(points.district[i])];
    count(out.all, points, i), count(district.all, points, i);
    if (i >= seconds.size() || seconds[i] == kNone || seconds[i] > limit) continue;
    count(out.within, points, i), count(district.within, points, i);
  }
  if (out.districts.back().all.points == 0) out.districts.pop_back();
  out.people_share = share(out.within.people, out.all.people), out.jobs_share = share(out.within.jobs, out.all.jobs);
  for (auto& d : out.districts) d.people_share = share(d.within.people, d.all.people), d.jobs_share = share(d.within.jobs, d.all.jobs);
  return out;
}

}  // namespace jiaoji::mobility
