#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

void read_agencies(Reading& r) {
  const auto table = r.open("agency.txt", Reading::Presence::required);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("agency_id"), name = t.column("agency_name"), url = t.column("agency_url"), zone = t.column("agency_timezone");
  std::size_t rows = 0, unnamed = 0;
  while (t.next()) {
    ++rows;
    const auto own = t.text(id);
    if (own.empty()) ++unnamed;
    if (t.text(name).empty()) r.notices.warning("gtfs.name_missing", t.at(name), "agency_name 为空", "agency_name is blank");
    if (r.options.check_all) check_url(t, url);
    const auto where = t.required(zone);
    if (!where.empty() && !is_timezone(where)) t.error("gtfs.timezone", zone, "“{}”不是时区；应写作 Asia/Shanghai 这样的名称", "\"{}\" is no time zone: write a name such as Asia/Shanghai", where);
    else if (!where.empty() && !r.feed.timezone.empty() && where != r.feed.timezone) {
      t.error("gtfs.timezone_differs", zone, "各运营方的时区必须相同；第一家是 {}", "all agencies must have one time zone; the first has {}", r.feed.timezone);
    }
    if (!t.faulty() && r.feed.timezone.empty()) r.feed.timezone = where;
    if (!own.empty()) r.add_id(t, id, own, r.agencies, rows - 1);
    if (unnamed && rows > 1) t.error("gtfs.agency_id_missing", id, "有多家运营方时，每家都要有 agency_id", "where there are several agencies, each must have an agency_id");
  }
  if (rows == 0) r.notices.error("gtfs.table_empty", {"agency.txt"}, "没有一行数据，应当至少有一家运营方", "has no row; there should be an agency");
}

void read_feed_info(Reading& r) {
  const auto table = r.open("feed_info.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto from = t.column("feed_start_date"), to = t.column("feed_end_date"), url = t.column("feed_publisher_url");
  while (t.next()) {
    const auto first = t.date(from), last = t.date(to);
    if (first && last && *first > *last) t.error("gtfs.dates_reversed", to, "feed_end_date 早于 feed_start_date", "feed_end_date is before feed_start_date");
    if (!r.options.check_all) continue;
    check_url(t, url);
    for (const auto column : {t.column("feed_publisher_name"), url, t.column("feed_lang")}) {
      if (t.text(column).empty()) r.notices.warning("gtfs.value_missing", t.at(column), "{} 不能为空", "{} must not be blank", column.name);
    }
  }
}

}  // namespace jiaoji::mobility
