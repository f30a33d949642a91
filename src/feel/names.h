// Which names are known where: a FEEL name may hold spaces and signs ("Applicant's age", "a-b"), so that where a name ends
// depends on the names in scope (DMN 1.5, 10.3.1.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
};

}  // namespace jiaoji::feel
