// Evaluates decisions of a compiled model: inputs by name in, values out, each decision at most once.
#pragma once

#include <string_view>
#include <vector>

#include "rules/compile.h"
#include "rules/trace.h"

namespace jiaoji::rules {

// One question to a model. Not shared between threads; the model is.
class Evaluation {
 public:
  // `inputs`: the values of input data by name; of an imported model as a member of its import's name, or by name. With
  // `unknown_missing` an input that is not given is unknown instead of null.
  Evaluation(const Compiled& model, const feel::Context& inputs, feel::Run& run, bool unknown_missing = false);

  // The value of a decision, of a service (its outputs, from the inputs), of input data; a function for a knowledge model.
  feel::Value value(const CompiledElement& element);
  // Calls a decision service or a knowledge model with arguments by the names of its parameters.
  feel::Value call(const CompiledElement& function, const feel::Context& arguments);

 private:
  feel::Value value_at(std::size_t index);
  feel::Value input(const CompiledElement& element) const;
  feel::Value decided(const CompiledElement& element);
  feel::Value function(std::size_t index) const;
  feel::Value serve(const CompiledElement& service, std::span<const feel::Value> arguments) const;
  feel::Value variable(const Variable& variable);

  const Compiled& model_;
  const feel::Context& inputs_;
  feel::Run& run_;
  bool unknown_missing_;
  std::vector<feel::Value> values_;
  std::vector<bool> known_;
};

// The inputs as the model takes them: JSON has no dates, so a text becomes the date, time or duration that the input's type asks for
// ("2026-03-01"), also within lists and contexts. Errors: model.input_type (of the wrong type, not allowed), model.input_unknown; one
// Where each, with a JSON pointer.
Result<feel::Context> read_inputs(const Compiled& model, feel::Context inputs);

}  // namespace jiaoji::rules
