#include "casework/simulate.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <queue>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/dice.h"
#include "casework/advance.h"
#include "casework/clock_time.h"

namespace jiaoji::casework {

namespace {

constexpr TimeMs kHorizonMs = 5LL * 365 * 86'400'000;  // after the last arrival
constexpr std::uint64_t kForecastHappenings = 200;   // of one run of a forecast
constexpr std::size_t kForecastItems = 100;         // a case with more open at once has no forecast
constexpr int kHelpRuns = 2'000;      // cases with which one more person is tried

// A stream of its own for each case. Never seeds in steps of the generator's own increment: those streams are one stream, shifted, and the
// work of one case would foretell when the next one comes.
Dice stream(std::uint64_t seed, std::uint64_t number) { return Dice(Dice(seed ^ (number * 0xd1b54a32d192ed03)).next()); }

double triangular(Dice& dice, double low, double likely, double high) {
  const double u = dice.unit(), cut = (likely - low) / (high - low);
  return u < cut ? low + std::sqrt(u * (high - low) * (likely - low)) : high - std::sqrt((1 - u) * (high - low) * (high - likely));
}

// The hours that a task takes: as in closed cases, by its effort, or within its term.
double draw_hours(Dice& dice, const Node& node, const KnownHours& known) {
  const auto found = known.find(node.id);
  if (found != known.end() && found->second.size() >= kKnownFewest) return dice.of(found->second);
  if (node.effort_hours) return triangular(dice, 0.5 * *node.effort_hours, *node.effort_hours, 2 * *node.effort_hours + 0.01);
  double term = 0;
  if (node.due) term = node.due->amount * (node.due->unit == Unit::workdays ? 1.0 : node.due->unit == Unit::days ? 5.0 / 7 : 21.0) * kHoursADay;
  return term > 0 ? triangular(dice, 0.2 * term, 0.6 * term, 1.1 * term) : triangular(dice, 0.5, 2, kHoursADay);
}

struct Link {             // one task of a case, and the task whose end opened it
  Index node = kNone;
  ItemId item = 0;
  int cause = -1;
  TimeMs opened = 0, began = 0, done = 0;
  bool waiting = true, alive = true;
};
struct CaseRun {
  State state;
  Dice dice{1};
  TimeMs opened = 0, ended = 0;
  std::vector<Link> links;
  std::vector<std::pair<ItemId, TimeMs>> scheduled;  // waits
  int last_cause = -1;
};
struct Happening {
  TimeMs at = 0;
  std::uint64_t number = 0;  // what was planned first comes first
  enum class Kind : std::uint8_t { open, finish, wait } kind = Kind::open;
  int run = 0;
  ItemId id = 0;             // the link, or the wait
  bool operator>(const Happening& other) const { return std::pair(at, number) > std::pair(other.at, other.number); }
};
struct Pool {
  int people = 0, busy = 0;
  double busy_hours = 0;
  std::deque<std::pair<int, int>> queue;  // run and link
};

class World {
 public:
  World(const Procedure& procedure, int draws, const WorkCalendar& calendar, const WorkingHours& hours, const SimulationAsked& asked) : procedure_(procedure), draws_(draws), calendar_(calendar), hours_(hours), asked_(asked) {
    for (const auto& [role, people] : asked.staff) pools_[role].people = people;
  }

  Result<void> run(int runs) {
    auto arrivals = stream(asked_.seed, 0);
    last_arrival_ = asked_.start;
    for (int i = 0; i < runs; ++i) {
      runs_.emplace_back().dice = stream(asked_.seed, static_cast<std::uint64_t>(i + 1));
      last_arrival_ = hours_.after(last_arrival_, -std::log(1 - arrivals.unit()) / asked_.arrivals_a_day * kHoursADay);
      plan(last_arrival_, Happening::Kind::open, i, 0);
    }
    return go_on();
  }

