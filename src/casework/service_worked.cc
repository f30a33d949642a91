#include "casework/service_worked.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/cli.h"
#include "base/embedded.h"
#include "base/ids.h"
#include "base/table.h"
#include "casework/holidays_shipped.h"
#include "casework/service_decide.h"
#include "casework/worked.h"
#include "region/records.h"

namespace jiaoji::casework {

namespace {

namespace fs = std::filesystem;
constexpr int kTimersMax = 10'000;  // between two steps
using region::Actor;
using region::Role;

Actor officer_of(const std::string& city) { return {.account = "officer-" + city, .name = "officer", .role = Role::officer, .city = city, .party = ""}; }

std::string words(std::vector<std::string> all) {
  std::ranges::sort(all);
  return all.empty() ? "—" : fmt::format("{}", fmt::join(all, ", "));
}

// The last day on which it is in time; with its hour where it does not end with the day.
Result<std::string> due_words(TimeMs due_at, const std::string& kept) {
  if (kept.empty()) return std::string("none");
  if (due_at == kNoDue) return std::string("stopped");
  TRY(const auto moment, moment_of(due_at, kZone));
  if (moment.minute.value_or(0) == 0) return format_day(moment.day - 1);
  return fmt::format("{} {}", format_day(moment.day), format_minute(*moment.minute));
}

// A store with places, decision tables and nothing else, and the service on it.
class Stage {
 public:
  explicit Stage(const fs::path& file, TimeMs start) : program_(fs::absolute(file).parent_path().parent_path()), clock(start), standards_(clock) {}
  ~Stage() {
    db.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  Result<void> set_up() {
    fs::create_directories(folder_);
    // Nobody will look for what it holds: it need not be safe on the disk.
    TRY(db, store::open_sqlite({.path = (folder_ / "cases.db").string(), .readers = 1, .synchronous = "OFF", .clock = &clock}));
    TRY(auto calendar, shipped_calendar());
    service.emplace(clock, std::move(calendar));
    service->know_decisions(decide_by(standards_));
    return db->write([&](store::Writer& w) -> Result<void> {
      std::map<std::string, std::size_t> column;
      Result<void> put;
      TRY_VOID(table::read_csv(embedded("sample/places.csv"), {}, [&](const std::vector<std::string>& heading) {
        for (std::size_t i = 0; i < heading.size(); ++i) column[heading[i]] = i;
        return true;
      }, [&](table::Row& row) {
        const auto& code = row.cells[column["code"]];
        if (row.cells[column["parent"]].empty()) put = region::put_place(w, {code, "", row.cells[column["name"]], row.cells[column["name_en"]], 0, 0});
        if (put && row.cells[column["parent"]].empty()) put = region::insert_party(w, party_of(code));
        if (put && row.cells[column["parent"]].empty()) put = region::insert_account(w, account_of(code));
        return put.has_value();
      }));
      return put;
    });
  }

  static region::Party party_of(const std::string& city) { return {.id = "pty_" + city, .name = "示意申请人", .city = city, .visibility = region::Visibility::region, .illustrative = true}; }
  // So that its tasks are its own and not the counter's.
  static region::Account account_of(const std::string& city) { return {.id = "applicant-" + city, .login = "applicant-" + city, .name = "applicant", .role = Role::member, .city = city, .party = "pty_" + city, .password_hash = "-"}; }
  static Actor applicant_of(const std::string& city) { return {.account = "applicant-" + city, .name = "applicant", .role = Role::member, .city = city, .party = "pty_" + city}; }

  // The deployed procedure, of that city. `file` "": the program's only one.
  Result<std::string> procedure(const std::string& file, const std::string& city) {
    fs::path path = program_ / file;
    if (file.empty()) {
      for (const auto& one : fs::directory_iterator(program_)) {
        if (one.path().extension() == ".bpmn") path = one.path();
      }
    }
    auto& known = procedures_[path.string() + "@" + city];
    if (!known.empty()) return known;
    TRY(const auto bpmn, read_whole(path.string(), kProcedureBytesMax));
    TRY_VOID(load_models(bpmn));
    TRY_VOID(db->write([&](store::Writer& w) -> Result<void> {
      const auto system = region::system_actor();
      TRY(const auto drafted, service->draft(w, system, {.program = program_.filename().string(), .name = path.stem().string(), .city = city, .bpmn = bpmn, .visibility = region::Visibility::everyone, .illustrative = true}));
      TRY_VOID(service->deploy(w, system, drafted.id, drafted.version));
      known = drafted.id;
      return {};
    }));
    return known;
  }

  // Time passes, and timers fire at their own time.
  Result<void> pass_to(TimeMs time) {
    for (int rounds = 0; clock.now() < time; ++rounds) {
      if (rounds > kTimersMax) return fail(Code::invalid, "cases.file", {fmt::format("到 {} 为止要触发的定时器超过 {} 个", format_time(time), kTimersMax), fmt::format("more than {} timers until {}", kTimersMax, format_time(time))});
      TRY(const auto next, db->read_as<std::vector<TimerRow>>([&](store::Reader& r) { return due_timers(r, time, 1); }));
      if (next.empty()) break;
      set(std::max(clock.now(), next[0].due_at));
      TRY_VOID(service->fire_due(*db, 100));
    }
    set(time);
    return {};
  }
  void set(TimeMs time) { clock.advance(time - clock.now()); }

 private:
  // The tables of all cities whose name stands in the procedure, also within a formula.
  Result<void> load_models(const std::string& bpmn) {
    for (const auto& program : fs::directory_iterator(program_.parent_path())) {
      if (!program.is_directory()) continue;
      for (const auto& city : fs::directory_iterator(program)) {
        if (!city.is_directory()) continue;
        for (const auto& file : fs::directory_iterator(city)) {
          const auto matter = file.path().stem().string(), name = program.path().filename().string() + "/" + matter;
          if (file.path().extension() != ".dmn" || bpmn.find(name) == std::string::npos || !models_.insert(file.path().string()).second) continue;
          TRY(const auto text, read_whole(file.path().string(), rules::kModelBytesMax));
          TRY_VOID(db->write([&](store::Writer& w) -> Result<void> {
            rules::ModelRow row{.program = program.path().filename().string(), .matter = matter, .city = city.path().filename().string(), .title = name, .illustrative = true};
            TRY(const auto made, standards_.create(w, region::system_actor(), row, text, ""));
            TRY_VOID(standards_.publish(w, region::system_actor(), made.id, made.version));
            return {};
          }));
        }
      }
    }
    return {};
  }

  const fs::path program_;
  const fs::path folder_ = fs::temp_directory_path() / ("jiaoji-cases-" + random_hex(8));
  std::map<std::string, std::string> procedures_;
  std::set<std::string> models_;

 public:
  ManualClock clock;
  std::unique_ptr<store::Database> db;
  std::optional<Service> service;
  std::map<std::string, std::int64_t> last_number;  // of a city and year

 private:
  rules::Service standards_;
};

// One case, step by step, until something cannot be done.
class Play {
 public:
  Play(Stage& stage, const std::string& file, const WorkedCase& worked) : stage_(stage), file_(file), worked_(worked), out_{.title = worked.title, .differences = {}} {}

