// A disk that is really full: a file system of 4 MB in memory, in a mount of this process's own. Changes are refused, reads
// go on, and once there is room again changes are taken, without a restart; nothing acknowledged is missing.
//
// Exits 77 (skipped) where this process may not mount.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>

#include "harness.h"
#include "load.h"

namespace {

using namespace jiaoji;
using namespace jiaoji::fault;

constexpr int kSkipped = 77;

bool mount_small(const std::string& folder) {
  const auto write_file = [](const char* path, const std::string& text) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    return file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && close(file) == 0;
  };
  const auto user = getuid();
  if (user == 0 ? unshare(CLONE_NEWNS) != 0 : unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  if (user != 0 && !write_file("/proc/self/uid_map", fmt::format("0 {} 1", user))) return false;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=4m") == 0;
}

struct Counts {
  int taken = 0, refused = 0, wrong = 0;
};

// Changes until `enough` says so.
Counts write_until(store::Database& db, const std::function<bool(const Counts&)>& enough, std::vector<std::string>& acknowledged) {
  Counts counts;
  while (!enough(counts)) {
    const auto request = fmt::format("full.{}.{}/1", acknowledged.size(), counts.refused);
    const auto answer = db.write([&](store::Writer& w) -> Result<void> {
      const std::string value(2'000, 'x');
      TRY_VOID(w.execute("INSERT INTO item (id, value) VALUES (?, ?)", {request, value}));
      return w.journal({.action = "item.changed", .subject = request, .after = store::hash_hex(store::HashKind::sha256, value), .request = request});
    });
    if (answer) acknowledged.push_back(request);
    counts.taken += answer.has_value();
    counts.refused += !answer && answer.error().key == "store.write_failed";
    counts.wrong += !answer && answer.error().key != "store.write_failed";
    if (counts.wrong > 0) fmt::print("answered {}: {}\n", answer.error().key, answer.error().detail.en);
    if (counts.wrong > 10) break;
  }
  return counts;
}

}  // namespace

int main() {
  const Folder work;
  if (!mount_small(work.path())) {
    fmt::print("skipped: this process may not mount a file system\n");
    return kSkipped;
  }
  const auto ballast = work.path() + "/ballast";
  const int file = open(ballast.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || posix_fallocate(file, 0, 2 << 20) != 0) return 1;
  close(file);
  const SystemClock clock;
  std::vector<std::string> acknowledged;
  bool passed = false;
  {
    auto db = store::open_sqlite({.path = work.path() + kDatabase, .checkpoint_pages = 50, .clock = &clock});
    if (!db) return fmt::print("{}\n", db.error().detail.en), 1;
    run_load(**db, {.clients = 4, .changes = 5}, [&](const std::string&) {});
    const auto filling = write_until(**db, [](const Counts& counts) { return counts.refused >= 20; }, acknowledged);
    const auto readable = (*db)->read_as<std::int64_t>([](store::Reader& r) { return r.integer("SELECT COUNT(*) FROM item"); });
    unlink(ballast.c_str());
    const auto after = write_until(**db, [](const Counts& counts) { return counts.taken >= 100 || counts.refused > 0; }, acknowledged);
    passed = filling.wrong + after.wrong + after.refused == 0 && readable && (*db)->healthy();
    fmt::print("full disk: {} changes taken, then {} refused, reads go on: {}; with room again {} taken without a restart\n", filling.taken,
               filling.refused, readable ? "yes" : "no", after.taken);
  }
  const auto judgement = judge_folder(work.path(), acknowledged);
  umount2(work.path().c_str(), MNT_DETACH);
  fmt::print("lost {}, halves {}, corrupt {}: {}\n", judgement.lost, judgement.halves, judgement.corrupt, passed && judgement.good() ? "passed" : "FAILED");
  return passed && judgement.good() ? 0 : 1;
}
