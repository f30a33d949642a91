// What every command of the command line shares: where the data is, how to print, what failure looks like.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace jiaoji {

// Data goes to standard output, words and progress to standard error. One line says what failed; the exit status is 1, and 2
// when the call itself was wrong.
class Cli {
 public:
  Cli();
  std::string data = "./data";        // --data
  bool json = false;                  // --json
  bool quiet = false;                 // -q
  Language language = Language::zh;   // of LC_ALL, LC_MESSAGES or LANG; English unless it begins with zh
  int status = 0;

  std::string database() const { return data + "/jiaoji.db"; }
  // Makes a command's callback from what it does: prints the error of `body` and remembers the status.
  std::function<void()> runs(std::function<Result<void>()> body);
  void say(const Text& words) const;                       // to standard error, unless quiet
  void print(std::string_view line) const;                 // to standard output
  void print_json(const json::Value& value) const;
  // A bar on standard error when it is a terminal; else nothing.
  void progress(double share, const Text& doing) const;
  void complain(const Error& error) const;
  std::string word(const Text& text) const { return text.in(language); }
};

// A whole file; "-" is standard input.
Result<std::string> read_whole(const std::string& path);
// The same of at most so many bytes: more are refused (file.too_large) and not read.
Result<std::string> read_whole(const std::string& path, std::size_t bytes_max);

// Pads with spaces to `columns` columns of a terminal; a Chinese character counts two.
std::string pad(std::string_view text, int columns);

}  // namespace jiaoji
