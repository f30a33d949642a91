// Which names are known where: a FEEL name may hold spaces and signs ("Applicant's age", "a-b"), so that where a name ends
// depends on the names in scope (DMN 1.5, 10.3.1.3).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <map>
#include <unordered_map>
#include <vector>

#include "feel/syntax.h"
#include "feel/token.h"

namespace jiaoji::feel {

// Names by the words and signs that they consist of; finds the longest that the tokens begin with.
class NameTable {
 public:
  void add(std::string_view name);
  // How many tokens from `from` on spell a known name, and the name; 0 when none.
  struct Found {
    std::size_t tokens = 0;
    std::string name;
  };
  Found longest(std::string_view source, const std::vector<Token>& tokens, std::size_t from) const;

 private:
  struct Entry {
    std::vector<std::string> words;
    std::string name;
  };
  std::unordered_map<std::string, std::vector<Entry>> by_first_word_;  // longest first
};

// What an expression may speak of, from outside: the slots of its frame in order, and member names of the values in them.
struct Scope {
  std::vector<std::string> variables;  // variable i is in slot i of the frame
  std::vector<std::string> members;    // of contexts: only those with spaces or signs matter
  std::vector<TypePtr> types;          // of the variables, where known; may be shorter
};

// A named type of the model ("tFirm"); null when there is none.
using Types = std::function<TypePtr(std::string_view)>;

// The names in scope while something is parsed: variables with their slots, elements of filters, functions and what they
// capture. One expression has one; a model's boxed expressions share one over many texts, so that they end in one frame.
class Names {
 public:
  explicit Names(const Scope& scope = {}, Types types = {});

  std::int32_t declare(std::string_view name);  // the slot; in scope until `leave`
  std::int32_t declare_element();               // `item` of a filter: its members are names, too
  void leave(std::size_t names);                // takes back the last so many
  struct Mark {
    std::size_t names, levels, unknown;
    int filters;
  };
  Mark mark() const { return {names_.size(), levels_.size(), unknown_names.size(), filters_}; }
  void back_to(const Mark& mark);  // after something that could not be parsed
  void add_member(std::string_view name) { members_.add(name); }
  void open_function();
  void close_function(Node& function);  // tells the node its captures and slots
  std::size_t slots() const { return levels_.front().next_slot; }

  // A text in this scope. Errors as parse_expression's.
  Result<NodePtr> expression(std::string_view source);
  Result<NodePtr> tests(std::string_view source);  // `?` must have been declared

  // The type of a variable, or of a member of one; null when it is not known.
  TypePtr type_of(const Node& fact) const;
  // The types of the variables by slot; none within a function, whose slots are its own.
  std::vector<TypePtr> variable_types() const { return levels_.size() == 1 ? variable_types_ : std::vector<TypePtr>{}; }

  std::vector<std::string> unknown_names;  // names that nothing in scope has: they are null

 private:
  friend class Parser;
  struct Name {
    std::string name;
    std::int32_t slot = 0;
    std::size_t level = 0;
    bool is_element = false;
  };
  struct Level {  // a function within functions; 0 is the expression itself
    std::size_t next_slot = 0;
    std::map<std::int32_t, std::int32_t> captures;  // slot of the level outside → slot here
  };
  // The longest known name, or member, that the tokens begin with: those of the language, or those of this scope.
  NameTable::Found longest_name(std::string_view source, const std::vector<Token>& tokens, std::size_t from) const;
  NameTable::Found longest_member(std::string_view source, const std::vector<Token>& tokens, std::size_t from) const;
  std::int32_t slot_here(const Name& name);
  const Name* find(std::string_view name) const;  // the innermost

  Types types_;
  std::vector<TypePtr> variable_types_;
  NameTable known_, members_;
  std::vector<Name> names_;
  std::vector<Level> levels_;
  int filters_ = 0;
};

}  // namespace jiaoji::feel
