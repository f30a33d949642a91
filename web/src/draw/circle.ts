// The circle of a place at a minute of the day, computed from its profile: map, tables and counts all read this one answer.
//
// The server answers one profile for the whole day; a slider then costs a binary search a stop. People are counted by the same rule as
// the server's without streets: a point is inside when walking on from a reached stop (or from the place itself, when it is a
// coordinate) takes no longer than the time that is left.
import type { Schemas } from "../api/client";

export type Profile = Schemas["MobilityProfile"];
export type ProfileStop = Profile["stops"][number];
export type Points = Schemas["MobilityPoints"];

// One reached stop. `at`: arrival, of a circle towards the place the latest departure; seconds after midnight. `left`: for walking on.
export type Reached = { row: ProfileStop; seconds: number; at: number; left: number };
export type Source = { lat: number; lon: number; left: number };
export type Circle = { time: number; limit: number; backward: boolean; reached: Reached[]; sources: Source[] };

const kEarthRadius = 6371008.8, kDegree = Math.PI / 180;
export function metresBetween(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const lat = Math.sin(((lat2 - lat1) * kDegree) / 2), lon = Math.sin(((lon2 - lon1) * kDegree) / 2);
  const h = lat * lat + Math.cos(lat1 * kDegree) * Math.cos(lat2 * kDegree) * lon * lon;
  return 2 * kEarthRadius * Math.asin(Math.sqrt(Math.min(1, h)));
}
export const walkSeconds = (metres: number, metresPerSecond: number) => Math.ceil(metres / metresPerSecond - 1e-6);

// Seconds from setting out at `time` (backward: until being there at `time`), waiting included; Infinity when there is no way.
// Journeys are [departure, arrival], backward [there by, leave at], both rising.
export function secondsAt(row: Pick<ProfileStop, "journeys" | "walk_seconds">, time: number, backward: boolean): number {
  const { journeys } = row;
  let low = 0, high = journeys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (backward ? journeys[middle]![0]! <= time : journeys[middle]![0]! < time) low = middle + 1;
    else high = middle;
  }
  const next = backward ? journeys[low - 1] : journeys[low];
  const ride = next ? (backward ? time - next[1]! : next[1]! - time) : Infinity;
  return Math.min(ride, row.walk_seconds ?? Infinity);
}

export function circleAt(profile: Profile, time: number, limit: number): Circle {
  const backward = profile.direction === "to", most = profile.walk_seconds_max;
  const reached: Reached[] = [];
  const sources: Source[] = profile.place.kind === "coordinate" ? [{ lat: profile.place.lat, lon: profile.place.lon, left: Math.min(limit, most) }] : [];
  for (const row of profile.stops) {
    const seconds = secondsAt(row, time, backward);
    if (seconds > limit) continue;
    const left = Math.min(limit - seconds, most);
    reached.push({ row, seconds, at: backward ? time - seconds : time + seconds, left });
    sources.push({ lat: row.lat, lon: row.lon, left });
  }
  reached.sort((a, b) => a.seconds - b.seconds || (a.row.name < b.row.name ? -1 : a.row.name > b.row.name ? 1 : a.row.stop < b.row.stop ? -1 : 1));
  return { time, limit, backward, reached, sources };
}

// When the next (backward: the last earlier) departure is that reaches anything by a vehicle within the limit; null when there is none that day.
export function nextService(profile: Profile, time: number, limit: number): number | null {
  const backward = profile.direction === "to";
  let best: number | null = null;
  for (const row of profile.stops) {
    if ((row.walk_seconds ?? Infinity) === 0) continue;
    for (const [a, b] of row.journeys as [number, number][]) {
      if ((backward ? a - b : b - a) > limit || (backward ? a > time : a < time)) continue;
      if (best === null || (backward ? a > best : a < best)) best = a;
    }
  }
  return best;
}

export type Count = { people: number; jobs: number; points: number };
export type DistrictCount = { district: string | null; all: Count; a: Count; b: Count; both: Count };
export type Counted = { all: Count; a: Count; b: Count; both: Count; districts: DistrictCount[] };
const none = (): Count => ({ people: 0, jobs: 0, points: 0 });

// The points that can be walked to from each stop, found once and kept: a frame then only compares seconds.
export class Counter {
  private readonly cells = new Map<number, number[]>();
  private readonly near = new Map<string, { points: Int32Array; seconds: Int32Array }>();
  private readonly marks: Uint8Array;
  private readonly size = 0.05; // degrees
  constructor(private readonly points: Points, private readonly metresPerSecond: number, private readonly secondsMax: number) {
    this.marks = new Uint8Array(points.points.length);
    points.points.forEach((p, i) => {
      const key = this.key(Math.floor(p[0]! / this.size), Math.floor(p[1]! / this.size));
      const cell = this.cells.get(key);
      if (cell) cell.push(i);
      else this.cells.set(key, [i]);
    });
  }
  private key(y: number, x: number) { return (y + 4000) * 10000 + (x + 4000); }

  private nearOf(source: Source) {
    const key = `${source.lat},${source.lon}`;
    let found = this.near.get(key);
    if (found) return found;
    const reach = ((this.secondsMax * this.metresPerSecond + 1) / kEarthRadius / kDegree) * 1.01;
    const wide = reach / Math.max(0.02, Math.cos((Math.abs(source.lat) + reach) * kDegree));
    const rows: [number, number][] = [];
    for (let y = Math.floor((source.lat - reach) / this.size); y <= Math.floor((source.lat + reach) / this.size); ++y) {
      for (let x = Math.floor((source.lon - wide) / this.size); x <= Math.floor((source.lon + wide) / this.size); ++x) {
        for (const i of this.cells.get(this.key(y, x)) ?? []) {
          const p = this.points.points[i]!;
          const seconds = walkSeconds(metresBetween(source.lat, source.lon, p[0]!, p[1]!), this.metresPerSecond);
          if (seconds <= this.secondsMax) rows.push([seconds, i]);
        }
      }
    }
    rows.sort((a, b) => a[0] - b[0]);
    found = { seconds: Int32Array.from(rows, (r) => r[0]), points: Int32Array.from(rows, (r) => r[1]) };
    this.near.set(key, found);
    return found;
  }

