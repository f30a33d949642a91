// A zip file or a folder, read entry by entry within limits. Nothing is ever written, nothing inside is opened further.
//
// All names are looked at before a byte is unpacked: one that leads out of the archive (`..`, `/x`, `C:\x`), stands twice, is a
// link or is encrypted refuses the whole. A zip bomb ends after a few megabytes, by the sizes it has, not those it claims.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji {

struct ArchiveLimits {
  std::size_t entries = 2'000;
  std::size_t entry_bytes = 512u << 20;  // unpacked, of one entry
  std::size_t total_bytes = 1u << 30;    // unpacked, of all that is read
  std::size_t ratio = 100;               // unpacked to packed, beyond the first 4 MiB; timetables reach 20
  std::string_view key = "archive";      // what the keys of its errors begin with
};

class Archive {
 public:
  struct Entry {
    std::string name;      // "gtfs/stops.txt", with / also where a folder is read
    std::size_t size = 0;  // unpacked, as the archive claims
  };
  // Folders are no entries.
  static Result<Archive> open(const std::string& path, const ArchiveLimits& limits = {});
  // `zip` must outlive the archive.
  static Result<Archive> of_bytes(std::string_view zip, const ArchiveLimits& limits = {});
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive();

  const std::vector<Entry>& entries() const;
  bool has(std::string_view name) const;
  // Errors: `.no_entry`, `.damaged` (cut short, wrong checksum, packed by a method other than deflate), `.too_large`.
  Result<std::string> read(std::string_view name);
  // Hands over the entry piece by piece until `take` returns false; the checksum is known only at the end.
  Result<void> stream(std::string_view name, const std::function<bool(std::string_view)>& take);

 private:
  struct Inside;
  explicit Archive(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace jiaoji