  // One case that stands somewhere already.
  Result<void> run_from(const State& state, std::uint64_t seed) {
    auto& one = runs_.emplace_back();
    one.dice = stream(asked_.seed, seed);
    one.state = state;
    one.opened = now_ = last_arrival_ = asked_.start;
    for (const auto& item : state.items) {
      if (item.kind == Item::Kind::task && node(item.node).task != Task::receive) open_task(0, item.id, item.node, item.since);
    }
    plan_waits(0);
    return go_on();
  }

  const std::vector<CaseRun>& cases() const { return runs_; }
  const std::map<std::string, Pool>& pools() const { return pools_; }
  TimeMs now() const { return now_; }
  const std::optional<Error>& problem() const { return problem_; }

 private:
  const Node& node(Index at) const { return procedure_.nodes[static_cast<std::size_t>(at)]; }
  void plan(TimeMs at, Happening::Kind kind, int run, ItemId id) { queue_.push({at, number_++, kind, run, id}); }

  Result<void> go_on() {
    for (std::uint64_t events = 0; !queue_.empty(); ++events) {
      const auto next = queue_.top();
      queue_.pop();
      if (next.at > last_arrival_ + kHorizonMs || events > asked_.happenings) return {};
      now_ = std::max(now_, next.at);
      auto& one = runs_[static_cast<std::size_t>(next.run)];
      switch (next.kind) {
        case Happening::Kind::open:
          one.opened = now_;
          step(next.run, {.kind = Event::Kind::start, .container = asked_.container, .name = {}, .variables = {}}, -1);
          break;
        case Happening::Kind::finish: finish(next.run, static_cast<int>(next.id)); break;
        case Happening::Kind::wait: {
          const auto* wait = one.state.find_wait(next.id);
          if (!wait || (wait->trigger == Trigger::timer && wait->due > now_)) break;
          auto event = Event{.kind = wait->trigger == Trigger::timer ? Event::Kind::timer : wait->trigger == Trigger::message ? Event::Kind::message : Event::Kind::signal, .item = next.id, .name = wait->name, .variables = {}};
          step(next.run, std::move(event), one.last_cause);
          break;
        }
      }
    }
    return {};
  }

  void step(int run, Event event, int cause) {
    auto& one = runs_[static_cast<std::size_t>(run)];
    for (int i = 0; i < draws_; ++i) event.variables.emplace_back(fmt::format("{}{}", kDrawn, i), *Decimal::from_double(one.dice.unit()));
    const Surroundings surroundings{.decide = nullptr, .workdays = [&](std::int64_t days, TimeMs from) -> Result<Due> {
      TRY(const auto start, moment_of(from, kZone));
      TRY(const auto found, due(calendar_, {.rule = {.amount = static_cast<std::int32_t>(days)}, .start = start}));
      return Due{.at = found.due_at.value_or(from), .first = 0, .again = 0, .interval = {}, .deadline = {}};
    }};
    auto done = advance(procedure_, one.state, event, now_, surroundings);
    if (!done) {
      if (!problem_) problem_ = done.error();
      return;
    }
    one.state = std::move(done->state);
    if (cause >= 0) one.last_cause = cause;
    for (std::size_t i = 0; i < one.links.size(); ++i) {
      auto& link = one.links[i];
      if (!link.alive || one.state.find(link.item)) continue;
      link.alive = false;  // cancelled; who was at it is free again
      if (!link.waiting) release(node(link.node).role, link.began);
    }
    if (one.state.items.empty()) {
      one.ended = now_;
      return;
    }
    for (const auto id : done->effects.opened) {
      const auto* item = one.state.find(id);
      if (item) open_task(run, id, item->node, now_, cause);
    }
    plan_waits(run);
  }

  void open_task(int run, ItemId id, Index at, TimeMs since, int cause = -1) {
    auto& one = runs_[static_cast<std::size_t>(run)];
    one.links.push_back({.node = at, .item = id, .cause = cause, .opened = since});
    const auto link = static_cast<int>(one.links.size()) - 1;
    const auto pool = pools_.find(node(at).role);
    if (pool == pools_.end()) return begin(run, link);
    if (pool->second.busy < pool->second.people) {
      ++pool->second.busy;
      return begin(run, link);
    }
    pool->second.queue.emplace_back(run, link);
  }

