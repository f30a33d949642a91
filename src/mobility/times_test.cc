#include "mobility/times.h"

#include <gtest/gtest.h>

namespace jiaoji::mobility {
namespace {

TEST(Times, AreReadAsTimetablesWriteThem) {
  struct Row { const char* text; std::optional<Seconds> seconds; };
  const Row rows[] = {
      {"08:05", 29100}, {"8:05", 29100}, {"08:05:30", 29130}, {" 8:05:00 ", 29100}, {"25:10:00", 90600}, {"47:59:59", 172799},
      {"25:70:00", {}}, {"25:61:00", {}}, {"8:5:0", {}}, {"08:05:3", {}}, {"8", {}}, {"", {}}, {":05", {}}, {"08:", {}}, {"08:05:30:1", {}}, {"-1:00", {}}, {"999:00:00", {}}, {"a8:05", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(parse_time(row.text), row.seconds);
  }
}

TEST(Times, AreWrittenWithSecondsOnlyWhereThereAreAny) {
  EXPECT_EQ(format_time_of_day(29100), "08:05");
  EXPECT_EQ(format_time_of_day(29130), "08:05:30");
  EXPECT_EQ(format_time_of_day(90600), "25:10");
}

TEST(Times, ADateThatIsNoneIsRefused) {
  EXPECT_EQ(parse_gtfs_date("19700102"), 1);
  EXPECT_EQ(parse_gtfs_date("20160230"), std::nullopt);
  EXPECT_EQ(parse_gtfs_date("2016-3-2"), std::nullopt);
}

}  // namespace
}  // namespace jiaoji::mobility
