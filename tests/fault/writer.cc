// The program that the fault tests torment: opens a database, runs the load, closes it, several times over.
//
//   fault_writer FOLDER [clients=64] [changes=25] [seed=1] [run=a] [rounds=1] [synchronous=FULL] [checkpoint=50]
//                [retry=1] [early=1] [split=1]
//
// What is acknowledged goes to the shim when it is loaded, else to standard output, a line each. Exits 0 when the store kept
// its word as far as a client sees it, 2 when it did not, 3 when it could not be opened.
#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "load.h"

namespace {

using namespace jiaoji;

struct Arguments {
  std::map<std::string, std::string> given;
  Arguments(int argc, char** argv) {
    for (int i = 2; i < argc; ++i) {
      const std::string argument = argv[i];
      const auto equals = argument.find('=');
      given[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
  }
  std::string text(const char* name, const char* otherwise) const { return given.contains(name) ? given.at(name) : otherwise; }
  int number(const char* name, int otherwise) const { return given.contains(name) ? std::stoi(given.at(name)) : otherwise; }
};

void acknowledge(const std::string& request) {
  using Shim = void(const char*, std::size_t);
  static auto* const shim = reinterpret_cast<Shim*>(dlsym(RTLD_DEFAULT, "fault_acknowledge"));
  if (shim) return shim(request.data(), request.size());
  const auto line = request + "\n";
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(4);
}

// Reading goes on whatever became of the writing.
bool readable(store::Database& db) {
  const auto entries = db.read_as<std::int64_t>([](store::Reader& r) { return r.integer("SELECT COUNT(*) FROM journal"); });
  return entries.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const SystemClock clock;
  const store::Options options{.path = std::string(argv[1]) + fault::kDatabase,
                               .checkpoint_pages = arguments.number("checkpoint", 50),
                               .synchronous = arguments.text("synchronous", "FULL"),
                               .clock = &clock};
  bool kept_its_word = true;
  for (int round = 0; round < arguments.number("rounds", 1); ++round) {
    auto db = store::open_sqlite(options);
    if (!db) {
      fmt::print(stderr, "{}: {}\n", db.error().key, db.error().detail.en);
      return kept_its_word ? 3 : 2;
    }
    const fault::Load load{.clients = arguments.number("clients", 64),
                           .changes = arguments.number("changes", 25),
                           .seed = static_cast<unsigned>(arguments.number("seed", 1)) * 100 + static_cast<unsigned>(round),
                           .run = fmt::format("{}{}", arguments.text("run", "a"), round),
                           .retry = arguments.number("retry", 0) == 1,
                           .early = arguments.number("early", 0) == 1,
                           .split = arguments.number("split", 0) == 1};
    const auto outcome = fault::run_load(**db, load, acknowledge);
    for (const auto& fault : outcome.faults) fmt::print(stderr, "{}\n", fault);
    if (outcome.refused > 0) fmt::print(stderr, "refused {}\n", outcome.refused);
    kept_its_word = kept_its_word && outcome.faults.empty() && readable(**db);
    if (!(*db)->healthy()) break;
  }
  return kept_its_word ? 0 : 2;
}
