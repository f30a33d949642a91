// One to all at 08:00 beside minotor, in one run: the same feed, day, change time and origins, one thread.   node run.mjs MOBILITY_BENCH FOLDER
import { execFileSync } from "node:child_process";
import { GtfsParser } from "minotor/parser";
import { Query, Router, Time, Duration } from "minotor";

console.warn = console.info = () => {};  // it says once a row what the feed leaves out
const [bench, folder] = process.argv.slice(2);
const feeds = [
  ["rail", `${folder}/cn-hsr-2016.gtfs.zip`, "2016-03-02", ["JNK", "QDK", "AOH", "VNP", "BJP", "ZZF", "XAY", "HZH", "NJH", "WHN"]],
  ["Vilnius", `${folder}/vilnius_gtfs.zip`, "2016-05-11", ["1004", "9483", "9102", "8258", "1017", "5483", "5118", "6711", "5095", "5820"]],
];
for (const [name, feed, date, wanted] of feeds) {
  // Its day is the one of the local clock.
  const { timetable, stopsIndex } = await new GtfsParser(feed).parse(new Date(`${date}T12:00:00`));
  // It takes ids for numbers where they look like it.
  const find = (id) => stopsIndex.findStopById(id) ?? stopsIndex.findStopById(Number(id));
  const byId = { get: find, has: (id) => find(id) !== undefined };
  const origins = wanted.filter((id) => byId.has(id));
  const router = new Router(timetable, stopsIndex);
  const ask = (id) => router.route(new Query.Builder().from(byId.get(id).id).to([]).departureTime(Time.fromHMS(8, 0, 0)).maxTransfers(30).minTransferTime(Duration.fromSeconds(120)).build());
  const ours = JSON.parse(execFileSync(bench, [feed, date, "120", String(8 * 3600), ...origins], { maxBuffer: 1 << 30 }).toString());
  let theirMs = 0, ourMs = 0, equal = 0, labels = 0;
  for (const row of ours) {
    for (let i = 0; i < 3; ++i) ask(row.stop);
    let best = Infinity, result;
    for (let i = 0; i < 5; ++i) {
      const begin = performance.now();
      result = ask(row.stop);
      best = Math.min(best, performance.now() - begin);
    }
    theirMs += best, ourMs += row.ms;
    for (const [stop, at] of Object.entries(row.arrivals)) {
      const their = byId.has(stop) ? result.arrivalAt(byId.get(stop).id) : undefined;
      ++labels;
      if (their && (their.arrival ?? their.time).toSeconds() === at) ++equal;
    }
  }
  console.log(`${name}, ${date} 08:00, ${ours.length} origins: minotor ${(theirMs / ours.length).toFixed(2)} ms, jiaoji ${(ourMs / ours.length).toFixed(4)} ms: ${(theirMs / ourMs).toFixed(0)} times; ${((100 * equal) / labels).toFixed(1)} % of its ${labels} arrivals are equal`);
}