  void begin(int run, int at) {
    auto& one = runs_[static_cast<std::size_t>(run)];
    auto& link = one.links[static_cast<std::size_t>(at)];
    link.waiting = false;
    link.began = now_;
    const double all = draw_hours(one.dice, node(link.node), asked_.known), gone = hours_.between(link.opened, now_);
    // Of a task that was open before the question, what is left; of any other all.
    plan(hours_.after(now_, link.opened < asked_.start ? std::max(all - gone, 0.1 * all) : all), Happening::Kind::finish, run, static_cast<ItemId>(at));
  }

  void release(const std::string& role, TimeMs began) {
    const auto found = pools_.find(role);
    if (found == pools_.end()) return;
    auto& pool = found->second;
    pool.busy_hours += hours_.between(began, now_);
    --pool.busy;
    while (!pool.queue.empty() && pool.busy < pool.people) {
      const auto [run, link] = pool.queue.front();
      pool.queue.pop_front();
      if (!runs_[static_cast<std::size_t>(run)].links[static_cast<std::size_t>(link)].alive) continue;
      ++pool.busy;
      begin(run, link);
    }
  }

  void finish(int run, int at) {
    auto& link = runs_[static_cast<std::size_t>(run)].links[static_cast<std::size_t>(at)];
    if (!link.alive) return;
    link.alive = false;
    link.done = now_;
    const auto item = link.item;
    release(node(link.node).role, link.began);
    step(run, {.kind = Event::Kind::complete, .item = item, .name = {}, .variables = {}}, at);
  }

  void plan_waits(int run) {
    auto& one = runs_[static_cast<std::size_t>(run)];
    std::erase_if(one.scheduled, [&](const auto& known) { return !one.state.find_wait(known.first); });
    for (const auto& wait : one.state.waits) {
      const bool timer = wait.trigger == Trigger::timer;
      if (!timer && wait.trigger != Trigger::message && wait.trigger != Trigger::signal) continue;
      const auto known = std::ranges::find(one.scheduled, wait.id, &std::pair<ItemId, TimeMs>::first);
      if (known != one.scheduled.end() && known->second == wait.due) continue;
      if (known != one.scheduled.end()) known->second = wait.due;
      else one.scheduled.emplace_back(wait.id, wait.due);
      plan(timer ? wait.due : hours_.after(now_, triangular(one.dice, 1, kHoursADay, 3 * kHoursADay)), Happening::Kind::wait, run, wait.id);
    }
  }

