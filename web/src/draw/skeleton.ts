// The tracks under a timetable: an express that stops seldom is drawn along the stops that it passes, not as a chord across the map.
import type { Schemas } from "../api/client";
import { metresBetween } from "./circle";

export type Network = Schemas["MobilityNetwork"];
export type Hop = { from: number; to: number; path: number[]; trips: number }; // path: from … to, in numbers of network.stops
export type Skeleton = { hops: Hop[]; tracks: [number, number, number][]; weight: number[] }; // tracks: two stops and their trips

const kLongest = 120;   // stops of a pattern that are looked at
const kDetour = 1.08;   // stops between are passed when the way over them is hardly longer

export function skeletonOf(network: Network): Skeleton {
  const n = network.stops.length, key = (a: number, b: number) => (a < b ? a * n + b : b * n + a);
  const metres = (a: number, b: number) => metresBetween(network.stops[a]!.lat, network.stops[a]!.lon, network.stops[b]!.lat, network.stops[b]!.lon);
  const trips = new Map<number, number>(), weight = new Array<number>(n).fill(0);
  for (const line of network.lines) {
    line.stops.forEach((stop, i) => {
      weight[stop]! += line.trips * (i === 0 || i === line.stops.length - 1 ? 1.5 : 1);
      if (i > 0) trips.set(key(line.stops[i - 1]!, stop), (trips.get(key(line.stops[i - 1]!, stop)) ?? 0) + line.trips);
    });
  }
  // Of each hop the way with the most stops between.
  const over = new Map<number, number[]>();
  for (const { stops } of network.lines) {
    const length = Math.min(stops.length, kLongest), along = [0];
    for (let i = 1; i < length; ++i) along.push(along[i - 1]! + metres(stops[i - 1]!, stops[i]!));
    for (let i = 0; i < length; ++i) {
      for (let j = i + 2; j < length; ++j) {
        const hop = key(stops[i]!, stops[j]!);
        if (stops[i] === stops[j] || !trips.has(hop) || (over.get(hop)?.length ?? 0) > j - i) continue;
        if (along[j]! - along[i]! <= metres(stops[i]!, stops[j]!) * kDetour) over.set(hop, stops.slice(i, j + 1));
      }
    }
  }
  const expand = (a: number, b: number, depth: number): number[] => {
    const way = depth > 0 ? over.get(key(a, b)) : undefined;
    if (!way) return [a, b];
    const path = way[0] === a ? way : [...way].reverse();
    return path.flatMap((stop, i) => (i === 0 ? [stop] : expand(path[i - 1]!, stop, depth - 1).slice(1)));
  };
  const tracks = new Map<number, number>(), hops: Hop[] = [];
  for (const [hop, count] of trips) {
    const from = Math.floor(hop / n), to = hop % n, path = expand(from, to, 6);
    hops.push({ from, to, path, trips: count });
    for (let i = 1; i < path.length; ++i) tracks.set(key(path[i - 1]!, path[i]!), (tracks.get(key(path[i - 1]!, path[i]!)) ?? 0) + count);
  }
  return { hops, tracks: [...tracks].map(([hop, count]) => [Math.floor(hop / n), hop % n, count]), weight };
}
