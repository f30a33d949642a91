// Deadlines against a stupid twin that steps through sets of days, on 100,000 questions over 2020 to 2026; and the laws of counting.
#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/dice.h"
#include "casework/calendar_testing.h"
#include "casework/clock.h"

namespace jiaoji::casework {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day date_of(Day day) { return year_month_day{sys_days{std::chrono::days{day}}}; }
Day day_at(sys_days date) { return static_cast<Day>(date.time_since_epoch().count()); }

// What was published by a day, as plain sets.
struct World {
  std::set<Day> workdays, named;
  std::set<int> years;

  explicit World(Day known_on) {
    std::map<Day, std::vector<const Notice*>> by_publication;
    for (const auto& notice : shipped()) by_publication[notice.known_from].push_back(&notice);
    for (Day day = on("2019-12-01"); day < on("2035-01-01"); ++day) {
      const std::chrono::weekday weekday{sys_days{std::chrono::days{day}}};
      if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday) workdays.insert(day);
    }
    for (const auto& [published, notices] : by_publication) {
      for (const auto* notice : notices) {
        if (published > known_on) continue;
        years.insert(notice->year);
        for (const auto& entry : notice->days) {
          named.insert(entry.day);
          if (entry.is_off) workdays.erase(entry.day);
          else workdays.insert(entry.day);
        }
      }
    }
  }
  bool guessed(Day day) const {
    const auto date = date_of(day);
    const int year = static_cast<int>(date.year());
    if (named.contains(day)) return false;
    if (!years.contains(year)) return true;
    return date.month() == std::chrono::December && date.day() >= std::chrono::day{26} && !years.contains(year + 1);
  }
};

struct Answer {
  std::optional<Day> due;
  bool provisional = false;
  std::vector<Day> counted;
};

class Twin {
 public:
  Twin(const World& world, const Question& question) : world_(world), q_(question) {}

  Answer answer() {
    Day day = q_.start.day;
    if (q_.rule.after_hours && (!work(day) || (q_.start.minute && *q_.start.minute >= *q_.rule.after_hours))) {
      day += 1;
      while (!work(day)) day += 1;
    }
    const Day event = day;
    int wanted = q_.rule.amount;
    for (const auto& extension : q_.extensions) wanted += extension.amount;
    const int terms = wanted;
    if (q_.rule.unit == Unit::months) wanted = days_in(event, wanted);
    if (!q_.rule.first_day_counts) day += 1;
    while (static_cast<int>(out_.counted.size()) < wanted) {
      if (stopped_for_good(day)) return out_;
      if (!suspended(day) && (q_.rule.unit != Unit::workdays || work(day))) out_.counted.push_back(day);
      day += 1;
    }
    const Day last = out_.counted.empty() ? event : out_.counted.back();
    if (q_.rule.unit == Unit::workdays && terms > 0) out_.due = last;
    else if (q_.rule.on_holiday == OnHoliday::keep || work(last)) out_.due = last;
    else move(event, last);
    return out_;
  }

 private:
  bool work(Day day) {
    if (world_.guessed(day)) out_.provisional = true;
    return world_.workdays.contains(day);
  }
  bool suspended(Day day) const {
    for (const auto& s : q_.suspensions) if (day >= s.from && (!s.to || day < *s.to)) return true;
    return false;
  }
  bool stopped_for_good(Day day) const {
    for (const auto& s : q_.suspensions) if (!s.to && day >= s.from) return true;
    return false;
  }
  int days_in(Day event, int months) const {
    if (months == 0) return 0;
    const auto from = date_of(event);
    auto to = from + std::chrono::months{months};
    const bool has_number = to.ok();
    if (!has_number) to = to.year() / to.month() / std::chrono::last;
    Day end = day_at(sys_days{to});
    if (!q_.rule.first_day_counts) return end - event;
    return (has_number ? end - 1 : end) - event + 1;
  }
  void move(Day event, Day last) {
    if (q_.rule.on_holiday == OnHoliday::previous) {
      for (Day day = last; day >= event; --day) {
        if (work(day)) { out_.due = day; return; }
      }
    }
    const bool nothing_to_stop = out_.counted.empty();
    for (Day day = last; nothing_to_stop || !stopped_for_good(day); ++day) {
      if ((nothing_to_stop || !suspended(day)) && work(day)) { out_.due = day; return; }
    }
  }

  const World& world_;
  const Question& q_;
  Answer out_;
};

