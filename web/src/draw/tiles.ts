// Tiles of a base map beneath a map that is not Mercator: each tile is an image between its corners, placed by the map's own projection.
// Within one tile of about 256 pixels both projections differ by less than a pixel at the scale of a city or a region.
export type Source = { url: string; credit: string };
export type Tile = { href: string; x: number; y: number; width: number; height: number };
type Project = { x: (lon: number) => number; y: (lat: number) => number };

const kPixels = 256, kZoomMost = 18, kLatMost = 85.0511, kTilesMost = 400; // Web Mercator ends there; sources seldom go beyond 18
const kOverlap = 0.5; // pixels, so that no paper shines through between two tiles

const lonOf = (x: number, z: number) => (x / 2 ** z) * 360 - 180;
const latOf = (y: number, z: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
const rowOf = (lat: number, z: number) => {
  const radians = (Math.min(kLatMost, Math.max(-kLatMost, lat)) * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * 2 ** z;
};

// What a map shows, and the zoom at which a tile is nearest to its own size there.
export type View = { west: number; east: number; south: number; north: number; zoom: number };
export const zoomOf = (pixelsADegree: number) => Math.min(kZoomMost, Math.max(0, Math.round(Math.log2((pixelsADegree * 360) / kPixels))));

// The tiles of a view, west to east within north to south.
export function tilesOf(source: Source, view: View, project: Project): Tile[] {
  const z = view.zoom, last = 2 ** z - 1, clip = (n: number) => Math.min(last, Math.max(0, Math.floor(n)));
  const column = (lon: number) => clip(((lon + 180) / 360) * 2 ** z);
  const out: Tile[] = [];
  for (let y = clip(rowOf(view.north, z)); y <= clip(rowOf(view.south, z)); ++y) {
    for (let x = column(view.west); x <= column(view.east) && out.length < kTilesMost; ++x) {
      const left = project.x(lonOf(x, z)), top = project.y(latOf(y, z));
      out.push({ href: source.url.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y)), x: left, y: top, width: project.x(lonOf(x + 1, z)) - left + kOverlap, height: project.y(latOf(y + 1, z)) - top + kOverlap });
    }
  }
  return out;
}
