// One decision table in a model of its own, and what the model answers: for tests of what is analysed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rules/evaluate.h"
#include "rules/testing.h"

namespace jiaoji::rules {

// A model with one table, its inputs, and the compiled table itself.
struct OneTable {
  std::shared_ptr<const Compiled> model;
  const DecisionTable* table = nullptr;
};

inline OneTable one_table(const std::string& xml, const std::vector<std::string>& inputs, const std::string& type = "Any") {
  std::string body;
  for (const auto& name : inputs) body += input(name, type);
  std::vector<Model> models;
  models.push_back(*read_model(definitions(body + decision("d", inputs, xml))));
  OneTable out;
  out.model = *Compiled::of(std::move(models));
  EXPECT_TRUE(out.model->problems().empty()) << (out.model->problems().empty() ? "" : out.model->problems()[0].error.detail.en);
  out.table = dynamic_cast<const DecisionTable*>(out.model->find("d")->logic->extension.get());
  return out;
}

// What the whole model answers.
inline feel::Value answer(const OneTable& one, const std::vector<std::string>& inputs, const std::vector<feel::Value>& point) {
  feel::Context context;
  for (std::size_t i = 0; i < inputs.size(); ++i) context.put(inputs[i], point[i]);
  feel::Run run;
  return Evaluation(*one.model, context, run).value(*one.model->find("d"));
}

}  // namespace jiaoji::rules