Question random_question(Dice& dice) {
  Question q;
  q.start.day = on("2020-01-01") + static_cast<Day>(dice.below(2557));
  q.rule.unit = static_cast<Unit>(dice.below(3));
  q.rule.amount = static_cast<int>(q.rule.unit == Unit::months ? dice.below(14) : dice.below(dice.chance(0.1) ? 250 : 45));
  q.rule.first_day_counts = dice.chance(0.4);
  q.rule.on_holiday = static_cast<OnHoliday>(dice.below(3));
  if (dice.chance(0.7)) q.start.minute = static_cast<int>(dice.below(1440));
  if (dice.chance(0.3)) q.rule.after_hours = static_cast<int>(900 + dice.below(200));
  for (auto n = dice.below(4); n > 0 && dice.chance(0.7); --n) {
    Suspension s{.from = q.start.day - 10 + static_cast<Day>(dice.below(60))};
    if (!dice.chance(0.1)) s.to = s.from + 1 + static_cast<Day>(dice.below(25));
    q.suspensions.push_back(s);
  }
  for (auto n = dice.below(3); n > 0 && dice.chance(0.3); --n) q.extensions.push_back({q.start.day, 1 + static_cast<int>(dice.below(10))});
  return q;
}

std::string shown(const Question& q) {
  std::string out = format_day(q.start.day) + " + " + unit_text(q.rule.unit, q.rule.amount).en + (q.rule.first_day_counts ? ", first counts" : "") + ", on holiday " + std::to_string(static_cast<int>(q.rule.on_holiday));
  if (q.rule.after_hours) out += ", after hours " + format_minute(*q.rule.after_hours) + ", at " + (q.start.minute ? format_minute(*q.start.minute) : "?");
  for (const auto& s : q.suspensions) out += ", suspended " + format_day(s.from) + ".." + (s.to ? format_day(*s.to) : "");
  for (const auto& e : q.extensions) out += ", extended " + std::to_string(e.amount);
  return out;
}

struct Known {
  World world;
  WorkCalendar calendar;
};
// By how many notices were out: nine worlds.
const Known& known_on(Day day) {
  static std::map<std::ptrdiff_t, Known> all;
  const auto out = std::ranges::count_if(shipped(), [&](const Notice& notice) { return notice.known_from <= day; });
  const auto found = all.find(out);
  return found != all.end() ? found->second : all.emplace(out, Known{World(day), calendar().as_known_on(day)}).first->second;
}

