// Proposes industry codes (行业代码, GB/T 4754) for free text; a person confirms.
//
// Two witnesses: the words of the code table itself, and listings that people have already labelled (nearest neighbours).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::market {

// One row of the code table. `code` by GB/T 4754: section letter "C", or 2 to 4 digits.
struct IndustryCode {
  std::string code, name, description;
  std::string section;   // the letter of its section; "" for a section itself
};
// The table as tab-separated lines: section, division, group, class, level, name, description.
Result<std::vector<IndustryCode>> parse_industry_table(std::string_view tsv);

struct Proposal {
  std::string code, name;
  double confidence = 0;          // 0–1: share of the evidence among all codes that were found
  std::string like;               // the labelled text that spoke for it; "" the table itself
};

class Classifier {
 public:
  explicit Classifier(std::vector<IndustryCode> table);
  ~Classifier();
  // Labelled texts; learns only codes of the table. Not thread-safe against propose.
  struct Labelled { std::string id, text, code; };
  void learn(std::vector<Labelled> labelled);
  std::vector<Proposal> propose(std::string_view text, int top = 5) const;
  bool knows(std::string_view code) const;
  const std::string* name_of(std::string_view code) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jiaoji::market
