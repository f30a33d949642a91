// Rows of mobility: the files that travel times are computed from. The only SQL of this folder.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "region/permissions.h"
#include "store/database.h"

namespace jiaoji::mobility {

enum class FileKind { timetable, streets, points, zones };
const char* to_string(FileKind kind);
std::optional<FileKind> parse_file_kind(std::string_view text);

struct FileRow {
  static constexpr const char* kIdPrefix = "mob";
  std::string id;
  FileKind kind = FileKind::timetable;
  std::string name;            // as the sender called it; decides between zip, CSV and workbook
  std::int64_t bytes = 0;
  std::string sha256;          // hex, of the bytes
  std::string source;          // who published it, as the loader wrote
  bool illustrative = false, skip_faulty = false;
  bool gcj02 = false;          // its coordinates are in GCJ-02 and converted whenever it is read
  std::string account, city;   // city "": of the region
  TimeMs created_at = 0;
  region::Subject subject() const { return {city, "", region::Visibility::everyone}; }
};

Result<std::vector<FileRow>> list_files(store::Reader& db);     // in the order in which they came
Result<std::string> read_bytes(store::Reader& db, const std::string& id);
Result<void> insert_file(store::Writer& db, const FileRow& row, std::string_view bytes);
Result<void> delete_file(store::Writer& db, const std::string& id);

}  // namespace jiaoji::mobility