TEST(DeadlineOracle, AHundredThousandQuestionsHaveTheSameAnswer) {
  Dice dice(20260930);
  int differences = 0, stopped = 0, provisional = 0;
  for (int i = 0; i < 100'000 && differences < 5; ++i) {
    const auto q = random_question(dice);
    const Day as_known = dice.chance(0.5) ? on("2026-12-31") : on("2019-06-01") + static_cast<Day>(dice.below(2700));
    const auto& known = known_on(as_known);
    const auto theirs = Twin(known.world, q).answer();
    const auto ours = due(known.calendar, q);
    ASSERT_TRUE(ours) << shown(q) << ": " << ours.error().detail.en;
    const bool same = ours->due == theirs.due && ours->provisional == theirs.provisional && ours->counted == static_cast<int>(theirs.counted.size()) &&
                      (theirs.counted.empty() || ours->last == theirs.counted.back());
    if (!same) {
      ++differences;
      ADD_FAILURE() << shown(q) << ", as known on " << format_day(as_known) << ": " << (ours->due ? format_day(*ours->due) : "stopped") << " against " << (theirs.due ? format_day(*theirs.due) : "stopped") << ", provisional " << ours->provisional << theirs.provisional;
    }
    stopped += !ours->due;
    provisional += ours->provisional;
  }
  EXPECT_EQ(differences, 0);
  EXPECT_GT(stopped, 1'000) << "the questions are not too tame";
  EXPECT_GT(provisional, 10'000);
}

// Days used and left, by the twin's own list of counted days.
TEST(DeadlineOracle, DaysUsedAndLeftAreThoseOfTheTwin) {
  Dice dice(20261010);
  for (int i = 0; i < 20'000; ++i) {
    const auto q = random_question(dice);
    const auto& known = known_on(on("2026-12-31"));
    const auto theirs = Twin(known.world, q).answer();
    const Day today = std::max(on("2020-01-01"), q.start.day - 5 + static_cast<Day>(dice.below(80)));
    const auto state = state_at(known.calendar, q, *instant_of(today, 600, kZone));
    ASSERT_TRUE(state);
    const auto used = std::ranges::count_if(theirs.counted, [&](Day day) { return day <= today && (!theirs.due || day <= *theirs.due); });
    EXPECT_EQ(state->used, used) << shown(q) << " on " << format_day(today);
    EXPECT_EQ(state->phase == Phase::overdue, theirs.due && today > *theirs.due) << shown(q) << " on " << format_day(today);
    if (q.rule.unit == Unit::workdays && q.rule.amount > 0 && theirs.due) {
      const auto left = std::ranges::count_if(theirs.counted, [&](Day day) { return day > today; });
      EXPECT_EQ(state->left, left) << shown(q) << " on " << format_day(today);
    }
    if (testing::Test::HasFailure()) return;
  }
}

Question any_question() {
  Dice dice(*rc::gen::arbitrary<std::uint64_t>());
  return random_question(dice);
}
// None: never.
bool not_before(std::optional<Day> a, std::optional<Day> b) { return !a || (b && *a >= *b); }

RC_GTEST_PROP(DeadlineLaws, MoreDaysAreNeverDueEarlier, ()) {
  auto q = any_question();
  const auto before = due(calendar(), q);
  q.rule.amount += *rc::gen::inRange(1, 20);
  if (!not_before(due(calendar(), q)->due, before->due)) RC_FAIL(shown(q) + ", before: " + (before->due ? format_day(*before->due) : "stopped"));
}

RC_GTEST_PROP(DeadlineLaws, ASuspensionMakesNothingDueEarlier, ()) {
  auto q = any_question();
  const auto before = due(calendar(), q);
  Suspension s{.from = q.start.day + *rc::gen::inRange(-5, 60)};
  if (*rc::gen::inRange(0, 5)) s.to = s.from + *rc::gen::inRange(1, 40);
  q.suspensions.push_back(s);
  if (!not_before(due(calendar(), q)->due, before->due)) RC_FAIL(shown(q) + ", before: " + (before->due ? format_day(*before->due) : "stopped"));
}

RC_GTEST_PROP(DeadlineLaws, ALaterEventIsNeverDueEarlier, ()) {
  auto q = any_question();
  // Months differ in length: 30 January to 28 February is a day longer than 31 January to 28 February, and may be suspended on that day.
  if (q.rule.unit == Unit::months) q.suspensions.clear();
  const auto before = due(calendar(), q);
  q.start = {q.start.day + 1, 0};
  if (!not_before(due(calendar(), q)->due, before->due)) RC_FAIL(shown(q) + ", before: " + (before->due ? format_day(*before->due) : "stopped"));
}

RC_GTEST_PROP(DeadlineLaws, TermsOneAfterTheOtherAreTheirSum, ()) {
  const auto n = *rc::gen::inRange(0, 40), m = *rc::gen::inRange(1, 40);
  const auto unit = *rc::gen::element(Unit::workdays, Unit::days);
  const Day start = on("2020-01-01") + *rc::gen::inRange(0, 2557);
  const auto end_of = [&](Day from, int amount) { return *due(calendar(), {.rule = {.amount = amount, .unit = unit, .on_holiday = OnHoliday::keep}, .start = {from}})->due; };
  RC_ASSERT(end_of(end_of(start, n), m) == end_of(start, n + m));
}

RC_GTEST_PROP(DeadlineLaws, BetweenUndoesDue, ()) {
  const auto n = *rc::gen::inRange(1, 60);
  const bool first = *rc::gen::arbitrary<bool>();
  const Day start = on("2020-01-01") + *rc::gen::inRange(0, 2557);
  const auto answer = due(calendar(), {.rule = {.amount = n, .first_day_counts = first}, .start = {start}});
  const auto between = workdays_between(calendar(), start, *answer->due, first);
  RC_ASSERT(between->workdays == n);
  RC_ASSERT(between->provisional == answer->provisional);
}

RC_GTEST_PROP(DeadlineLaws, StepsAddUpToTheTerm, ()) {
  const auto q = any_question();
  const auto answer = *due(calendar(), q);
  std::int32_t counted = 0;
  for (const auto& step : answer.steps) {
    RC_ASSERT(step.from <= step.to || step.kind == StepKind::rolled);
    if (step.kind == StepKind::counted || step.kind == StepKind::make_up) counted += step.count;
    if (step.kind == StepKind::counted) RC_ASSERT(step.count == step.to - step.from + 1);
    RC_ASSERT(!step_text(step, q.rule).zh.empty());
  }
  RC_ASSERT(counted >= answer.counted);
}

}  // namespace
}  // namespace jiaoji::casework
