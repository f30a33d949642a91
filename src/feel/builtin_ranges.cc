// Relations of points and ranges (DMN 1.5, 10.3.4.11, tables 78 and 79), and range(from).
#include "feel/builtin.h"
#include "feel/parser.h"
#include "feel/evaluate.h"

namespace jiaoji::feel {

namespace {

// A point is a range of one value. Open ends compare as beyond everything.
struct Span {
  Value start, end;
  bool start_included = true, end_included = true, point = false;
};
std::optional<Span> span(const Value& value) {
  if (const auto* range = value.range()) return Span{range->start, range->end, range->start_included, range->end_included, false};
  if (value.list() || value.context() || value.function() || value.boolean() || value.is_null()) return std::nullopt;
  return Span{value, value, true, true, true};
}

enum class Relation { before, after, meets, met_by, overlaps, overlaps_before, overlaps_after, finishes, finished_by, includes, during, starts, started_by, coincides };

struct Orders {
  std::strong_ordering start_start, start_end, end_start, end_end;  // of a's end point and b's
};

std::optional<std::strong_ordering> order(const Value& a, int a_open, const Value& b, int b_open) {
  if (a.is_null() || b.is_null()) return (a.is_null() ? a_open : 0) <=> (b.is_null() ? b_open : 0);
  return compare(a, b);
}

std::optional<Orders> orders(const Span& a, const Span& b) {
  const auto ss = order(a.start, -1, b.start, -1), se = order(a.start, -1, b.end, 1), es = order(a.end, 1, b.start, -1), ee = order(a.end, 1, b.end, 1);
  if (!ss || !se || !es || !ee) return std::nullopt;
  return Orders{*ss, *se, *es, *ee};
}

bool holds(Relation relation, const Span& a, const Span& b, const Orders& o) {
  const bool starts_not_before = o.start_start > 0 || (o.start_start == 0 && (b.start_included || !a.start_included));
  const bool ends_not_after = o.end_end < 0 || (o.end_end == 0 && (b.end_included || !a.end_included));
  switch (relation) {
    case Relation::before: return o.end_start < 0 || (o.end_start == 0 && !(a.end_included && b.start_included));
    case Relation::after: return o.start_end > 0 || (o.start_end == 0 && !(a.start_included && b.end_included));
    case Relation::meets: return a.end_included && b.start_included && o.end_start == 0;
    case Relation::met_by: return a.start_included && b.end_included && o.start_end == 0;
    case Relation::overlaps: return (o.end_start > 0 || (o.end_start == 0 && a.end_included && b.start_included)) && (o.start_end < 0 || (o.start_end == 0 && a.start_included && b.end_included));
    case Relation::overlaps_before:
      return (o.start_start < 0 || (o.start_start == 0 && a.start_included && !b.start_included)) && (o.end_start > 0 || (o.end_start == 0 && a.end_included && b.start_included)) &&
             (o.end_end < 0 || (o.end_end == 0 && (!a.end_included || b.end_included)));
    case Relation::overlaps_after:
      return (o.start_end < 0 || (o.start_end == 0 && a.start_included && b.end_included)) && (o.start_start > 0 || (o.start_start == 0 && (b.start_included || !a.start_included))) &&
             (o.end_end > 0 || (o.end_end == 0 && a.end_included && !b.end_included));
    case Relation::finishes: return o.end_end == 0 && a.end_included == b.end_included && starts_not_before;
    case Relation::starts: return o.start_start == 0 && a.start_included == b.start_included && ends_not_after;
    case Relation::during: return starts_not_before && ends_not_after;
    case Relation::coincides: return o.start_start == 0 && o.end_end == 0 && a.start_included == b.start_included && a.end_included == b.end_included;
    default: return false;
  }
}

Value related(const Arguments& arguments, Relation relation) {
  auto a = span(arguments[0]), b = span(arguments[1]);
  if (!a || !b) return {};
  switch (relation) {  // the second of each pair is the first with its sides changed
    case Relation::finished_by: std::swap(a, b), relation = Relation::finishes; break;
    case Relation::started_by: std::swap(a, b), relation = Relation::starts; break;
    case Relation::includes: std::swap(a, b), relation = Relation::during; break;
    default: break;
  }
  const auto o = orders(*a, *b);
  return o ? Value(holds(relation, *a, *b, *o)) : Value();
}

// range("[1..5)"), range("[@\"2026-01-01\"..@\"2026-12-31\"]"): a range of literals.
Value range_from(const Arguments& a) {
  if (!a[0].string()) return {};
  const auto parsed = parse_expression(*a[0].string(), {});
  if (!parsed || parsed->root->kind != Kind::range) return {};
  for (const auto& end : parsed->root->parts) {
    const bool plain = end->kind == Kind::literal && !end->value.is_null();
    const bool call = end->kind == Kind::call;
    if (!plain && !call && !(end->kind == Kind::literal)) return {};
  }
  auto out = evaluate(*parsed, {}, a.run);
  return out ? *out : Value();
}

template <Relation relation>
Value relate(const Arguments& a) { return related(a, relation); }

}  // namespace

std::vector<Builtin> range_builtins() {
  std::vector<Builtin> out = {{"range", {"from"}, 1, Many::no, range_from}};
  const auto add = [&](std::string_view name, Value (*compute)(const Arguments&), std::initializer_list<std::array<std::string_view, 2>> forms) {
    for (const auto& form : forms) out.push_back({name, {form[0], form[1]}, 2, Many::no, compute});
  };
  using Form = std::array<std::string_view, 2>;
  const Form points{"point1", "point2"}, point_range{"point", "range"}, range_point{"range", "point"}, ranges{"range1", "range2"};
  add("before", relate<Relation::before>, {points, point_range, range_point, ranges});
  add("after", relate<Relation::after>, {points, point_range, range_point, ranges});
  add("meets", relate<Relation::meets>, {ranges});
  add("met by", relate<Relation::met_by>, {ranges});
  add("overlaps", relate<Relation::overlaps>, {ranges});
  add("overlaps before", relate<Relation::overlaps_before>, {ranges});
  add("overlaps after", relate<Relation::overlaps_after>, {ranges});
  add("finishes", relate<Relation::finishes>, {point_range, ranges});
  add("finished by", relate<Relation::finished_by>, {range_point, ranges});
  add("includes", relate<Relation::includes>, {range_point, ranges});
  add("during", relate<Relation::during>, {point_range, ranges});
  add("starts", relate<Relation::starts>, {point_range, ranges});
  add("started by", relate<Relation::started_by>, {range_point, ranges});
  add("coincides", relate<Relation::coincides>, {points, ranges});
  return out;
}

}  // namespace jiaoji::feel
