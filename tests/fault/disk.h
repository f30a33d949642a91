// A disk that loses power: plays a trace forward, and at any point says what could be found after a cut.
//
// Durable is what was synced. Of the rest any part may be there: none, all, a first part, any subset in any order of
// arrival, and each write torn at 512 bytes. Names (create, rename, unlink) last when their folder was synced; of the rest
// a first part is there, as a journalling file system keeps their order.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "trace.h"

namespace jiaoji::fault {

struct Event {
  Record record;
  std::string text;
};
std::vector<Event> read_trace(const std::string& file);

class Disk {
 public:
  // `random` decides what a failed sync left behind.
  Disk(const std::vector<Event>& events, std::mt19937& random) : events_(events), random_(random) {}

  // Plays up to the event number `until`.
  void play(std::size_t until);
  // Writes what is found after a cut now into `folder`, which is emptied first.
  void cut(const std::string& folder);
  const std::vector<std::string>& acknowledged() const { return acknowledged_; }

 private:
  struct File {
    std::string durable;
    std::vector<std::size_t> pending;  // numbers of events
  };
  using Names = std::map<std::string, std::uint32_t>;
  enum class Fate { none, all, prefix, subset, torn };

  void step(std::size_t number);
  void sync(File& file, std::uint64_t mark, bool failed);
  void apply(std::string& content, const Event& event);
  void apply_torn(std::string& content, const Event& event);
  void apply_name(Names& names, const Event& event) const;
  std::string survive(const File& file, Fate fate);
  bool chance(double of);
  std::size_t below(std::size_t limit);

  const std::vector<Event>& events_;
  std::mt19937& random_;
  std::size_t next_ = 0;
  std::map<std::uint32_t, File> files_;
  Names names_;                             // durable
  std::vector<std::size_t> pending_names_;
  std::vector<std::string> acknowledged_;
};

}  // namespace jiaoji::fault
