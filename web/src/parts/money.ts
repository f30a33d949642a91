// Money as people type it, exactly: yuan with at most two decimals, or 万元, into whole fen. No floating point on the way.
export function toFen(typed: string, unit: "yuan" | "wan"): number | null {
  const match = /^\s*(\d{1,12})(?:\.(\d{1,6}))?\s*$/.exec(typed.replaceAll(",", "").replaceAll("，", ""));
  if (!match) return null;
  const places = unit === "wan" ? 6 : 2;
  const decimals = match[2] ?? "";
  if (decimals.length > places) return null;
  const fen = BigInt(match[1]! + decimals.padEnd(places, "0"));
  return fen <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(fen) : null;
}
