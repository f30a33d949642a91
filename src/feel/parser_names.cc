#include <algorithm>

#include <fmt/format.h>

#include "feel/builtin.h"
#include "feel/evaluate.h"
#include "feel/parser_state.h"

namespace jiaoji::feel {

// ---- tokens

bool Parser::take(std::string_view word) {
  if (!is(word)) return false;
  next();
  return true;
}

Result<void> Parser::expect(std::string_view word, Text otherwise) {
  if (take(word)) return {};
  return fail(syntax_error(source_, here().at, std::move(otherwise)));
}

Error Parser::unexpected() const {
  const auto& token = here();
  if (token.kind == Token::Kind::end) return syntax_error(source_, token.at, {"表达式没有写完", "the expression ends too early"});
  const auto text = source_.substr(token.at, token.end - token.at);
  const auto hint = full_width_hint(text);
  return syntax_error(source_, token.at, {fmt::format("这里不应有“{}”{}", text, hint.zh), fmt::format("\"{}\" does not fit here{}", text, hint.en)});
}

bool Parser::range_ahead() const {
  int depth = 0;
  for (auto i = at_; i < tokens_.size(); ++i) {
    const auto& token = tokens_[i];
    if (token == "(" || token == "[" || token == "{") ++depth;
    if (token == ")" || token == "]" || token == "}") --depth;
    if (depth <= 0) return false;
    if (depth == 1 && token == ",") return false;
    if (depth == 1 && token == "..") return true;
  }
  return false;
}

namespace {
bool belongs_to_name(const Token& token) {
  if (token.kind == Token::Kind::word || token.kind == Token::Kind::number) return true;
  return token == "." || token == "-" || token == "+" || token == "*" || token == "/" || token == "'";
}
}  // namespace

bool Parser::named_argument_ahead() const {
  if (here().kind != Token::Kind::word) return false;
  auto i = at_;
  while (belongs_to_name(tokens_[i])) ++i;
  return tokens_[i] == ":";
}

// Brackets of ranges need not match: not([1..2)), not(]1..2[).
bool Parser::closes_at_end(std::size_t open) const {
  std::vector<bool> ranges;  // of each open bracket, whether a range stands in it
  for (auto i = open; i < tokens_.size(); ++i) {
    const auto& token = tokens_[i];
    const auto after = [&](std::string_view text) { return i > open && tokens_[i - 1] == text; };
    const auto before = [&](std::string_view text) { return i + 1 < tokens_.size() && tokens_[i + 1] == text; };
    const bool ends_range = !ranges.empty() && ranges.back() && (before(")") || before(","));
    if (token == "..") {
      if (!ranges.empty()) ranges.back() = true;
    } else if (token == "(" || (token == "[" && !ends_range) || (token == "]" && (after("(") || after(",")))) {
      ranges.push_back(false);
    } else if (token == ")" || token == "]" || token == "[") {
      ranges.pop_back();
      if (ranges.empty()) return token == ")" && tokens_[i + 1].kind == Token::Kind::end;
    }
  }
  return false;
}

// ---- names

template <class... Words>
Result<std::string> Parser::new_name(const Words&... ends) {
  const auto from = here().at;
  auto until = from;
  if (here().kind != Token::Kind::word) return fail(syntax_error(source_, from, {"这里应是一个名称", "a name is expected here"}));
  while (belongs_to_name(here()) && !(is(ends) || ...)) until = next().end;
  if (until == from) return fail(unexpected());
  return name_of(source_.substr(from, until - from));
}
template Result<std::string> Parser::new_name(const char (&)[2]);
template Result<std::string> Parser::new_name(const char (&)[3]);
template Result<std::string> Parser::new_name(const char (&)[2], const char (&)[2], const char (&)[2]);

bool Parser::longer_name() const { return names_.longest_name(source_, tokens_, at_).tokens > 1; }

std::string Parser::member_name() {
  if (const auto found = names_.longest_member(source_, tokens_, at_); found.tokens > 1) {
    at_ += found.tokens;
    return found.name;
  }
  return next().text;
}

std::int32_t Parser::slot_of_question() {
  return names_.slot_here(*names_.find("?"));
}

// The name as a node: a variable, a member of a filter's element, a built-in; or null.
NodePtr Parser::resolved(const std::string& name, std::uint32_t at) {
  auto out = fresh(Kind::name, at, {});
  out->text = name;
  for (auto i = names_.names_.size(); i-- > 0;) {
    const auto known = names_.names_[i];
    if (known.is_element && name != "?") out->slots.push_back(names_.slot_here(known));
    if (known.name != name) continue;
    out->slot = names_.slot_here(known);
    break;
  }
  if (name == "?") asks_itself_ = true;
  if (name == "partial") asks_partial_ = true;
  if (out->slot < 0) {
    if (const auto* builtin = find_builtin(name)) {
      if (out->slots.empty()) return literal_node(at, function_of(*builtin));
      out->value = function_of(*builtin);
      return out;
    }
    if (out->slots.empty() && std::ranges::find(names_.unknown_names, name) == names_.unknown_names.end()) names_.unknown_names.push_back(name);
  }
  return out;
}

Result<NodePtr> Parser::name() {
  const auto at = here().at;
  const auto in_scope = [&](const std::string& name) { return find_builtin(name) || names_.find(name); };
  if (const auto found = names_.longest_name(source_, tokens_, at_); found.tokens > 1 && in_scope(found.name)) {
    at_ += found.tokens;
    return resolved(found.name, at);
  }
  if (names_.filters_ > 0) {
    if (const auto found = names_.longest_member(source_, tokens_, at_); found.tokens > 1) {
      at_ += found.tokens;
      return resolved(found.name, at);
    }
  }
  return resolved(next().text, at);
}

// ---- types

Result<TypePtr> Parser::read_type() {
  const Deeper deeper(*this);
  if (depth_ > kParseDepthMax) return fail(Code::invalid, "feel.deep", {"类型嵌套太深", "types in types, too deep"});
  if (here().kind != Token::Kind::word) return fail(unexpected());
  if (following() == "<") return read_generic_type(next().text);
  const auto from = here().at;
  std::size_t most = 1;  // as many tokens as may belong to the name: "days and time duration", "model.tFirm"
  while (most < 16 && at_ + most < tokens_.size() && belongs_to_name(tokens_[at_ + most])) ++most;
  for (auto count = most; count > 0; --count) {
    const auto name = name_of(source_.substr(from, tokens_[at_ + count - 1].end - from));
    auto type = TypePtr();
    if (const auto kind = builtin_type(name)) type = simple_type(*kind);
    else if (names_.types_) type = names_.types_(name);
    if (!type) continue;
    at_ += count;
    return type;
  }
  const auto& unknown = next().text;
  return fail(syntax_error(source_, from, {fmt::format("没有“{}”这种类型", unknown), fmt::format("there is no type \"{}\"", unknown)}));
}

Result<TypePtr> Parser::read_generic_type(std::string_view name) {
  const auto open = next().at;
  auto type = std::make_shared<Type>();
  if (name == "list" || name == "range") {
    type->kind = name == "list" ? Type::Kind::list : Type::Kind::range;
    TRY(type->of, read_type());
  } else if (name == "context") {
    type->kind = Type::Kind::context;
    do {
      TRY(auto member, new_name(":"));
      TRY_VOID(expect(":", {"字段名后应有冒号", "a member's name is followed by a colon"}));
      TRY(auto of, read_type());
      type->members.emplace_back(std::move(member), std::move(of));
    } while (take(","));
  } else if (name == "function") {
    type->kind = Type::Kind::function;
    while (!is(">")) {
      TRY(auto of, read_type());
      type->members.emplace_back("", std::move(of));
      if (!take(",")) break;
    }
  } else {
    return fail(syntax_error(source_, open, {"只有 list、range、context、function 带尖括号", "only list, range, context and function take < >"}));
  }
  TRY_VOID(expect(">", {"尖括号没有结束", "a type that is not closed: >"}));
  if (name == "function") {
    TRY_VOID(expect("->", {"函数类型应写 function<…> -> 类型", "a function type is function<…> -> type"}));
    TRY(type->of, read_type());
  }
  return TypePtr(std::move(type));
}

// ---- nodes

std::shared_ptr<Node> Parser::fresh(Kind kind, std::uint32_t at, std::vector<NodePtr> parts) {
  auto out = std::make_shared<Node>();
  out->kind = kind;
  out->at = at;
  out->parts = std::move(parts);
  return out;
}

NodePtr Parser::literal_node(std::uint32_t at, Value value) {
  auto out = fresh(Kind::literal, at, {});
  out->value = std::move(value);
  return out;
}

}  // namespace jiaoji::feel
