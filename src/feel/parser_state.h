// The inside of the parser: tokens, the names in scope, functions and what they capture. For parser.cc and parser_names.cc only.
#pragma once

#include <map>
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
  Parser(std::string_view source, std::vector<Token> tokens, const Scope& scope, const Types& types);
  Result<NodePtr> expression();
  Result<NodePtr> unary_tests();
  Result<TypePtr> read_type();
  Result<void> finish();  // nothing may follow
  std::int32_t declare(std::string_view name);  // the slot
  std::size_t slots() const { return levels_.front().next_slot; }
  const std::vector<std::string>& unknown_names() const { return unknown_names_; }

 private:
  struct Name {
    std::string name;
    std::int32_t slot = 0;
    std::size_t level = 0;
    bool is_element = false;  // `item` of a filter: its members are names, too
  };
  struct Level {  // a function within functions; 0 is the expression itself
    std::size_t next_slot = 0;
    std::map<std::int32_t, std::int32_t> captures;  // slot of the level outside → slot here
  };
  struct Deeper {
    explicit Deeper(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Deeper() { --parser_.depth_; }
    Parser& parser_;
  };

  Result<NodePtr> disjunction(), conjunction(), compared(), additive(), multiplicative(), exponential(), negation(), instance_of(), postfix(), primary();
  Result<NodePtr> in_tests(NodePtr value, std::uint32_t at), filter(NodePtr list), call(NodePtr function);
  Result<NodePtr> if_else(), for_each(), quantified(), domain(), word(), bracketed(), unary_range(), list_or_range(), context(), function_definition(), name();
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
  std::int32_t slot_here(const Name& name);
  std::int32_t slot_of_question();
  void leave(std::size_t names) { names_.resize(names_.size() - names); }
  void open_function() { levels_.emplace_back(); }
  void close_function(Node& function);

  static std::shared_ptr<Node> fresh(Kind kind, std::uint32_t at, std::vector<NodePtr> parts);
  static NodePtr node(Kind kind, std::uint32_t at, std::vector<NodePtr> parts) { return fresh(kind, at, std::move(parts)); }
  static NodePtr literal_node(std::uint32_t at, Value value);

  std::string_view source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  const Types& types_;
  int depth_ = 0, filters_ = 0;
  bool asks_itself_ = false, asks_partial_ = false;
  NameTable known_, members_;
  std::vector<Name> names_;
  std::vector<Level> levels_;
  std::vector<std::string> unknown_names_;
};

}  // namespace jiaoji::feel
