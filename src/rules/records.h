// Rows of decision models and their versions. The only SQL of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "region/permissions.h"
#include "store/database.h"

namespace jiaoji::rules {

// One matter as one city judges it. `published` and `draft` are numbers of versions; 0: none.
struct ModelRow {
  static constexpr const char* kIdPrefix = "mdl";
  std::string id, program, matter, city, title;
  region::Visibility visibility = region::Visibility::everyone;
  bool illustrative = false;
  std::int64_t published = 0, draft = 0;
  std::int64_t version = 1;  // of the row, for If-Match
  TimeMs created_at = 0, updated_at = 0;
  region::Subject subject() const { return {city, "", visibility}; }
};

struct VersionRow {
  std::string model;
  std::int64_t number = 0;
  std::string xml, note, author;
  TimeMs created_at = 0, published_at = 0;  // 0: a draft
};

struct ModelFilter {
  std::string program, matter, city, after;
  int limit = 50;
};
Result<std::vector<ModelRow>> list_models(store::Reader& db, const region::Actor& actor, const ModelFilter& filter);  // those that the actor sees, by id
Result<std::optional<ModelRow>> find_model(store::Reader& db, const std::string& id);
Result<void> insert_model(store::Writer& db, const ModelRow& row);
Result<void> update_model(store::Writer& db, const ModelRow& row);  // `stale` when the stored version is not one less

Result<std::optional<VersionRow>> find_version(store::Reader& db, const std::string& model, std::int64_t number);
Result<std::vector<VersionRow>> list_versions(store::Reader& db, const std::string& model);  // the newest first, without their texts
Result<void> put_version(store::Writer& db, const VersionRow& row);                          // inserts, or replaces a draft

// What was decided, with the JSON texts of inputs and answers. Never changed.
struct DecidedRow {
  static constexpr const char* kIdPrefix = "dec";
  std::string id, model;
  std::int64_t number = 0;
  std::string decision, subject, city, inputs, answers, account;
  TimeMs at = 0;
};
Result<void> insert_decided(store::Writer& db, const DecidedRow& row);
Result<std::optional<DecidedRow>> find_decided(store::Reader& db, const std::string& id);
Result<std::vector<DecidedRow>> list_decided(store::Reader& db, const std::string& model, const std::string& before, int limit);  // the newest first

}  // namespace jiaoji::rules
