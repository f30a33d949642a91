#include "policy/policy.h"

#include <fmt/format.h>

#include "rules/evaluate.h"

namespace jiaoji::policy {

using feel::Value;

namespace {

std::optional<Fen> fen_of(const Decimal& wan) {
  const auto fen = wan.times(Decimal(1'000'000));
  const auto whole = fen ? fen->rounded(0, Rounding::half_up) : std::nullopt;
  const auto out = whole ? whole->whole() : std::nullopt;
  return out && *out <= kFenMax ? out : std::nullopt;
}

std::unexpected<Error> bad(const std::string& entry, Text what) {
  Text detail{fmt::format("政策的“{}”{}", entry, what.zh), fmt::format("the policy's \"{}\" {}", entry, what.en)};
  return fail(Code::invalid, "policy.model", detail, {{entry, "policy.model", detail}});
}

std::unexpected<Error> too_many(const std::string& entry) { return bad(entry, {fmt::format("最多 {} 项", kGroupsMax), fmt::format("may have {} entries", kGroupsMax)}); }

// Reads the entries of the decision 政策.
class About {
 public:
  explicit About(const feel::Context& of) : of_(of) {}
  Result<std::string> text(const char* name) const {
    const auto* value = of_.find(name);
    if (!value || !value->string()) return bad(name, {"应是文字", "should be a text"});
    return *value->string();
  }
  Result<feel::Date> date(const char* name) const {
    const auto* value = of_.find(name);
    if (!value || !value->date()) return bad(name, {"应是日期，如 date(\"2026-03-01\")", "should be a date such as date(\"2026-03-01\")"});
    return *value->date();
  }
  Result<std::vector<std::string>> texts(const char* name) const {
    std::vector<std::string> out;
    const auto* value = of_.find(name);
    if (!value || value->is_null()) return out;
    if (!value->list()) return bad(name, {"应是一列文字", "should be a list of texts"});
    if (value->list()->size() > kGroupsMax) return too_many(name);
    for (const auto& one : *value->list()) {
      if (!one.string()) return bad(name, {"应是一列文字", "should be a list of texts"});
      out.push_back(*one.string());
    }
    return out;
  }
  Result<std::vector<Cap>> caps(const char* name) const {
    std::vector<Cap> out;
    const auto* value = of_.find(name);
    if (!value || value->is_null()) return out;
    const auto wrong = [&] { return bad(name, {"应是一列 {类: \"…\", 万元: 500}", "should be a list of {类: \"…\", 万元: 500}"}); };
    if (!value->list()) return wrong();
    if (value->list()->size() > kGroupsMax) return too_many(name);
    for (const auto& one : *value->list()) {
      const auto* group = one.context() ? one.context()->find("类") : nullptr;
      const auto* most = one.context() ? one.context()->find("万元") : nullptr;
      const auto fen = most && most->number() ? fen_of(*most->number()) : std::nullopt;
      if (!group || !group->string() || !fen || *fen < 0) return wrong();
      out.push_back({*group->string(), *fen});
    }
    return out;
  }

 private:
  const feel::Context& of_;
};

}  // namespace

Decimal in_wan(Fen fen) { return *Decimal(fen).divided_by(Decimal(1'000'000)); }

std::vector<std::string> Policy::inputs() const {
  std::vector<std::string> out;
  for (const auto& element : model->elements()) {
    if (element.model == 0 && element.kind == rules::Element::Kind::input) out.push_back(element.name);
  }
  return out;
}

Result<Policy> read_policy(std::string id, std::string city, std::shared_ptr<const rules::Compiled> model) {
  Policy out;
  out.id = std::move(id), out.city = std::move(city), out.model = std::move(model);
  out.title = out.model->models()[0].name;
  out.amount = out.model->find("金额");
  const auto* about = out.model->find("政策");
  if (!out.amount || out.amount->kind != rules::Element::Kind::decision) return bad("金额", {"应是一个决策", "should be a decision"});
  if (!about || about->kind != rules::Element::Kind::decision) return bad("政策", {"应是一个决策", "should be a decision"});
  feel::Run run{.limits = {.steps = kFitSteps}};
  const feel::Context nothing;
  const auto value = rules::Evaluation(*out.model, nothing, run).value(*about);
  if (!value.context()) return bad("政策", {"应是一个上下文：发文、条款、受理开始、受理截止", "should be a context: 发文, 条款, 受理开始, 受理截止"});
  const About in(*value.context());
  TRY(out.document, in.text("发文"));
  TRY(out.article, in.text("条款"));
  TRY(out.opens, in.date("受理开始"));
  TRY(out.closes, in.date("受理截止"));
  if (out.closes < out.opens) return bad("受理截止", {"早于受理开始", "is before 受理开始"});
  TRY(out.only_one, in.texts("只享其一"));
  TRY(out.caps, in.caps("合计上限"));
  return out;
}

Result<Fit> fit(const Policy& policy, const feel::Context& facts, feel::Date day, rules::Trace* trace) {
  auto inputs = facts;
  inputs.put(std::string(kAskedOn), day);
  feel::Run run{.limits = {.steps = kFitSteps}};
  run.now = feel::DateTime{day, {}};
  run.observer = trace;
  const auto value = rules::Evaluation(*policy.model, inputs, run, true).value(*policy.amount);
  if (run.stopped) return fail(run.limit_error());
  Fit out{.amount = 0, .missing = {}, .steps = run.steps};
  if (const auto* unknown = value.unknown()) out.missing = unknown->facts;
  else if (const auto* number = value.number(); number && !number->is_negative()) {
    const auto fen = fen_of(*number);
    if (!fen) return fail(Code::invalid, "policy.amount", {fmt::format("金额太大：{} 万元", number->spelling()), fmt::format("the amount is too large: {} 万元", number->spelling())});
    out.amount = *fen;
  }
  return out;
}

}  // namespace jiaoji::policy