  Result<Played> run() {
    if (worked_.start < stage_.clock.now()) stage_.set(worked_.start);
    TRY_VOID(stage_.pass_to(worked_.start));
    TRY_VOID(open());
    if (id_.empty()) return std::move(out_);
    if (worked_.expected) TRY_VOID(compare(*worked_.expected, {"开件后", "once open"}));
    for (std::size_t i = 0; i < worked_.steps.size(); ++i) {
      const auto& step = worked_.steps[i];
      const auto& what = !step.complete.empty() ? step.complete : !step.message.empty() ? step.message : step.at;
      const Text where{fmt::format("第 {} 步 {}", i + 1, what), fmt::format("step {} {}", i + 1, what)};
      TRY_VOID(stage_.pass_to(step.time));
      TRY(const bool went, take(step, where));
      if (!went) break;
      if (step.expected) TRY_VOID(compare(*step.expected, where));
    }
    return std::move(out_);
  }

 private:
  void differs(std::uint32_t line, const Text& where, const std::string& field, const std::string& expected, const std::string& got) {
    if (expected == got) return;
    out_.differences.push_back({fmt::format("{}:{} “{}”{}：{} 应为 {}，得到 {}", file_, line, worked_.title, where.zh, field, expected, got), fmt::format("{}:{} \"{}\" {}: {} should be {}, is {}", file_, line, worked_.title, where.en, field, expected, got)});
  }
  void cannot(std::uint32_t line, const Text& where, const Error& error) {
    const auto places = [&](Language language) {
      std::string all;
      for (const auto& one : error.where) all += fmt::format(" {} {}", one.pointer, one.detail.in(language));
      return all;
    };
    out_.differences.push_back({fmt::format("{}:{} “{}”{}：{}（{}）{}", file_, line, worked_.title, where.zh, error.detail.zh, error.key, places(Language::zh)), fmt::format("{}:{} \"{}\" {}: {} ({}){}", file_, line, worked_.title, where.en, error.detail.en, error.key, places(Language::en))});
  }

