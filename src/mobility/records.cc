#include "mobility/records.h"

#include "base/base64.h"

namespace jiaoji::mobility {

namespace {

using store::Row;

constexpr std::size_t kPieceBytes = 48 * 1024;  // 64 KiB as base64: well below what one row may hold (store/sqlite.cc)
constexpr const char* kKinds[] = {"timetable", "streets", "points", "zones"};

}  // namespace

const char* to_string(FileKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<FileKind> parse_file_kind(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kKinds); ++i) {
    if (text == kKinds[i]) return static_cast<FileKind>(i);
  }
  return std::nullopt;
}

Result<std::vector<FileRow>> list_files(store::Reader& db) {
  return db.all("SELECT id, kind, name, bytes, sha256, source, illustrative, skip_faulty, account, city, created_at, gcj02 FROM mobility_file ORDER BY created_at, id", [](const Row& r) {
    return FileRow{.id = r.string(0), .kind = parse_file_kind(r.text(1)).value_or(FileKind::timetable), .name = r.string(2), .bytes = r.integer(3), .sha256 = r.string(4), .source = r.string(5),
                   .illustrative = r.integer(6) != 0, .skip_faulty = r.integer(7) != 0, .gcj02 = r.integer(11) != 0, .account = r.string(8), .city = r.string(9), .created_at = r.integer(10)};
  });
}

Result<std::string> read_bytes(store::Reader& db, const std::string& id) {
  std::string out;
  const store::Cell parameters[] = {id};
  TRY_VOID(db.each("SELECT data FROM mobility_piece WHERE file = ? ORDER BY number", parameters, [&](const Row& row) {
    out += from_base64(row.text(0)).value_or(std::string());
    return true;
  }));
  return out;
}

Result<void> insert_file(store::Writer& db, const FileRow& row, std::string_view bytes) {
  TRY_VOID(db.execute("INSERT INTO mobility_file (id, kind, name, bytes, sha256, source, illustrative, skip_faulty, account, city, created_at, gcj02) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {row.id, std::string(to_string(row.kind)), row.name, row.bytes, row.sha256, row.source, std::int64_t{row.illustrative}, std::int64_t{row.skip_faulty}, row.account, row.city, row.created_at, std::int64_t{row.gcj02}}));
  for (std::int64_t number = 0; !bytes.empty(); ++number) {
    const auto piece = bytes.substr(0, kPieceBytes);
    bytes.remove_prefix(piece.size());
    TRY_VOID(db.execute("INSERT INTO mobility_piece (file, number, data) VALUES (?, ?, ?)", {row.id, number, to_base64(piece)}));
  }
  return {};
}

Result<void> delete_file(store::Writer& db, const std::string& id) {
  TRY_VOID(db.execute("DELETE FROM mobility_piece WHERE file = ?", {id}));
  TRY_VOID(db.execute("DELETE FROM mobility_file WHERE id = ?", {id}));
  return {};
}

}  // namespace jiaoji::mobility
