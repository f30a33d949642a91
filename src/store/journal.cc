#include "store/journal.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "store/journal_chain.h"

namespace jiaoji::store {

namespace {

constexpr std::int64_t kTailChecked = 1'000;  // entries walked when the database is opened
const std::string kNoHash(64, '0');           // stands before the first entry

constexpr std::string_view kSelectEntries = R"sql(
  SELECT seq, at, actor, city, action, subject, before, after, request, previous, hash FROM journal WHERE seq > ? ORDER BY seq
)sql";
constexpr std::string_view kInsertEntry = R"sql(
  INSERT INTO journal (seq, at, actor, city, action, subject, before, after, request, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
)sql";
constexpr std::string_view kSelectSetting = "SELECT value FROM setting WHERE key = ?";

void put_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift & 0xff));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}

Entry to_entry(const Row& row) {
  return {row.integer(0), row.integer(1), row.string(2), row.string(3), row.string(4),  row.string(5),
          row.string(6),  row.string(7),  row.string(8), row.string(9), row.string(10)};
}

// What is wrong with `entry` when it should follow on `chain`; empty when nothing is.
Text fault_of(const Chain& chain, const Entry& entry) {
  const auto due = chain.seq + 1;
  if (entry.seq != due) return {fmt::format("缺少第 {} 条记录", due), fmt::format("entry {} is missing", due)};
  if (entry.previous != chain.head)
    return {fmt::format("第 {} 条记录没有接在前一条之后", due), fmt::format("entry {} does not follow on the entry before it", due)};
  if (hash_hex(chain.kind, canonical(entry)) != entry.hash)
    return {fmt::format("第 {} 条记录的内容与其哈希值不符", due), fmt::format("the content of entry {} does not match its hash", due)};
  return {};
}

// Where the chain ends, and how it is hashed, as `setting` records it.
Result<Chain> recorded_chain(Reader& db) {
  const auto value = [&](const char* key) { return db.first(kSelectSetting, [](const Row& row) { return row.string(0); }, {std::string(key)}); };
  TRY(auto kind, value("journal.hash"));
  TRY(auto head, value("journal.head"));
  const auto space = head ? head->find(' ') : std::string::npos;
  const bool known = kind && (*kind == "sha256" || *kind == "sm3");
  if (!known || space == std::string::npos || head->size() != space + 1 + kNoHash.size()) {
    return fail(Code::internal, "store.journal_broken",
                {"日志的设置（journal.hash、journal.head）缺失或无法读取", "the journal's settings (journal.hash, journal.head) are missing or unreadable"});
  }
  return Chain{*kind == "sm3" ? HashKind::sm3 : HashKind::sha256, std::strtoll(head->c_str(), nullptr, 10), head->substr(space + 1)};
}

// Walks from the entry that `chain` ends with to the journal's end.
Result<Verdict> walk(Reader& db, Chain chain, const Chain& recorded, const std::function<void(std::int64_t)>& seen) {
  Verdict verdict{.head = chain.head};
  TRY_VOID(db.each(kSelectEntries, std::array<Cell, 1>{chain.seq}, [&](const Row& row) {
    const auto entry = to_entry(row);
    verdict.reason = fault_of(chain, entry);
    if (!verdict.reason.en.empty()) {
      verdict.broken = chain.seq + 1;
      return false;
    }
    chain.seq = entry.seq;
    chain.head = verdict.head = entry.hash;
    ++verdict.entries;
    seen(verdict.entries);
    return true;
  }));
  if (verdict.broken != 0 || (chain.seq == recorded.seq && chain.head == recorded.head)) return verdict;
  verdict.broken = std::min(chain.seq, recorded.seq) + (chain.seq == recorded.seq ? 0 : 1);
  verdict.reason = {fmt::format("日志止于第 {} 条，而记录的末尾是第 {} 条", chain.seq, recorded.seq),
                    fmt::format("the journal ends with entry {}, the recorded end is entry {}{}", chain.seq, recorded.seq,
                                chain.seq == recorded.seq ? " with another hash" : "")};
  return verdict;
}

}  // namespace

