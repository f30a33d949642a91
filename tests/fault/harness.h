// Runs the tormented program under the shim, in folders of its own.
#pragma once

#include <string>
#include <vector>

namespace jiaoji::fault {

// A folder that is gone with the object; in memory where the machine has such a file system, since nothing in the tests
// that use it depends on a real disk.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Harness {
  std::string shim, writer;

  struct Disk {
    std::string fail = "";  // FAULT_FAIL, see shim.cc
    int sync_us = 0;
  };
  struct Run {
    int status = 0;         // the exit status; 128 and the signal when one ended it
    std::string trace;
    std::string complaint;  // standard error
  };
  // The database is in `folder`/data, the trace beside it.
  Run run(const Folder& folder, const std::vector<std::string>& arguments, const Disk& disk) const;
};

// The exit status of a child, as a shell would name it.
int wait_for(int pid);

}  // namespace jiaoji::fault
