#include "feel/parser.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "feel/builtin.h"
#include "feel/parser_state.h"

namespace jiaoji::feel {

namespace {

constexpr std::pair<std::string_view, Kind> kComparisons[] = {{"=", Kind::equal}, {"!=", Kind::not_equal}, {"<", Kind::less}, {"<=", Kind::less_equal}, {">", Kind::greater}, {">=", Kind::greater_equal}};

std::optional<Kind> comparison(const Token& token) {
  if (token.kind != Token::Kind::sign) return std::nullopt;
  for (const auto& [sign, kind] : kComparisons) {
    if (token.text == sign) return kind;
  }
  return std::nullopt;
}

}  // namespace

// ---- expressions, from the weakest binding to the strongest

Result<NodePtr> Parser::expression() {
  const Deeper deeper(*this);
  if (depth_ > kParseDepthMax) return fail(Code::invalid, "feel.deep", {fmt::format("括号嵌套超过 {} 层", kParseDepthMax), fmt::format("brackets in brackets, more than {} deep", kParseDepthMax)});
  if (is("if")) return if_else();
  if (is("for") && !longer_name()) return for_each();
  if ((is("some") || is("every")) && !longer_name()) return quantified();
  return disjunction();
}

Result<NodePtr> Parser::disjunction() {
  TRY(auto left, conjunction());
  while (is("or")) {
    const auto at = next().at;
    TRY(auto right, conjunction());
    left = node(Kind::disjunction, at, {std::move(left), std::move(right)});
  }
  return left;
}

Result<NodePtr> Parser::conjunction() {
  TRY(auto left, compared());
  while (is("and")) {
    const auto at = next().at;
    TRY(auto right, compared());
    left = node(Kind::conjunction, at, {std::move(left), std::move(right)});
  }
  return left;
}

Result<NodePtr> Parser::compared() {
  TRY(auto left, additive());
  while (true) {
    const auto at = here().at;
    if (const auto kind = comparison(here())) {
      next();
      TRY(auto right, additive());
      left = node(*kind, at, {std::move(left), std::move(right)});
    } else if (is("between")) {
      next();
      TRY(auto low, additive());
      TRY_VOID(expect("and", {"between 的两端之间应写 and", "between is followed by `low and high`"}));
      TRY(auto high, additive());
      left = node(Kind::between, at, {std::move(left), std::move(low), std::move(high)});
    } else if (is("in")) {
      next();
      TRY(left, in_tests(std::move(left), at));
    } else {
      return left;
    }
  }
}

// `x in 5`, `x in (1, > 5)`, `x in [1..3]`: the value is bound to `?` while the tests are asked.
Result<NodePtr> Parser::in_tests(NodePtr value, std::uint32_t at) {
  const auto slot = names_.declare("?");
  std::vector<NodePtr> parts{std::move(value)};
  const bool many = is("(") && !range_ahead();
  if (many) {
    next();
    do {
      TRY(auto test, unary_test(true));
      parts.push_back(std::move(test));
    } while (take(","));
    TRY_VOID(expect(")", {"in 的括号没有结束", "the tests of `in` end with )"}));
  } else {
    TRY(auto test, unary_test(false));
    parts.push_back(std::move(test));
  }
  names_.leave(1);
  auto out = fresh(Kind::in, at, std::move(parts));
  out->slot = slot;
  return out;
}

Result<NodePtr> Parser::additive() {
  TRY(auto left, multiplicative());
  while (is("+") || is("-")) {
    const auto& sign = next();
    const auto at = sign.at;
    const auto kind = sign == "+" ? Kind::add : Kind::subtract;
    TRY(auto right, multiplicative());
    left = node(kind, at, {std::move(left), std::move(right)});
  }
  return left;
}

Result<NodePtr> Parser::multiplicative() {
  TRY(auto left, exponential());
  while (is("*") || is("/")) {
    const auto& sign = next();
    const auto at = sign.at;
    const auto kind = sign == "*" ? Kind::multiply : Kind::divide;
    TRY(auto right, exponential());
    left = node(kind, at, {std::move(left), std::move(right)});
  }
  return left;
}

Result<NodePtr> Parser::exponential() {
  TRY(auto left, negation());
  while (is("**")) {
    const auto at = next().at;
    TRY(auto right, negation());
    left = node(Kind::power, at, {std::move(left), std::move(right)});
  }
  return left;
}

Result<NodePtr> Parser::negation() {
  if (!is("-")) return instance_of();
  const Deeper deeper(*this);
  if (depth_ > kParseDepthMax) return fail(Code::invalid, "feel.deep", {"负号太多", "too many signs"});
  const auto at = next().at;
  TRY(auto inner, negation());
  if (inner->kind == Kind::literal && inner->value.number()) return literal_node(at, inner->value.number()->negated());
  return node(Kind::negate, at, {std::move(inner)});
}

Result<NodePtr> Parser::instance_of() {
  TRY(auto left, postfix());
  while (is("instance") && following() == "of") {
    const auto at = next().at;
    next();
    TRY(auto type, read_type());
    auto out = fresh(Kind::instance_of, at, {std::move(left)});
    out->type = type;
    left = std::move(out);
  }
  return left;
}

Result<NodePtr> Parser::postfix() {
  TRY(auto left, primary());
  while (true) {
    if (is(".") && following().kind == Token::Kind::word) {
      const auto at = next().at;
      auto out = fresh(Kind::path, at, {std::move(left)});
      out->text = member_name();
      left = std::move(out);
    } else if (is("[")) {
      const auto before = at_;
      const auto names = names_.mark();
      auto filtered = filter(left);
      if (!filtered && bracket_may_close_) {
        at_ = before;
        names_.back_to(names);
        return left;
      }
      TRY(left, std::move(filtered));
    } else if (is("(")) {
      TRY(left, call(std::move(left)));
    } else {
      return left;
    }
  }
}

Result<NodePtr> Parser::filter(NodePtr list) {
  const auto at = next().at;
  const auto slot = names_.declare_element();
  auto condition = expression();
  if (!condition) return condition;
  TRY_VOID(expect("]", {"筛选的方括号没有结束", "a filter ends with ]"}));
  names_.leave(1);
  auto out = fresh(Kind::filter, at, {std::move(list), *condition});
  out->slot = slot;
  return out;
}

Result<NodePtr> Parser::call(NodePtr function) {
  const auto at = next().at;
  std::vector<NodePtr> parts{std::move(function)};
  std::vector<std::string> names;
  if (!is(")")) {
    const bool named = named_argument_ahead();
    do {
      if (named) {
        TRY(auto name, new_name(":"));
        TRY_VOID(expect(":", {"参数名后应有冒号", "a parameter's name is followed by a colon"}));
        names.push_back(std::move(name));
      }
      TRY(auto argument, expression());
      parts.push_back(std::move(argument));
    } while (take(","));
  }
  TRY_VOID(expect(")", {"函数的括号没有结束", "a call ends with )"}));
  auto out = fresh(Kind::call, at, std::move(parts));
  out->names = std::move(names);
  return out;
}

Result<NodePtr> Parser::if_else() {
  const auto at = next().at;
  TRY(auto condition, expression());
  TRY_VOID(expect("then", {"if 之后应有 then", "`if` is followed by `then`"}));
  TRY(auto yes, expression());
  TRY_VOID(expect("else", {"then 之后应有 else", "`then` is followed by `else`"}));
  TRY(auto no, expression());
  return node(Kind::if_else, at, {std::move(condition), std::move(yes), std::move(no)});
}

Result<NodePtr> Parser::domain() {
  const auto at = here().at;
  TRY(auto from, expression());
  if (!take("..")) return from;
  TRY(auto to, expression());
  return node(Kind::range_of, at, {std::move(from), std::move(to)});
}

Result<void> Parser::iterators(Node& out) {
  do {
    TRY(auto name, new_name("in"));
    TRY_VOID(expect("in", {"循环变量后应有 in", "the variable is followed by `in`"}));
    TRY(auto from, domain());
    out.parts.push_back(std::move(from));
    out.slots.push_back(names_.declare(name));
  } while (take(","));
  return {};
}

Result<NodePtr> Parser::for_each() {
  auto out = fresh(Kind::for_each, next().at, {});
  TRY_VOID(iterators(*out));
  TRY_VOID(expect("return", {"for 之后应有 return", "`for` needs `return`"}));
  out->slots.push_back(names_.declare("partial"));
  const bool outer = std::exchange(asks_partial_, false);
  TRY(auto body, expression());
  out->asks_itself = std::exchange(asks_partial_, outer);
  names_.leave(out->slots.size());
  out->parts.push_back(std::move(body));
  return out;
}

Result<NodePtr> Parser::quantified() {
  const bool some = is("some");
  auto out = fresh(some ? Kind::some : Kind::every, next().at, {});
  TRY_VOID(iterators(*out));
  TRY_VOID(expect("satisfies", {"some、every 之后应有 satisfies", "`some` and `every` need `satisfies`"}));
  TRY(auto body, expression());
  names_.leave(out->slots.size());
  out->parts.push_back(std::move(body));
  return out;
}

// ---- primaries

Result<NodePtr> Parser::primary() {
  const auto& token = here();
  switch (token.kind) {
    case Token::Kind::number: {
      const auto value = Decimal::parse(token.text);
      if (!value) return fail(syntax_error(source_, token.at, {"数字太大", "the number is too large"}));
      next();
      return literal_node(token.at, *value);
    }
    case Token::Kind::string: next(); return literal_node(token.at, token.text);
    case Token::Kind::at_string: {
      next();
      auto out = fresh(Kind::literal, token.at, {});
      out->value = value_of_at_literal(token.text);
      out->text = token.text;  // kept to tell of a day that does not exist
      return out;
    }
    case Token::Kind::word: return word();
    case Token::Kind::sign:
      if (token == "(") return bracketed();
      if (token == "[" || token == "]") return list_or_range();
      if (token == "{") return context();
      break;
    case Token::Kind::end: break;
  }
  return fail(unexpected());
}

Result<NodePtr> Parser::word() {
  const auto& token = here();
  if (!longer_name()) {
    if (token == "null") return next(), literal_node(token.at, Value());
    if (token == "true" || token == "false") return next(), literal_node(token.at, token == "true");
    if (token == "function" && following() == "(") return function_definition();
    if (token == "if" || token == "for" || token == "some" || token == "every") return expression();
    if (token == "not" && following() == "(") return name();
    if (is_keyword(token.text)) return fail(unexpected());
  }
  return name();
}

Result<NodePtr> Parser::bracketed() {
  const auto at = here().at;
  if (comparison(tokens_[at_ + 1])) return unary_range();
  next();
  TRY(auto inner, expression());
  if (take("..")) {  // (1..5]
    TRY(auto to, range_end());
    return close_range(at, false, std::move(inner), std::move(to));
  }
  TRY_VOID(expect(")", {"括号没有结束", "a bracket that is not closed: )"}));
  return inner;
}

// (> 5): a range with one end.
Result<NodePtr> Parser::unary_range() {
  const auto at = next().at;
  const auto kind = *comparison(next());
  TRY(auto end, additive());
  TRY_VOID(expect(")", {"括号没有结束", "a bracket that is not closed: )"}));
  const auto none = literal_node(at, Value());
  const bool upper = kind == Kind::less || kind == Kind::less_equal;
  const bool both = kind == Kind::equal || kind == Kind::not_equal;
  auto out = fresh(Kind::range, at, both ? std::vector{end, end} : upper ? std::vector{none, end} : std::vector{end, none});
  out->start_included = both || kind == Kind::greater_equal;
  out->end_included = both || kind == Kind::less_equal;
  out->sign = static_cast<Range::Sign>(static_cast<int>(kind) - static_cast<int>(Kind::equal) + 1);
  return out;
}

Result<NodePtr> Parser::list_or_range() {
  const auto& open = next();
  const auto at = open.at;
  const bool included = open == "[";
  std::vector<NodePtr> items;
  if (included && take("]")) return node(Kind::list, at, {});
  do {
    TRY(auto item, expression());
    if (items.empty() && take("..")) {
      TRY(auto to, range_end());
          return close_range(at, included, std::move(item), std::move(to));
    }
    items.push_back(std::move(item));
  } while (take(","));
  if (!included) return fail(unexpected());
  TRY_VOID(expect("]", {"列表没有结束", "a list ends with ]"}));
  return node(Kind::list, at, std::move(items));
}

// The last bracket of [1..10[ looks like a filter: when no filter can be read there, it closes the range.
Result<NodePtr> Parser::range_end() {
  const auto outer = std::exchange(bracket_may_close_, true);
  auto out = expression();
  bracket_may_close_ = outer;
  return out;
}

Result<NodePtr> Parser::close_range(std::uint32_t at, bool included, NodePtr from, NodePtr to) {
  const bool closed = is("]");
  if (!closed && !is(")") && !is("[")) return fail(syntax_error(source_, here().at, {"区间没有结束，应以 ] 或 ) 结尾", "a range ends with ] or )"}));
  next();
  auto out = fresh(Kind::range, at, {std::move(from), std::move(to)});
  out->start_included = included;
  out->end_included = closed;
  return out;
}

Result<NodePtr> Parser::context() {
  auto out = fresh(Kind::context, next().at, {});
  if (!is("}")) {
    do {
      std::string key;
      if (here().kind == Token::Kind::string) {
        key = next().text;
      } else {
        TRY(key, new_name(":"));
      }
      TRY_VOID(expect(":", {"字段名后应有冒号", "a key is followed by a colon"}));
      TRY(auto value, expression());
      if (std::ranges::find(out->names, key) != out->names.end()) return fail(syntax_error(source_, here().at, {fmt::format("字段“{}”出现两次", key), fmt::format("the key \"{}\" stands twice", key)}));
      names_.add_member(key);
      out->names.push_back(key);
      out->parts.push_back(std::move(value));
      out->slots.push_back(names_.declare(key));
    } while (take(","));
  }
  TRY_VOID(expect("}", {"花括号没有结束", "a context ends with }"}));
  names_.leave(out->slots.size());
  return out;
}

Result<NodePtr> Parser::function_definition() {
  auto out = fresh(Kind::function, next().at, {});
  next();
  std::vector<std::string> parameters;
  if (!is(")")) {
    do {
      Parameter parameter;
      TRY(parameter.name, new_name(":", ",", ")"));
      if (take(":")) {
        TRY(parameter.type, read_type());
      }
      parameters.push_back(parameter.name);
      out->parameters.push_back(std::move(parameter));
    } while (take(","));
  }
  TRY_VOID(expect(")", {"参数表没有结束", "the parameters end with )"}));
  if (take(":")) {
    TRY(out->type, read_type());
  }
  if (is("external")) return fail(Code::unsupported, "feel.external", {"不支持外部函数（Java、PMML）：请用 FEEL 写函数体", "external functions (Java, PMML) are not supported: write the body in FEEL"});
  names_.open_function();
  for (const auto& parameter : parameters) names_.declare(parameter);
  auto body = expression();
  names_.close_function(*out);
  if (!body) return body;
  out->parts.push_back(*body);
  return out;
}

// ---- unary tests

// `whole`: between commas, where a whole expression may stand; else only up to `and` and `or`.
Result<NodePtr> Parser::unary_test(bool whole) {
  const auto at = here().at;
  if (const auto kind = comparison(here())) {
    next();
    TRY(auto end, additive());
    auto out = fresh(Kind::test_compare, at, {std::move(end)});
    out->compare = *kind;
    out->slot = slot_of_question();
    return out;
  }
  const bool outer = std::exchange(asks_itself_, false);
  TRY(auto value, whole ? expression() : additive());
  auto out = fresh(Kind::test_value, at, {std::move(value)});
  out->slot = slot_of_question();
  out->asks_itself = std::exchange(asks_itself_, outer);
  return out;
}

Result<NodePtr> Parser::unary_tests() {
  const auto at = here().at;
  if (is("-") && following().kind == Token::Kind::end) return next(), node(Kind::test_any, at, {});
  const bool negated = is("not") && following() == "(" && closes_at_end(at_ + 1);
  if (negated) next(), next();
  std::vector<NodePtr> tests;
  do {
    TRY(auto test, unary_test(true));
    tests.push_back(std::move(test));
  } while (take(","));
  if (!negated) return node(Kind::tests, at, std::move(tests));
  TRY_VOID(expect(")", {"not 的括号没有结束", "not( … ) is not closed"}));
  return node(Kind::test_not, at, std::move(tests));
}

Result<void> Parser::finish() {
  if (here().kind != Token::Kind::end) return fail(unexpected());
  return {};
}

// ---- the doors

Result<NodePtr> Names::expression(std::string_view source) {
  TRY(auto tokens, tokens_of(source));
  Parser parser(source, std::move(tokens), *this);
  TRY(auto root, parser.expression());
  TRY_VOID(parser.finish());
  return root;
}

Result<NodePtr> Names::tests(std::string_view source) {
  TRY(auto tokens, tokens_of(source));
  Parser parser(source, std::move(tokens), *this);
  TRY(auto root, parser.unary_tests());
  TRY_VOID(parser.finish());
  return root;
}

Result<Expression> parse_expression(std::string_view source, const Scope& scope, const Types& types) {
  Names names(scope, types);
  TRY(auto root, names.expression(source));
  return Expression{std::move(root), names.slots(), std::string(source), std::move(names.unknown_names)};
}

Result<Expression> parse_tests(std::string_view source, const Scope& scope, const Types& types) {
  Names names(scope, types);
  names.declare("?");
  TRY(auto root, names.tests(source));
  return Expression{std::move(root), names.slots(), std::string(source), std::move(names.unknown_names)};
}

Result<TypePtr> parse_type(std::string_view source, const Types& types) {
  TRY(auto tokens, tokens_of(source));
  Names names({}, types);
  Parser parser(source, std::move(tokens), names);
  TRY(auto type, parser.read_type());
  TRY_VOID(parser.finish());
  return type;
}

}  // namespace jiaoji::feel
