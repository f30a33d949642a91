// The load of the fault tests, and the judge of what is left of it.
//
// Clients insert, change and delete items, several in one change, and some changes fail after they wrote. Every change
// carries the id of its request in the journal, "<run>.<client>.<number>/<entries>", so that the judge can hold the items
// against the journal, and both against what was acknowledged.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/database.h"

namespace jiaoji::fault {

struct Load {
  int clients = 64;
  int changes = 25;            // a client
  unsigned seed = 1;
  std::string run = "a";       // tells the requests of this run from those of others
  bool retry = false;          // until the change is taken, as long as the server says that it may work again
  bool early = false;          // planted fault: acknowledges before the commit
  bool split = false;          // planted fault: writes the row and its entry in two changes
};

struct Outcome {
  std::vector<std::string> faults;  // what the store did against its word
  int refused = 0;                  // changes that were answered `unavailable`
};

// Runs the load to its end. `acknowledge` is called by the clients' threads.
Outcome run_load(store::Database& db, const Load& load, const std::function<void(const std::string&)>& acknowledge);

// What is wrong with a database after a fault; all zero and empty when it kept its word.
struct Judgement {
  bool corrupt = false;       // it cannot be read, or its structure is damaged
  int lost = 0;               // acknowledged requests that are not there
  int halves = 0;             // requests of which a part is there, items that do not agree with the journal
  int undone = 0;             // entries of changes that had failed
  bool broken_chain = false;
  std::string reason;
  bool good() const { return !corrupt && lost == 0 && halves == 0 && undone == 0 && !broken_chain; }
};
Judgement judge(store::Reader& db, const std::vector<std::string>& acknowledged);
// Opens the file of `folder` with plain SQLite first. A folder without a database is good when nothing was acknowledged.
Judgement judge_folder(const std::string& folder, const std::vector<std::string>& acknowledged);

constexpr const char* kDatabase = "/fault.db";

}  // namespace jiaoji::fault