std::string canonical(const Entry& entry) {
  std::string out;
  out.reserve(256 + entry.before.size() + entry.after.size());
  put_text(out, "jiaoji journal 1");  // the form of these bytes; another form would start with another name
  put_number(out, static_cast<std::uint64_t>(entry.seq));
  put_number(out, static_cast<std::uint64_t>(entry.at));
  for (const auto* field : {&entry.actor, &entry.city, &entry.action, &entry.subject, &entry.before, &entry.after, &entry.request, &entry.previous})
    put_text(out, *field);
  return out;
}

std::string hash_hex(HashKind kind, std::string_view bytes) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sm3 = EVP_MD_fetch(nullptr, "SM3", nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, kind == HashKind::sm3 ? sm3 : sha256, nullptr);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(size * 2);
  for (unsigned i = 0; i < size; ++i) hex += {kDigits[digest[i] >> 4], kDigits[digest[i] & 15]};
  return hex;
}

Result<Verdict> verify_journal(Reader& db, const std::function<void(double)>& progress) {
  TRY(const auto recorded, recorded_chain(db));
  TRY(const auto total, db.integer("SELECT COUNT(*) FROM journal"));
  return walk(db, Chain{recorded.kind, 0, kNoHash}, recorded, [&](std::int64_t entries) {
    if (progress && (entries % 1'000 == 0 || entries == total)) progress(static_cast<double>(entries) / static_cast<double>(total));
  });
}

void Chain::extend(Entry& entry) {
  entry.seq = ++seq;
  entry.previous = head;
  entry.hash = head = hash_hex(kind, canonical(entry));
}

Result<void> create_chain(Connection& db, HashKind kind) {
  constexpr std::string_view kInsert = "INSERT INTO setting (key, value) VALUES (?, ?)";
  TRY_VOID(db.execute(kInsert, std::array<Cell, 2>{"journal.hash", kind == HashKind::sm3 ? "sm3" : "sha256"}));
  TRY_VOID(db.execute(kInsert, std::array<Cell, 2>{"journal.head", "0 " + kNoHash}));
  return {};
}

Result<Chain> load_chain(Reader& db) {
  TRY(auto recorded, recorded_chain(db));
  const auto before_tail = std::max<std::int64_t>(0, recorded.seq - kTailChecked);
  Chain start{recorded.kind, before_tail, kNoHash};
  if (before_tail > 0) {
    TRY(auto hash, db.first("SELECT hash FROM journal WHERE seq = ?", [](const Row& row) { return row.string(0); }, {before_tail}));
    start.head = hash.value_or("");
  }
  TRY(const auto verdict, walk(db, start, recorded, [](std::int64_t) {}));
  if (verdict.broken != 0) {
    return fail(Code::internal, "store.journal_broken",
                {fmt::format("日志在第 {} 条处断裂：{}。请用备份恢复：jiaoji restore 备份文件", verdict.broken, verdict.reason.zh),
                 fmt::format("the journal is broken at entry {}: {}. Put a backup in its place: jiaoji restore FILE", verdict.broken, verdict.reason.en)});
  }
  return recorded;
}

Result<void> save_head(Connection& db, const Chain& chain) {
  TRY(const auto rows, db.execute("UPDATE setting SET value = ? WHERE key = 'journal.head'", std::array<Cell, 1>{fmt::format("{} {}", chain.seq, chain.head)}));
  if (rows != 1) return fail(Code::internal, "store.journal_broken", {"日志的末尾无法记录", "the end of the journal cannot be recorded"});
  return {};
}

Result<void> insert_entry(Connection& db, const Entry& e) {
  const std::array<Cell, 11> cells{e.seq, e.at, e.actor, e.city, e.action, e.subject, e.before, e.after, e.request, e.previous, e.hash};
  TRY_VOID(db.execute(kInsertEntry, cells));
  return {};
}

}  // namespace jiaoji::store