  Result<void> open() {
    TRY(const auto procedure, stage_.procedure(worked_.procedure, worked_.city));
    const auto year = std::stoll(format_day(static_cast<std::int32_t>((worked_.start + 8 * 3'600'000) / 86'400'000)).substr(0, 4));
    const auto actor = worked_.party ? Stage::applicant_of(worked_.city) : officer_of(worked_.city);
    const auto done = stage_.db->write([&](store::Writer& w) -> Result<void> {
      auto& last = stage_.last_number[fmt::format("{}-{}", worked_.city, year)];
      while (last + 1 < worked_.number) {
        TRY(last, next_number(w, worked_.city, year));
      }
      TRY(const auto row, stage_.service->open(w, actor, {.procedure = procedure, .process = "", .title = worked_.title, .party = "", .city = worked_.city, .answers = worked_.answers, .family = "", .illustrative = true}));
      if (worked_.number != 0 && !row.number.ends_with(fmt::format("-{:06}", worked_.number))) return fail(Code::invalid, "cases.number", {fmt::format("number 应大于前面各件的：下一件是 {}", row.number), fmt::format("number should be above those before: the next case is {}", row.number)});
      id_ = row.id;
      last = std::stoll(row.number.substr(row.number.rfind('-') + 1));
      return {};
    });
    if (done) return {};
    id_.clear();
    cannot(worked_.line, {"开件", "opening"}, done.error());
    return {};
  }

  Result<CaseView> view() {
    return stage_.db->read_as<CaseView>([&](store::Reader& r) { return stage_.service->read_case(r, region::system_actor(), id_); });
  }

  Actor who(const std::string& by, const TaskRow& task) const {
    const auto& asked = !by.empty() ? by : task.role == "officer" ? task.city : task.role;
    if (asked == "applicant") return Stage::applicant_of(worked_.city);
    if (asked == "coordinator") return {.account = "coordinator", .name = "coordinator", .role = Role::coordinator, .city = "", .party = ""};
    return officer_of(asked);
  }

  // False when what was to be done could not be.
  Result<bool> take(const WorkedStep& step, const Text& where) {
    if (!step.message.empty()) {
      TRY(const auto now, view());
      const auto sent = stage_.db->write([&](store::Writer& w) -> Result<void> {
        TRY_VOID(stage_.service->send(w, officer_of(worked_.city), {.id = fmt::format("{}/{}", id_, step.line), .name = step.message, .key = step.key, .case_number = now.row.number, .variables = read_variables(step.answers)}));
        return {};
      });
      if (!sent) cannot(step.line, where, sent.error());
      return sent.has_value();
    }
    if (step.complete.empty()) return true;
    TRY(const auto now, view());
    const auto task = std::ranges::find_if(now.tasks, [&](const TaskRow& one) { return one.closed_at == 0 && one.node == step.complete; });
    if (task == now.tasks.end()) {
      differs(step.line, where, "complete", step.complete, "open: " + open_words(now));
      return false;
    }
    const auto done = stage_.db->write([&](store::Writer& w) -> Result<void> {
      TRY_VOID(stage_.service->complete(w, who(step.by, *task), task->id, step.answers));
      return {};
    });
    if (!step.refused.empty()) {
      differs(step.line, where, "refused", step.refused, done ? "done" : done.error().key);
      return !done;
    }
    if (!done) cannot(step.line, where, done.error());
    return done.has_value();
  }

  static std::string open_words(const CaseView& now) {
    std::vector<std::string> open;
    for (const auto& task : now.tasks) {
      if (task.closed_at == 0) open.push_back(task.node);
    }
    return words(open);
  }

  // What waits for a time or a message by itself, not beside a task.
  static std::string waiting(const CaseView& now) {
    std::set<std::string> out;
    for (const auto& wait : now.state.waits) {
      const auto& node = now.reading->procedure.nodes[static_cast<std::size_t>(wait.node)];
      if (node.kind == Kind::catching || node.kind == Kind::task) out.insert(node.id);
    }
    return words({out.begin(), out.end()});
  }

  static Result<std::string> ends(const CaseView& now) {
    std::vector<std::string> out;
    for (const auto& step : now.steps) {
      TRY(const auto moves, json::parse(step.moves));
      for (const auto& move : *moves.array()) {
        const auto& parts = *move.array();
        const auto at = now.reading->procedure.find_node(*parts[1].string());
        if (*parts[0].string() == "entered" && at != kNone && now.reading->procedure.nodes[static_cast<std::size_t>(at)].kind == Kind::end) out.push_back(*parts[1].string());
      }
    }
    return words(out);
  }