  const Procedure& procedure_;
  const int draws_;
  const WorkCalendar& calendar_;
  const WorkingHours& hours_;
  const SimulationAsked& asked_;
  std::vector<CaseRun> runs_;
  std::map<std::string, Pool> pools_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> queue_;
  std::uint64_t number_ = 0;
  TimeMs now_ = 0, last_arrival_ = 0;
  std::optional<Error> problem_;
};

double mean_days(const World& world, const WorkingHours& hours) {
  double sum = 0;
  int count = 0;
  for (const auto& one : world.cases()) {
    if (one.ended != 0) sum += hours.between(one.opened, one.ended) / kHoursADay, ++count;
  }
  return count == 0 ? 0 : sum / count;
}

// What the cases tell: spread, longest paths, work and waiting by task.
Simulation summary(const World& world, const Procedure& procedure, const WorkingHours& hours) {
  Simulation out{.runs = static_cast<int>(world.cases().size())};
  std::vector<double> days;
  std::map<Index, SimulatedTask> tasks;
  std::map<Index, std::int64_t> critical, cases;
  double serial = 0, parallel = 0;
  for (const auto& one : world.cases()) {
    if (one.ended == 0) continue;
    ++out.finished;
    days.push_back(hours.between(one.opened, one.ended) / kHoursADay);
    std::set<Index> done_here, on_path;
    for (const auto& link : one.links) {
      if (link.done == 0) continue;
      auto& task = tasks[link.node];
      ++task.done;
      task.wait_hours += hours.between(link.opened, link.began);
      task.work_hours += hours.between(link.began, link.done);
      serial += hours.between(link.opened, link.done) / kHoursADay;
      done_here.insert(link.node);
    }
    for (auto at = one.last_cause; at >= 0; at = one.links[static_cast<std::size_t>(at)].cause) {
      const auto& link = one.links[static_cast<std::size_t>(at)];
      if (link.done != 0) parallel += hours.between(link.opened, link.done) / kHoursADay;
      on_path.insert(link.node);
    }
    for (const auto at : done_here) ++cases[at];
    for (const auto at : on_path) ++critical[at];
  }
  if (out.finished == 0) return out;
  std::ranges::sort(days);
  for (const int percent : {5, 10, 25, 50, 75, 90, 95}) out.percentiles.emplace_back(percent, [&]() -> std::optional<double> {
    // Of all cases: one that did not end takes longer than any that did.
    const auto at = std::min(static_cast<std::size_t>(out.runs) - 1, static_cast<std::size_t>(out.runs) * static_cast<std::size_t>(percent) / 100);
    return at < days.size() ? std::optional(days[at]) : std::nullopt;
  }());
  out.mean_days = mean_days(world, hours);
  out.serial_days = serial / out.finished;
  out.parallel_days = parallel / out.finished;
  for (auto& [at, task] : tasks) {
    const auto& node = procedure.nodes[static_cast<std::size_t>(at)];
    task.element = node.id, task.name = node.name.empty() ? node.id : node.name, task.role = node.role;
    task.work_hours /= static_cast<double>(task.done), task.wait_hours /= static_cast<double>(task.done);
    task.critical_share = static_cast<double>(critical[at]) / static_cast<double>(std::max<std::int64_t>(1, cases[at]));
    out.tasks.push_back(task);
  }
  return out;
}

Result<void> check(const SimulationAsked& asked) {
  if (asked.runs < 1 || asked.runs > kRunsMax) return fail(Code::invalid, "simulate.runs", {fmt::format("次数应在 1 到 {} 之间", kRunsMax), fmt::format("runs should be 1 to {}", kRunsMax)});
  if (!(asked.arrivals_a_day > 0) || asked.arrivals_a_day > 100'000) return fail(Code::invalid, "simulate.arrivals", {"每天来的件数应大于 0，至多 100000", "arrivals a day should be above 0 and at most 100,000"});
  for (const auto& [role, people] : asked.staff) {
    if (people < 1 || people > kStaffMax) return fail(Code::invalid, "simulate.staff", {fmt::format("“{}”的人数应在 1 到 {} 之间", role, kStaffMax), fmt::format("people of \"{}\" should be 1 to {}", role, kStaffMax)});
  }
  return {};
}

}  // namespace

Result<Simulation> simulate(const Procedure& procedure, const WorkCalendar& calendar, const SimulationAsked& asked) {
  TRY_VOID(check(asked));
  std::vector<Text> assumptions;
  int draws = 0;
  const auto drawn = with_draws(procedure, draws, assumptions);
  const WorkingHours hours(calendar, asked.start);
  World world(drawn, draws, calendar, hours, asked);
  TRY_VOID(world.run(asked.runs));
  auto out = summary(world, drawn, hours);
  if (out.finished == 0 && world.problem()) return std::unexpected(*world.problem());
  const double open_hours = hours.between(asked.start, world.now());
  const int help_runs = std::min(asked.runs, kHelpRuns);
  World before(drawn, draws, calendar, hours, asked);
  TRY_VOID(before.run(help_runs));
  for (const auto& [role, pool] : world.pools()) {
    auto more = asked;
    ++more.staff[role];
    World after(drawn, draws, calendar, hours, more);
    TRY_VOID(after.run(help_runs));
    out.roles.push_back({.role = role, .people = pool.people, .busy_share = open_hours > 0 ? pool.busy_hours / (open_hours * pool.people) : 0, .saved_days = mean_days(before, hours) - mean_days(after, hours)});
  }
  std::ranges::stable_sort(out.roles, std::greater{}, &SimulatedRole::saved_days);
  std::vector<std::string> by_effort, by_term;
  for (const auto& task : out.tasks) {
    const auto known = asked.known.find(task.element);
    if (known != asked.known.end() && known->second.size() >= kKnownFewest) continue;
    const auto at = procedure.find_node(task.element);
    (procedure.nodes[static_cast<std::size_t>(at)].effort_hours ? by_effort : by_term).push_back(task.name);
  }
  if (!by_effort.empty()) out.assumptions.push_back({fmt::format("按写明的用时（一半到两倍）：{}", fmt::join(by_effort, "、")), fmt::format("by their stated effort, half to twice: {}", fmt::join(by_effort, ", "))});
  if (!by_term.empty()) out.assumptions.push_back({fmt::format("用时按时限的 20% 到 110%、多为 60%（没有时限的 0.5 到 8 小时），因为既没有写明用时，也不知道 {} 件以上已办结的件：{}", kKnownFewest, fmt::join(by_term, "、")), fmt::format("20 to 110 % of their terms, mostly 60 % (without a term 0.5 to 8 hours), since neither an effort nor {} closed cases are known: {}", kKnownFewest, fmt::join(by_term, ", "))});
  for (const auto& role : out.roles) {
    if (role.busy_share > 0.98 && out.finished < out.runs) out.assumptions.push_back({fmt::format("来的件比“{}”的 {} 人办得完的多，排队越来越长", role.role, role.people), fmt::format("more comes than the {} people of \"{}\" can do: the queue grows without end", role.people, role.role)});
  }
  out.assumptions.insert(out.assumptions.end(), assumptions.begin(), assumptions.end());
  out.assumptions.push_back({fmt::format("工作日 9:00 至 17:00，件按泊松分布到来，每天 {} 件；消息和信号一天左右到", asked.arrivals_a_day), fmt::format("working days 9:00 to 17:00; cases come at random, {} a day; messages and signals take about a day", asked.arrivals_a_day)});
  return out;
}

Result<std::optional<Forecast>> forecast(const Procedure& procedure, const WorkCalendar& calendar, const State& state, const KnownHours& known, TimeMs now, int runs) {
  std::vector<Text> assumptions;
  int draws = 0;
  const auto drawn = with_draws(procedure, draws, assumptions);
  const WorkingHours hours(calendar, now);
  const SimulationAsked asked{.container = 0, .runs = runs, .arrivals_a_day = 1, .staff = {}, .seed = 1, .start = now, .known = known, .happenings = kForecastHappenings};
  if (state.items.size() > kForecastItems) return std::optional<Forecast>();
  std::vector<TimeMs> ends;
  for (int i = 0; i < runs; ++i) {
    World world(drawn, draws, calendar, hours, asked);
    TRY_VOID(world.run_from(state, static_cast<std::uint64_t>(i + 1)));
    if (world.cases()[0].ended != 0) ends.push_back(world.cases()[0].ended);
  }
  std::vector<ForecastTask> tasks;
  for (const auto& item : state.items) {
    if (item.kind != Item::Kind::task || drawn.nodes[static_cast<std::size_t>(item.node)].task == Task::receive) continue;
    std::vector<double> left;
    auto dice = stream(2, item.id);
    const double gone = hours.between(item.since, now);
    for (int i = 0; i < runs; ++i) {
      const double all = draw_hours(dice, drawn.nodes[static_cast<std::size_t>(item.node)], known);
      left.push_back(std::max(all - gone, 0.1 * all));
    }
    std::ranges::sort(left);
    tasks.push_back({item.id, hours.after(now, left[left.size() / 2]), hours.after(now, left[left.size() * 9 / 10])});
  }
  if (ends.size() * 2 < static_cast<std::size_t>(runs)) return std::optional<Forecast>();
  std::ranges::sort(ends);
  const auto all = static_cast<std::size_t>(runs);
  Forecast out{.median = ends[std::min(ends.size() - 1, all / 2)], .late = all * 9 / 10 < ends.size() ? ends[all * 9 / 10] : 0, .drawn = 0, .tasks = std::move(tasks)};
  for (const auto& [element, hours_known] : known) out.drawn += hours_known.size() >= kKnownFewest ? hours_known.size() : 0;
  return std::optional(out);
}

}  // namespace jiaoji::casework
