// A decision model as data (DMN 1.5, chapters 6–8 and 10): what is read from XML, edited as a table, and written back.
//
// Texts are FEEL and stay as they were written; rules/compile.h parses them. Ids are those of the file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::rules {

// Where a rule comes from: document, article (条款), the city whose rule it is, and when it holds (dates, either may be empty).
struct Source {
  std::string document, article, city, valid_from, valid_until;
  bool empty() const { return document.empty() && article.empty() && city.empty() && valid_from.empty() && valid_until.empty(); }
  bool operator==(const Source&) const = default;
};

enum class HitPolicy { unique, any, priority, first, collect, rule_order, output_order };
enum class Aggregation { none, sum, min, max, count };

struct InputClause {
  std::string label, expression, type, allowed;  // `allowed`: unary tests, or empty
};
struct OutputClause {
  std::string label, name, type, allowed, otherwise;  // `otherwise`: the default output entry
};
struct Rule {
  std::string id;
  std::vector<std::string> tests;        // one an input
  std::vector<std::string> outputs;      // one an output
  std::vector<std::string> annotations;
  Source source;
};
struct Table {
  HitPolicy hit_policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::vector<InputClause> inputs;
  std::vector<OutputClause> outputs;
  std::vector<std::string> annotations;  // the names of the annotation columns
  std::vector<Rule> rules;
};

struct Boxed;
using BoxedPtr = std::shared_ptr<const Boxed>;

// A boxed expression. Which fields matter depends on the kind:
//   literal: text · table: table · context: entries (a name that is empty: the result) · list: parts · invocation: parts[0] the
//   function, entries the arguments · function: entries the parameters (name, type), parts[0] the body, text the kind (FEEL,
//   Java, PMML) · conditional: parts if, then, else · filter: parts in, match · for_each, some, every: text the variable, parts
//   in, return · relation: entries the columns, rows
struct Boxed {
  enum class Kind { literal, table, context, list, invocation, function, conditional, filter, for_each, some, every, relation };
  struct Entry {
    std::string name, type;
    BoxedPtr value;
  };
  Kind kind = Kind::literal;
  std::string id, type, text;
  std::vector<Entry> entries;
  std::vector<BoxedPtr> parts;
  std::vector<std::vector<BoxedPtr>> rows;
  std::shared_ptr<const Table> table;
  std::size_t line = 0;  // of the file it was read from
};

struct ItemDefinition {
  std::string name, type, allowed;  // `type`: what it refers to; empty when it has components or is a function
  bool is_collection = false, is_function = false;
  std::vector<ItemDefinition> components;  // of a structure; the parameters of a function
  std::string result;                      // of a function
};

struct Requirement {
  enum class Kind { input, decision, knowledge, authority };
  Kind kind = Kind::input;
  std::string href;  // "#id" or "namespace#id"
};

// Something of the graph: input data, a decision, a business knowledge model, a decision service, a knowledge source.
struct Element {
  enum class Kind { input, decision, knowledge, service, authority };
  Kind kind = Kind::decision;
  std::string id, name, type, question, answers, description;
  std::vector<Requirement> requirements;
  BoxedPtr logic;  // a decision's expression; a knowledge model's function
  std::vector<std::string> output_decisions, encapsulated_decisions, input_decisions, input_data;  // of a service: hrefs
  std::size_t line = 0;
};

struct Import {
  std::string name, ns, location;
};

struct Model {
  std::string name, ns, id, description;
  std::vector<Import> imports;
  std::vector<ItemDefinition> types;
  std::vector<Element> elements;
  std::string diagram;  // the DMNDI part of the file, as it was
  const Element* find(std::string_view element_name) const;
};

inline constexpr std::size_t kModelBytesMax = 32u << 20;
inline constexpr std::size_t kRulesMax = 50'000;  // of one table: such a table loads in under two seconds
inline constexpr int kModelDepthMax = 100;

// DMN XML 1.1 to 1.5. Errors: model.xml (malformed, with line), model.doctype, model.namespace, model.element, model.ragged
// (a rule with too few or too many cells), model.external (a Java or PMML function).
Result<Model> read_model(std::string_view xml);
// DMN XML 1.5, indented; reading it gives the same model.
std::string write_model(const Model& model);

std::string_view spelling(HitPolicy policy);       // "UNIQUE"
std::string_view spelling(Aggregation aggregation);  // "SUM"; empty for none

}  // namespace jiaoji::rules