  // Finds what is near these places beforehand, until `deadline` says stop; false when some are left.
  prepare(places: { lat: number; lon: number }[], deadline: () => boolean): boolean {
    for (const { lat, lon } of places) {
      if (this.near.has(`${lat},${lon}`)) continue;
      if (deadline()) return false;
      this.nearOf({ lat, lon, left: 0 });
    }
    return true;
  }

  private mark(circle: Circle | null, bit: number) {
    for (const source of circle?.sources ?? []) {
      const { points, seconds } = this.nearOf(source);
      for (let i = 0; i < points.length && seconds[i]! <= source.left; ++i) this.marks[points[i]!]! |= bit;
    }
  }

  // People and jobs inside A, inside B and inside both, in all and by district.
  count(a: Circle | null, b: Circle | null): Counted {
    this.marks.fill(0);
    this.mark(a, 1);
    this.mark(b, 2);
    const districts: DistrictCount[] = [...this.points.districts, null].map((district) => ({ district, all: none(), a: none(), b: none(), both: none() }));
    const add = (to: Count, p: number[]) => { to.people += p[2]!; to.jobs += p[3]!; ++to.points; };
    const total: Counted = { all: none(), a: none(), b: none(), both: none(), districts };
    this.points.points.forEach((p, i) => {
      const district = districts[p[4]! < 0 ? districts.length - 1 : p[4]!]!, mark = this.marks[i]!;
      for (const row of [total, district]) {
        add(row.all, p);
        if (mark & 1) add(row.a, p);
        if (mark & 2) add(row.b, p);
        if (mark === 3) add(row.both, p);
      }
    });
    total.districts = districts.filter((d) => d.all.points > 0);
    return total;
  }
}

// The best of several rows: a city stands for all its main stations.
export const rowsOf = (profile: Profile, stops: string[]): ProfileStop[] => profile.stops.filter((row) => stops.includes(row.stop));
export const secondsTo = (rows: ProfileStop[], time: number, backward: boolean): number => rows.reduce((best, row) => Math.min(best, secondsAt(row, time, backward)), Infinity);

export type Hour = { hour: number; departures: number; within: number; longest: number };
export type Day = {
  departures: number; within: number; share: number; planned: number; median: number; average: number;
  first: number | null; last: number | null; hours: Hour[]; worst: Hour | null;
};
// Setting out (backward: being there) at every minute from `from` to before `to`, waits included. The worst hour has the smallest share
// within the limit; of equal ones the first.
export function dayOf(rows: ProfileStop[], backward: boolean, from: number, to: number, limit: number): Day {
  const all: number[] = [], hours = new Map<number, Hour>();
  const out: Day = { departures: 0, within: 0, share: 0, planned: Infinity, median: Infinity, average: Infinity, first: null, last: null, hours: [], worst: null };
  for (let time = from; time < to; time += 60) {
    const seconds = secondsTo(rows, time, backward), number = Math.floor(time / 3600);
    const hour = hours.get(number) ?? { hour: number, departures: 0, within: 0, longest: 0 };
    hours.set(number, hour);
    ++out.departures;
    ++hour.departures;
    hour.longest = Math.max(hour.longest, seconds);
    if (seconds < Infinity) all.push(seconds);
    if (seconds > limit) continue;
    ++hour.within;
    ++out.within;
    out.first ??= time;
    out.last = time;
  }
  for (const row of rows) {
    out.planned = Math.min(out.planned, row.walk_seconds ?? Infinity);
    for (const [a, b] of row.journeys as [number, number][]) if (backward ? a > from - 60 && a <= to - 60 : a >= from && a < to) out.planned = Math.min(out.planned, Math.abs(b - a));
  }
  if (all.length) out.average = all.reduce((x, y) => x + y) / all.length;
  all.sort((x, y) => x - y);
  out.median = all[Math.max(1, Math.ceil(out.departures / 2)) - 1] ?? Infinity;
  out.share = out.departures ? out.within / out.departures : 0;
  out.hours = [...hours.values()];
  for (const hour of out.hours) {
    const worst = out.worst, share = hour.within / hour.departures;
    if (!worst || share < worst.within / worst.departures) out.worst = hour;
  }
  return out;
}

// The curve of the day: [time, seconds], falling while one waits less, rising with each vehicle missed; null where there is no way.
export function curve(rows: ProfileStop[], backward: boolean, from: number, to: number): [number, number | null][] {
  const times = new Set<number>([from, to]);
  for (const row of rows) for (const journey of row.journeys) if (journey[0]! > from && journey[0]! < to) times.add(journey[0]!);
  const out: [number, number | null][] = [];
  const put = (time: number) => {
    const seconds = secondsTo(rows, time, backward);
    out.push([time, seconds === Infinity ? null : seconds]);
  };
  // Forward, a vehicle can still be taken at its departure and is missed a second later; backward, it is there from its arrival on.
  for (const time of [...times].sort((a, b) => a - b)) {
    if (backward && time > from) put(time - 1);
    put(time);
    if (!backward && time < to) put(time + 1);
  }
  return out;
}

// "07:05"; 25:10 stays 25:10, being after midnight of the same service day.
export const clock = (seconds: number) => `${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}`;
export const minutes = (seconds: number) => Math.round(seconds / 6) / 10;
