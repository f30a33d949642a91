#include "base/archive.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zip.h>

namespace jiaoji {
namespace {

namespace fs = std::filesystem;

struct Part {
  std::string name, bytes;
  unsigned mode = 0100644;
  const char* password = nullptr;
  int method = Z_DEFLATED;
};

fs::path scratch(const std::string& name) { return fs::temp_directory_path() / ("jiaoji-archive-" + std::to_string(::getpid()) + "-" + name); }

std::string zip_of(const std::vector<Part>& parts) {
  const auto path = scratch("made.zip");
  const auto zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  for (const auto& part : parts) {
    zip_fileinfo info{};
    info.external_fa = static_cast<uLong>(part.mode) << 16;
    const auto crc = crc32(0, reinterpret_cast<const unsigned char*>(part.bytes.data()), static_cast<unsigned>(part.bytes.size()));
    zipOpenNewFileInZip4(zip, part.name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, part.method, 6, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, part.password, crc, 3 << 8, 0);
    zipWriteInFileInZip(zip, part.bytes.data(), static_cast<unsigned>(part.bytes.size()));
    zipCloseFileInZip(zip);
  }
  zipClose(zip, nullptr);
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// What opening and reading all of it ends in: "" or the key of the error.
std::string outcome(std::string_view bytes, const ArchiveLimits& limits = {}) {
  auto archive = Archive::of_bytes(bytes, limits);
  if (!archive) return archive.error().key;
  for (const auto& entry : archive->entries()) {
    const auto read = archive->read(entry.name);
    if (!read) return read.error().key;
  }
  return "";
}

TEST(Archive, ReadsEntriesFromAFileFromMemoryAndFromAFolder) {
  const std::string long_text(3'000'000, 'x');
  const auto bytes = zip_of({{"a.txt", "alpha"}, {"in/", ""}, {"in/b.txt", long_text}, {"空.txt", "", 0100644, nullptr, 0}});
  const auto path = scratch("whole.zip"), folder = scratch("folder");
  std::ofstream(path, std::ios::binary) << bytes;
  fs::remove_all(folder);
  fs::create_directories(folder / "in");
  std::ofstream(folder / "a.txt") << "alpha";
  std::ofstream(folder / "in/b.txt") << long_text;
  std::ofstream(folder / "空.txt");
  Result<Archive> archives[] = {Archive::of_bytes(bytes), Archive::open(path), Archive::open(folder)};
  for (auto& archive : archives) {
    ASSERT_TRUE(archive);
    ASSERT_EQ(archive->entries().size(), 3u);
    EXPECT_EQ(archive->entries()[0].name, "a.txt");
    EXPECT_EQ(archive->entries()[0].size, 5u);
    EXPECT_TRUE(archive->has("in/b.txt"));
    EXPECT_FALSE(archive->has("in/"));
    EXPECT_FALSE(archive->has("b.txt"));
    EXPECT_EQ(archive->read("a.txt").value(), "alpha");
    EXPECT_EQ(archive->read("in/b.txt").value(), long_text);
    EXPECT_EQ(archive->read("空.txt").value(), "");
    EXPECT_EQ(archive->read("a.txt").value(), "alpha");  // again, in any order
    EXPECT_EQ(archive->read("c.txt").error().key, "archive.no_entry");
    std::size_t pieces = 0;
    EXPECT_TRUE(archive->stream("in/b.txt", [&](std::string_view) { return ++pieces < 2; }));
    EXPECT_EQ(pieces, 2u);
  }
  fs::remove_all(folder);
  fs::remove(path);
}

TEST(Archive, RefusesWhatIsHostile) {
  std::vector<Part> many;
  for (int i = 0; i < 3'000; ++i) many.push_back({"f" + std::to_string(i), ""});
  const struct { const char* name; std::vector<Part> parts; const char* key; } rows[] = {
      {"way out", {{"../../x", "y"}}, "archive.bad_name"},
      {"way out in the middle", {{"a/../../x", "y"}}, "archive.bad_name"},
      {"dots in a name", {{"a..b/...txt", "y"}}, ""},
      {"absolute", {{"/etc/x", "y"}}, "archive.bad_name"},
      {"drive", {{"C:\\x", "y"}}, "archive.bad_name"},
      {"drive with a slash", {{"C:/x", "y"}}, "archive.bad_name"},
      {"backslashes", {{"..\\x", "y"}}, "archive.bad_name"},
      {"overlong name", {{std::string(5'000, 'n'), "y"}}, "archive.bad_name"},
      {"symbolic link", {{"link", "/etc/passwd", 0120777}}, "archive.link"},
      {"same name twice", {{"a", "1"}, {"a", "2"}}, "archive.twice"},
      {"encrypted", {{"a", "secret", 0100644, "password"}}, "archive.encrypted"},
      {"too many files", many, "archive.too_many_parts"},
      {"nested zip is bytes", {{"inner.zip", zip_of({{"deep", "x"}})}}, ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(outcome(zip_of(row.parts)), row.key);
  }
}

TEST(Archive, ABombEndsAfterAFewMegabytes) {
  const auto bomb = zip_of({{"zeros", std::string(200u << 20, '\0')}});
  auto archive = Archive::of_bytes(bomb);
  ASSERT_TRUE(archive);
  std::size_t seen = 0;
  const auto read = archive->stream("zeros", [&](std::string_view piece) { return seen += piece.size(), true; });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().key, "archive.too_large");
  EXPECT_LT(seen, 32u << 20);
  EXPECT_EQ(outcome(zip_of({{"a", std::string(100'000, 'a')}}), {.entry_bytes = 50'000}), "archive.too_large");
  EXPECT_EQ(outcome(zip_of({{"a", std::string(40'000, 'a')}, {"b", std::string(40'000, 'a')}}), {.total_bytes = 50'000}), "archive.too_large");
}

TEST(Archive, WhatIsCutShortOrChangedIsDamaged) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += std::to_string(i * 7919 % 10'007) + ",";
  const auto whole = zip_of({{"a.txt", text}});
  EXPECT_EQ(outcome(whole), "");
  for (const double part : {0.0, 0.1, 0.5, 0.9, 0.999}) EXPECT_EQ(outcome(std::string_view(whole).substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * part))), "archive.damaged") << part;
  auto stored = zip_of({{"a.txt", text, 0100644, nullptr, 0}});
  stored[1'000] ^= 1;  // in the bytes of the entry: only the checksum tells
  EXPECT_EQ(outcome(stored), "archive.damaged");
  EXPECT_EQ(outcome("PK\x03\x04 not a zip"), "archive.damaged");
  EXPECT_EQ(Archive::open(scratch("nothing there")).error().key, "archive.cannot_open");
}

TEST(Archive, AFolderWithALinkIsRefused) {
  const auto folder = scratch("links");
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::create_symlink("/etc/passwd", folder / "stops.txt");
  EXPECT_EQ(Archive::open(folder).error().key, "archive.link");
  fs::remove_all(folder);
}

RC_GTEST_PROP(Archive, AnyChangedByteIsReadOrRefusedButNeverOtherwise, ()) {
  static const auto whole = zip_of({{"stops.txt", "stop_id\nA\nB\n"}, {"in/trips.txt", std::string(2'000, 't')}});
  auto bytes = whole;
  const auto changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  (void)outcome(bytes, {.entry_bytes = 1u << 20, .total_bytes = 1u << 20});
}

}  // namespace
}  // namespace jiaoji