  Result<void> compare(const Expected& expected, const Text& where) {
    TRY(const auto now, view());
    const auto line = expected.line;
    if (expected.open) TRY_VOID(compare_open(*expected.open, now, line, where));
    if (expected.waits) differs(line, where, "waits", words(*expected.waits), waiting(now));
    if (expected.ends) {
      TRY(const auto reached, ends(now));
      differs(line, where, "ends", words(*expected.ends), reached);
    }
    if (expected.due) {
      TRY(const auto due, due_words(now.row.due_at, now.row.due));
      differs(line, where, "due", *expected.due, due);
    }
    if (expected.outcome) differs(line, where, "outcome", *expected.outcome, now.row.outcome);
    const auto& variables = now.state.variables();
    for (const auto& [name, value] : expected.variables.members) {
      const auto wanted = feel::from_json(value);
      const auto* found = find(variables, name);
      if (!found || !feel::equal(wanted, *found).value_or(false)) differs(line, where, name, json::write(value), found ? json::write(feel::to_json(*found)) : "—");
    }
    for (const auto& name : expected.absent) {
      const auto* found = find(variables, name);
      if (found && !found->is_null()) differs(line, where, name, "—", json::write(feel::to_json(*found)));
    }
    return {};
  }

  Result<void> compare_open(std::vector<Expected::Open> expected, const CaseView& now, std::uint32_t line, const Text& where) {
    std::vector<TaskRow> open;
    std::ranges::copy_if(now.tasks, std::back_inserter(open), [](const TaskRow& one) { return one.closed_at == 0; });
    std::ranges::stable_sort(open, {}, [](const TaskRow& one) { return std::pair(one.node, one.city); });
    std::ranges::stable_sort(expected, {}, [](const Expected::Open& one) { return std::pair(one.element, one.city.value_or("")); });
    std::vector<std::string> wanted;
    for (const auto& one : expected) wanted.push_back(one.element);
    if (words(wanted) != open_words(now)) return differs(line, where, "open", words(wanted), open_words(now)), Result<void>{};
    for (std::size_t i = 0; i < open.size(); ++i) {
      const auto& want = expected[i];
      if (want.role) differs(line, where, want.element + ".role", *want.role, open[i].role);
      if (want.city) differs(line, where, want.element + ".city", *want.city, open[i].city);
      if (!want.due) continue;
      TRY(const auto due, due_words(open[i].due_at, open[i].due));
      differs(line, where, want.element + ".due", *want.due, due);
    }
    return {};
  }

  Stage& stage_;
  const std::string& file_;
  const WorkedCase& worked_;
  Played out_;
  std::string id_;
};

Result<std::vector<Text>> count(Stage& stage, const std::string& file, const WorkedFigures& wanted, const std::string& city) {
  std::vector<Text> out;
  const auto differs = [&](const std::string& what, std::int64_t expected, std::int64_t got) {
    if (expected != got) out.push_back({fmt::format("{}:{} {} 应为 {}，得到 {}", file, wanted.line, what, expected, got), fmt::format("{}:{} {} should be {}, is {}", file, wanted.line, what, expected, got)});
  };
  TRY(const auto procedure, stage.procedure(wanted.procedure, wanted.city.empty() ? city : wanted.city));
  TRY(const auto figures, stage.db->read_as<std::shared_ptr<const Figures>>([&](store::Reader& r) { return stage.service->figures(r, region::system_actor(), procedure); }));
  if (wanted.opened) differs("opened", *wanted.opened, figures->opened);
  if (wanted.closed) differs("closed", *wanted.closed, figures->closed);
  for (const auto& [name, values] : wanted.values) {
    const auto field = std::ranges::find(figures->fields, name, &Figures::Field::name);
    std::int64_t sum = 0;
    for (const auto& [value, number] : values) {
      const bool known = field != figures->fields.end() && field->values.contains(value);
      differs(fmt::format("{} = {}", name, value), number, known ? field->values.at(value).opened : 0);
      sum += number;
    }
    differs(name + " Σ", sum, figures->opened);
  }
  return out;
}

}  // namespace

Result<std::vector<Played>> play_worked(const std::string& file) {
  if (fs::absolute(file).parent_path().filename() != "cases") return fail(Code::invalid, "cases.file", {file + "：用例放在 programs/<程序>/cases/ 里，流程与决策表才找得到", file + ": cases stand in programs/<program>/cases/, so that procedure and tables are found"});
  TRY(const auto text, read_whole(file, 1u << 20));
  TRY(const auto worked, read_worked(text, file));
  if (worked.cases.empty()) return fail(Code::invalid, "cases.file", {file + "：没有用例", file + ": there are no cases"});
  Stage stage(file, worked.cases[0].start);
  TRY_VOID(stage.set_up());
  std::vector<Played> out;
  for (const auto& one : worked.cases) {
    TRY(auto played, Play(stage, file, one).run());
    out.push_back(std::move(played));
  }
  for (const auto& one : worked.figures) {
    TRY(auto differences, count(stage, file, one, worked.cases[0].city));
    out.push_back({.title = "figures", .differences = std::move(differences)});
  }
  return out;
}

}  // namespace jiaoji::casework
