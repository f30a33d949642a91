// Use cases of decision models: read, decide, check, compare, draft, publish. Each asks `may`, changes rows and writes the journal
// inside the transaction it is given. Compiled models are kept: a published version never changes.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <unordered_map>

#include "region/api.h"
#include "rules/analyse.h"
#include "rules/evaluate.h"
#include "rules/missing.h"
#include "rules/records.h"
#include "rules/register.h"

namespace jiaoji::rules {

struct ModelView {
  ModelRow row;
  VersionRow shown;
  std::shared_ptr<const Compiled> compiled;
  bool may_write = false;
};

struct Question {
  std::string decision;       // "": those that no other decision requires
  std::int64_t number = 0;    // of the version; 0: the one in force
  feel::Context inputs;
  bool unknown = false;
};
struct Decided {
  std::int64_t number = 0;
  std::vector<std::pair<std::string, feel::Value>> answers;
  std::vector<std::pair<std::string, Missing>> missing;  // with `unknown`
  Trace trace;
  std::shared_ptr<const Compiled> compiled;              // holds what the trace points at
  std::vector<Text> notes;
};

// What is to become of a model: a whole text, or tables by decision that replace those of version `number` (0: the draft, else the one
// in force), everything else of which stays: types, requirements, the diagram.
struct Change {
  std::string xml;
  std::int64_t number = 0;
  std::vector<std::pair<std::string, Table>> tables;
};

// What was decided once, and what the same version answers to the same inputs now.
struct Again {
  DecidedRow row;
  std::string answers;  // JSON, as in the row
  bool same = false;
};

struct TwoTables {
  ModelView a, b;
  std::vector<feel::Context> cases;  // known ones, to count whom a difference meets: for those who may count
  const DecisionTable *table_a = nullptr, *table_b = nullptr;
};

// What other folders know of the region's firms, as facts by name.
using Firms = std::function<Result<std::vector<feel::Context>>(store::Reader&)>;

class Service {
  static constexpr std::chrono::seconds kAnalysisWait{10};
  static constexpr std::ptrdiff_t kAnalysesAtOnce = 2;
 public:
  // `matters`: the register of the standards.
  explicit Service(const Clock& clock, std::vector<Matter> matters = {}) : clock_(clock), matters_(std::move(matters)) {}
  const std::vector<Matter>& matters() const { return matters_; }
  void know_firms(Firms firms) { firms_ = std::move(firms); }

  // `number` 0: the version in force, or the draft for those who may write when none is. Errors: model.not_found (with the same words
  // for what may not be seen), model.no_version.
  Result<ModelView> read(store::Reader& db, const region::Actor& actor, const std::string& id, std::int64_t number = 0);
  Result<Decided> decide(store::Reader& db, const region::Actor& actor, const std::string& id, const Question& question);
  // The tables of one decision of two models. Errors: model.no_table, model.which_table.
  Result<TwoTables> tables(store::Reader& db, const region::Actor& actor, const std::string& a, const std::string& b, const std::string& decision);

  // The changed model, not stored; `number` becomes the version that it is a change of. Errors: those of `read`, model.no_table.
  Result<std::shared_ptr<const Compiled>> compile_change(store::Reader& db, const region::Actor& actor, const std::string& id, const Change& change, std::int64_t& number);

  // A new model with its first draft.
  Result<ModelRow> create(store::Writer& db, const region::Actor& actor, ModelRow row, const std::string& xml, const std::string& note);
  // Replaces the draft, or begins one. The text must be readable; problems in it may stay until it is published.
  Result<ModelRow> save_draft(store::Writer& db, const region::Actor& actor, const std::string& id, std::int64_t version, const Change& change, const std::string& note);
  // Puts the draft in force. Errors: model.no_draft, model.problems (a text that cannot be used).
  Result<ModelRow> publish(store::Writer& db, const region::Actor& actor, const std::string& id, std::int64_t version);

  // Decides a case of the model's city by a published version and keeps it. Errors: those of `decide`, refusal.
  Result<DecidedRow> record(store::Writer& db, const region::Actor& actor, const std::string& id, const Question& question, const std::string& subject);
  Result<Again> again(store::Reader& db, const region::Actor& actor, const std::string& id);
  Result<std::vector<DecidedRow>> decided(store::Reader& db, const region::Actor& actor, const std::string& id, const std::string& before, int limit);

  // Checking and comparing may take seconds: few do so at once, the others wait a while and are then told to come again.
  // Error: model.busy.
  template <class Do>
  auto analyse(Do work) -> Result<decltype(work())> {
    if (!analysing_.try_acquire_for(kAnalysisWait)) return fail(Code::unavailable, "model.busy", {"正在做的比对太多，请稍后再试", "too many comparisons are running: try again in a while"});
    struct Release {
      std::counting_semaphore<kAnalysesAtOnce>& slots;
      ~Release() { slots.release(); }
    } const release{analysing_};
    return work();
  }

 private:
  Result<ModelRow> writable(store::Reader& db, const region::Actor& actor, const std::string& id, std::int64_t version);
  Result<std::shared_ptr<const Compiled>> compiled(const VersionRow& version);
  Result<std::shared_ptr<const Compiled>> compile(const std::string& xml) const;
  Result<std::shared_ptr<const Compiled>> compile(Model model) const;

  Result<Decided> decide_at(const ModelView& view, const Question& question, TimeMs at) const;

  const Clock& clock_;
  const std::vector<Matter> matters_;
  Firms firms_;
  std::counting_semaphore<kAnalysesAtOnce> analysing_{kAnalysesAtOnce};
  // The compiled versions used last; a draft is kept under its time, since it changes.
  static constexpr std::size_t kCompiledMax = 500;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<const Compiled>>> used_;
  std::unordered_map<std::string, decltype(used_)::iterator> kept_;
};

}  // namespace jiaoji::rules
