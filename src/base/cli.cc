#include "base/cli.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji {

Cli::Cli() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    language = std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
    return;
  }
  language = Language::en;
}

std::function<void()> Cli::runs(std::function<Result<void>()> body) {
  return [this, body = std::move(body)] {
    if (const auto outcome = body(); !outcome) {
      complain(outcome.error());
      status = 1;
    }
  };
}

void Cli::complain(const Error& error) const {
  fmt::print(stderr, "jiaoji: {} [{}]\n", word(error.detail), error.key);
  const std::size_t shown = std::min<std::size_t>(error.where.size(), 20);
  for (std::size_t i = 0; i < shown && error.where.size() > 1; ++i) fmt::print(stderr, "  {}: {}\n", error.where[i].pointer, word(error.where[i].detail));
}

void Cli::say(const Text& words) const {
  if (!quiet) fmt::print(stderr, "{}\n", word(words));
}

void Cli::print(std::string_view line) const { fmt::print("{}\n", line); }
void Cli::print_json(const json::Value& value) const { fmt::print("{}\n", json::write(value)); }

void Cli::progress(double share, const Text& doing) const {
  if (quiet || !isatty(STDERR_FILENO)) return;
  const int filled = static_cast<int>(share * 30);
  fmt::print(stderr, "\r\033[K[{}{}] {:3.0f}% {}{}", std::string(static_cast<std::size_t>(filled), '#'), std::string(static_cast<std::size_t>(30 - filled), '.'), share * 100,
             word(doing), share >= 1 ? "\n" : "");
  std::fflush(stderr);
}

std::string pad(std::string_view text, int columns) {
  const int missing = columns - text::columns(text);
  return std::string(text) + std::string(static_cast<std::size_t>(std::max(0, missing)), ' ');
}

Result<std::string> read_whole(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Code::not_found, "file.cannot_open", {"打不开文件：" + path, "cannot open the file: " + path});
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<std::string> read_whole(const std::string& path, std::size_t bytes_max) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  auto& in = path == "-" ? std::cin : static_cast<std::istream&>(file);
  if (!in) return fail(Code::not_found, "file.cannot_open", {"打不开文件：" + path, "cannot open the file: " + path});
  std::string out(bytes_max + 1, '\0');
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(in.gcount()));
  if (out.size() <= bytes_max) return out;
  return fail(Code::too_large, "file.too_large", {fmt::format("{} 超过 {} MB", path, bytes_max >> 20), fmt::format("{} is larger than {} MB", path, bytes_max >> 20)});
}

}  // namespace jiaoji
