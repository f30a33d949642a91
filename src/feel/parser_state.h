// The inside of the parser: the tokens of one text. For parser.cc, parser_names.cc and names.cc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feel/names.h"
#include "feel/parser.h"
#include "feel/syntax.h"
#include "feel/token.h"

namespace jiaoji::feel {

class Parser {
 public:
  Parser(std::string_view source, std::vector<Token> tokens, Names& names) : source_(source), tokens_(std::move(tokens)), names_(names) {}
  Result<NodePtr> expression();
  Result<NodePtr> unary_tests();
  Result<TypePtr> read_type();
  Result<void> finish();  // nothing may follow

 private:
  struct Deeper {
    explicit Deeper(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Deeper() { --parser_.depth_; }
    Parser& parser_;
  };

  Result<NodePtr> disjunction(), conjunction(), compared(), additive(), multiplicative(), exponential(), negation(), instance_of(), postfix(), primary();
  Result<NodePtr> in_tests(NodePtr value, std::uint32_t at), filter(NodePtr list), call(NodePtr function);
  Result<NodePtr> if_else(), for_each(), quantified(), domain(), range_end(), word(), bracketed(), unary_range(), list_or_range(), context(), function_definition(), name();
  Result<NodePtr> unary_test(bool whole), close_range(std::uint32_t at, bool included, NodePtr from, NodePtr to);
  Result<void> iterators(Node& out);
  Result<TypePtr> read_generic_type(std::string_view name);

  // Tokens.
  const Token& here() const { return tokens_[at_]; }
  const Token& following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  const Token& next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool is(std::string_view word) const { return here() == word; }
  bool take(std::string_view word);
  Result<void> expect(std::string_view word, Text otherwise);
  Error unexpected() const;
  bool range_ahead() const;           // the bracket that opens here holds a `..`
  bool named_argument_ahead() const;  // `name :`
  bool closes_at_end(std::size_t open) const;  // the bracket at `open` is closed by the last token

  // Names.
  template <class... Words>
  Result<std::string> new_name(const Words&... ends);
  std::string member_name();
  bool longer_name() const;  // a known name of several words begins here, so that its first is no key word
  NodePtr resolved(const std::string& name, std::uint32_t at);
  std::int32_t slot_of_question();

  static std::shared_ptr<Node> fresh(Kind kind, std::uint32_t at, std::vector<NodePtr> parts);
  static NodePtr node(Kind kind, std::uint32_t at, std::vector<NodePtr> parts) { return fresh(kind, at, std::move(parts)); }
  static NodePtr literal_node(std::uint32_t at, Value value);

  std::string_view source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool bracket_may_close_ = false, asks_itself_ = false, asks_partial_ = false;
  Names& names_;
};

}  // namespace jiaoji::feel
