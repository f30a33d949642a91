#include "mobility/tiles.h"

#include <gtest/gtest.h>

namespace jiaoji::mobility {
namespace {

TEST(Tiles, ComeFromOneOriginThatTheUrlNames) {
  struct Row { const char* url; const char* origin; };
  const Row rows[] = {
      {"https://tiles.example.cn/{z}/{x}/{y}.png", "https://tiles.example.cn"},
      {"https://t0.example.gov.cn:8443/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=0a1b%2F", "https://t0.example.gov.cn:8443"},
      {"https://tiles.example.cn?z={z}&x={x}&y={y}", "https://tiles.example.cn"},
      {"http://127.0.0.1:9000/{z}/{x}/{y}", "http://127.0.0.1:9000"},
      {"http://localhost/{z}/{x}/{y}", "http://localhost"},
      {"http://[::1]:81/{z}/{x}/{y}", "http://[::1]:81"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const auto source = parse_tiles(row.url, " 某图源 审图号：GS(2026)1号 ");
    ASSERT_TRUE(source) << source.error().detail.en;
    EXPECT_EQ(source->url, row.url);
    EXPECT_EQ(source->origin(), row.origin);
    EXPECT_EQ(source->credit, "某图源 审图号：GS(2026)1号");
  }
}

TEST(Tiles, AreRefusedWhereTheUrlCouldSayMoreThanASource) {
  struct Row { const char* url; const char* says; };
  const Row rows[] = {
      {"", "refused"},
      {"ftp://a.cn/{z}/{x}/{y}", "https"},
      {"//a.cn/{z}/{x}/{y}", "https"},
      {"http://a.cn/{z}/{x}/{y}", "this machine alone"},
      {"http://127.0.0.1.a.cn/{z}/{x}/{y}", "this machine alone"},
      {"http://localhost@a.cn/{z}/{x}/{y}", "host"},
      {"https://user:word@a.cn/{z}/{x}/{y}", "host"},
      {"https:///{z}/{x}/{y}", "host"},
      {"https://*/{z}/{x}/{y}", "host"},
      {"https://*.a.cn/{z}/{x}/{y}", "host"},
      {"https://a.cn:0/{z}/{x}/{y}", "host"},
      {"https://a.cn:65536/{z}/{x}/{y}", "host"},
      {"https://a.cn:/{z}/{x}/{y}", "host"},
      {"https://{z}.a.cn/{x}/{y}", "host"},
      {"https://a.cn/{z}/{x}", "{y} once"},
      {"https://a.cn/{z}/{x}/{y}/{y}", "{y} once"},
      {"https://a.cn/{x}/{y}", "{z} once"},
      {"https://a.cn/{s}/{z}/{x}/{y}", "braces"},
      {"https://a.cn/{z}/{x}/{y}#k", "no #"},
      {"https://a.cn/{z}/{x}/{y}; script-src *", "refused"},
      {"https://a.cn/{z}/{x}/{y};x", "refused"},
      {"https://a.cn/{z}/{x}/{y},x", "refused"},
      {"https://a.cn/{z}/{x}/{y}'", "refused"},
      {"https://a.cn/{z}/{x}/{y}\"", "refused"},
      {"https://a.cn/{z}/{x}/{y}\r\nset-cookie:a=b", "refused"},
      {"https://a.cn/{z}/{x}/{y}<", "refused"},
      {"https://a.cn\\{z}/{x}/{y}", "refused"},
      {"https://\xe5\x9c\xb0\xe5\x9b\xbe.cn/{z}/{x}/{y}", "refused"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const auto source = parse_tiles(row.url, "credit");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().key, "tiles.url");
    EXPECT_NE(source.error().detail.en.find(row.says), std::string::npos) << source.error().detail.en;
  }
  EXPECT_FALSE(parse_tiles("https://a.cn/{z}/{x}/{y}?" + std::string(kTileUrlMax, 'a'), "credit"));
}

TEST(Tiles, NeedTheCreditThatIsShownOnTheMap) {
  for (const std::string& credit : {std::string(), std::string("  "), std::string(kTileCreditMax + 1, 'a'), std::string("a\nb"), std::string("a\xe2\x80\xae" "b")}) {
    const auto source = parse_tiles("https://a.cn/{z}/{x}/{y}", credit);
    ASSERT_FALSE(source) << credit;
    EXPECT_EQ(source.error().key, "tiles.credit");
  }
}

}  // namespace
}  // namespace jiaoji::mobility
