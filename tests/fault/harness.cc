#include "harness.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace jiaoji::fault {

Folder::Folder() {
  const bool memory = access("/dev/shm", W_OK) == 0;
  const auto parent = memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
  auto pattern = (parent / "jiaoji-fault-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder for the test");
  path_ = std::filesystem::canonical(pattern);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int wait_for(int pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Harness::Run Harness::run(const Folder& folder, const std::vector<std::string>& arguments, const Disk& disk) const {
  const auto data = folder.path() + "/data", trace = folder.path() + "/trace", errors = folder.path() + "/errors";
  std::filesystem::create_directory(data);
  std::vector<std::string> words{writer, data};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int pid = fork();
  if (pid == 0) {
    setenv("LD_PRELOAD", shim.c_str(), 1);
    setenv("FAULT_TRACE", trace.c_str(), 1);
    setenv("FAULT_FOLDER", data.c_str(), 1);
    setenv("FAULT_FAIL", disk.fail.c_str(), 1);
    setenv("FAULT_SYNC_US", std::to_string(disk.sync_us).c_str(), 1);
    dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  Run run{.status = wait_for(pid), .trace = trace};
  std::ifstream in(errors);
  run.complaint.assign(std::istreambuf_iterator<char>(in), {});
  return run;
}

}  // namespace jiaoji::fault
