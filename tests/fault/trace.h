// The trace: what a process did to the files of one folder, and what it acknowledged, in the order in which it happened.
// Written by shim.cc inside the traced process, read by disk.cc. Records are native-endian: the two run on one machine.
#pragma once

#include <cstdint>

namespace jiaoji::fault {

enum class What : std::uint8_t {
  create = 'C',       // a name that was not there; `text` is the name, `file` a new number
  write = 'W',        // `offset`, and the bytes as `text`
  truncate = 'T',     // to `offset` bytes
  sync = 'S',         // everything recorded before `mark` reached the disk
  sync_failed = 'F',  // what was recorded before `mark` may be lost for good: the kernel takes it for clean now
  folder_sync = 'D',  // the same for names
  unlink = 'U',       // `text` is the name
  rename = 'R',       // `text` is the old name, a NUL, the new name
  acknowledge = 'A',  // `text` is what was promised
};

struct Record {
  What what;
  std::uint32_t file = 0;    // number of the file; names come and go, the file stays
  std::uint64_t offset = 0;
  std::uint64_t mark = 0;    // number of the record before which a sync counts
  std::uint32_t length = 0;  // of the bytes that follow
};

}  // namespace jiaoji::fault
