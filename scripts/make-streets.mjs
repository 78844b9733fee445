/**
 * Makes demo/streets.json, the street graph that the demo's simulated trainers drive on, from the 30
 * vector tiles of Chicago (zoom 13) in the npm package @mapbox/mvt-fixtures. Needed only to change the
 * graph, so its packages are not the project's:
 *
 *   npm i --prefix DIR @mapbox/mvt-fixtures@4.0.0 @mapbox/vector-tile@1.3.1 pbf@3.3.0
 *   node scripts/make-streets.mjs DIR
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const packages = resolve(process.argv[2] ?? '.', 'node_modules');
const require = createRequire(join(packages, 'x.js'));
const { VectorTile } = require('@mapbox/vector-tile');
const Pbf = require('pbf');

/** The types of streets, as the tiles name them, on which simulated trainers drive; motorways, trunk roads and alleys are left out. */
const KINDS = ['primary', 'secondary', 'tertiary', 'residential'];
const KIND_OF_TYPE = {
  primary: 0,
  primary_link: 0,
  secondary: 1,
  secondary_link: 1,
  tertiary: 2,
  tertiary_link: 2,
  residential: 3,
  unclassified: 3,
};
/** The westernmost and northernmost tiles are left out: the city without them is large enough, and the file stays small. */
const FIRST_COLUMN = 2099;
const FIRST_ROW = 3043;
const ZOOM = 13;
const EXTENT = 4096; // a unit is some 0.9 m on the ground here
/** Ends that are closer than this are the same junction, because tiles are simplified and rounded. */
const SNAP_UNITS = 4;
const CELL_UNITS = 256;

// 1. Read each tile's lines, without the tile's buffer, into one coordinate system.
const lines = [];
const tileFolder = join(packages, '@mapbox/mvt-fixtures/real-world/chicago');
for (const name of readdirSync(tileFolder).sort()) {
  const [, tileX, tileY] = /^\d+-(\d+)-(\d+)/.exec(name).map(Number);
  if (tileX < FIRST_COLUMN || tileY < FIRST_ROW) continue;
  const layer = new VectorTile(new Pbf(readFileSync(join(tileFolder, name)))).layers.road;
  for (let i = 0; i < (layer?.length ?? 0); i++) {
    const feature = layer.feature(i);
    const { type, oneway, structure } = feature.properties;
    const kind = KIND_OF_TYPE[type];
    if (feature.type !== 2 || kind === undefined) continue;
    for (const ring of feature.loadGeometry()) {
      for (const part of insideTile(ring)) {
        lines.push({
          kind,
          oneway: oneway === 'true',
          level: structure,
          points: part.map(({ x, y }) => ({ x: tileX * EXTENT + x, y: tileY * EXTENT + y })),
        });
      }
    }
  }
}

function insideTile(ring) {
  const parts = [];
  let part = [];
  for (let i = 1; i < ring.length; i++) {
    const clipped = clip(ring[i - 1], ring[i]);
    if (!clipped) continue;
    const last = part.at(-1);
    if (!last || last.x !== clipped[0].x || last.y !== clipped[0].y) {
      part = [clipped[0]];
      parts.push(part);
    }
    part.push(clipped[1]);
  }
  return parts;
}

/** Clips a segment to the tile's square, by the algorithm of Liang and Barsky. */
function clip(a, b) {
  let from = 0;
  let to = 1;
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  for (const [p, q] of [
    [-dx, a.x],
    [dx, EXTENT - a.x],
    [-dy, a.y],
    [dy, EXTENT - a.y],
  ]) {
    if (p === 0 && q < 0) return undefined;
    if (p < 0) from = Math.max(from, q / p);
    if (p > 0) to = Math.min(to, q / p);
  }
  if (from >= to) return undefined;
  return [from, to].map((t) => ({ x: a.x + t * dx, y: a.y + t * dy }));
}

// 2. Put the segments into a grid, to find those near each other.
const segments = lines.flatMap((line) =>
  line.points.slice(1).map((b, i) => ({ line, a: line.points[i], b, cuts: [] })),
);
const grid = new Map();
for (const segment of segments) {
  for (const key of cells(segment.a, segment.b)) grid.set(key, [...(grid.get(key) ?? []), segment]);
}

function* cells(a, b) {
  const column = (x) => Math.floor(x / CELL_UNITS);
  for (let i = column(Math.min(a.x, b.x) - SNAP_UNITS); i <= column(Math.max(a.x, b.x) + SNAP_UNITS); i++) {
    for (let j = column(Math.min(a.y, b.y) - SNAP_UNITS); j <= column(Math.max(a.y, b.y) + SNAP_UNITS); j++) {
      yield `${i}:${j}`;
    }
  }
}

// 3. Find the junctions, because simplified lines have no vertex where they meet. Two lines of one level that cross form a
// junction, and so does a line's end with a line that it touches (of any level, because a bridge begins on a street).
for (const group of grid.values()) {
  for (const [i, s] of group.entries()) {
    for (const t of group.slice(i + 1)) {
      if (s.line.level === t.line.level) cutWhereTheyCross(s, t);
    }
    for (const t of group) {
      if (s.line === t.line) continue;
      if (s.a === s.line.points[0]) cutWhereTouched(t, s.a);
      if (s.b === s.line.points.at(-1)) cutWhereTouched(t, s.b);
    }
  }
}

function cutWhereTheyCross(s, t) {
  const [dx, dy, ex, ey] = [s.b.x - s.a.x, s.b.y - s.a.y, t.b.x - t.a.x, t.b.y - t.a.y];
  const cross = dx * ey - dy * ex;
  if (cross === 0) return;
  const u = ((t.a.x - s.a.x) * ey - (t.a.y - s.a.y) * ex) / cross;
  const v = ((t.a.x - s.a.x) * dy - (t.a.y - s.a.y) * dx) / cross;
  if (u <= 0 || u >= 1 || v <= 0 || v >= 1) return;
  s.cuts.push(u);
  t.cuts.push(v);
}

function cutWhereTouched(segment, point) {
  const dx = segment.b.x - segment.a.x;
  const dy = segment.b.y - segment.a.y;
  const u = ((point.x - segment.a.x) * dx + (point.y - segment.a.y) * dy) / (dx * dx + dy * dy);
  if (u <= 0 || u >= 1) return;
  const gap = Math.hypot(segment.a.x + u * dx - point.x, segment.a.y + u * dy - point.y);
  if (gap <= SNAP_UNITS) segment.cuts.push(u);
}

// 4. Make nodes: a point within SNAP_UNITS of an earlier one becomes the same node.
const nodes = [];
const nodesByCell = new Map();

function nodeAt(point) {
  let nearest;
  let nearestGap = SNAP_UNITS;
  for (const key of cells(point, point)) {
    for (const id of nodesByCell.get(key) ?? []) {
      const gap = Math.hypot(nodes[id].x - point.x, nodes[id].y - point.y);
      if (gap <= nearestGap) [nearest, nearestGap] = [id, gap];
    }
  }
  if (nearest !== undefined) return nearest;
  const key = `${Math.floor(point.x / CELL_UNITS)}:${Math.floor(point.y / CELL_UNITS)}`;
  nodesByCell.set(key, [...(nodesByCell.get(key) ?? []), nodes.length]);
  return nodes.push(point) - 1;
}

for (const line of lines) line.nodes = [nodeAt(line.points[0])];
for (const { line, a, b, cuts } of segments) {
  for (const u of [...new Set(cuts)].sort((p, q) => p - q).concat(1)) {
    const id = nodeAt({ x: a.x + u * (b.x - a.x), y: a.y + u * (b.y - a.y) });
    if (id !== line.nodes.at(-1)) line.nodes.push(id);
  }
}

// 5. Keep the largest strongly connected component (by Kosaraju's algorithm), so that every place can be reached from every other.
const forward = nodes.map(() => []);
const backward = nodes.map(() => []);
for (const { nodes: path, oneway } of lines) {
  for (let i = 1; i < path.length; i++) {
    connect(path[i - 1], path[i]);
    if (!oneway) connect(path[i], path[i - 1]);
  }
}

function connect(from, to) {
  forward[from].push(to);
  backward[to].push(from);
}

function search(adjacency, root, seen, done) {
  const stack = [[root, 0]];
  seen.add(root);
  while (stack.length > 0) {
    const top = stack.at(-1);
    const next = adjacency[top[0]][top[1]++];
    if (next === undefined) done.push(stack.pop()[0]);
    else if (!seen.has(next)) {
      seen.add(next);
      stack.push([next, 0]);
    }
  }
}

const finished = [];
const seen = new Set();
for (const id of nodes.keys()) if (!seen.has(id)) search(forward, id, seen, finished);
seen.clear();
let largest = [];
for (const id of finished.reverse()) {
  if (seen.has(id)) continue;
  const part = [];
  search(backward, id, seen, part);
  if (part.length > largest.length) largest = part;
}

// 6. Write the file, with nodes in hundred-thousandths of a degree (about a metre) from the south-west corner.
function degrees({ x, y }) {
  const worldUnits = EXTENT * 2 ** ZOOM;
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / worldUnits))) * 180) / Math.PI;
  return { longitude: Math.round((x / worldUnits) * 36e6 - 18e6), latitude: Math.round(latitude * 1e5) };
}

const kept = new Map(largest.sort((a, b) => a - b).map((id, index) => [id, index]));
const places = largest.map((id) => degrees(nodes[id]));
const west = Math.min(...places.map(({ longitude }) => longitude));
const south = Math.min(...places.map(({ latitude }) => latitude));
const writtenWays = new Set();
const streets = [];
for (const { kind, oneway, nodes: path } of lines) {
  let street = [];
  for (let i = 1; i < path.length; i++) {
    const [from, to] = [kept.get(path[i - 1]), kept.get(path[i])];
    const ways = oneway ? [`${from}>${to}`] : [`${from}>${to}`, `${to}>${from}`];
    // Lines that overlap, such as a street on two levels, would give the same edge twice.
    if (from === undefined || to === undefined || ways.every((way) => writtenWays.has(way))) {
      street = [];
      continue;
    }
    ways.forEach((way) => writtenWays.add(way));
    if (street.length === 0) streets.push((street = [kind, oneway ? 1 : 0, from]));
    street.push(to);
  }
}

const file = new URL('../demo/streets.json', import.meta.url);
const head = {
  attribution: '© OpenStreetMap contributors',
  license: 'Open Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/',
  source: 'Roads of the Chicago tiles in @mapbox/mvt-fixtures 4.0.0, by scripts/make-streets.mjs',
  format:
    'nodes: longitude, latitude, longitude, … in 1e-5 degrees from origin; streets: [index in kinds, 1 if one-way, node, node, …]',
  kinds: KINDS,
  origin: [west, south],
};
const fields = Object.entries(head).map(
  ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
);
const numbers = places.map((place) => `${place.longitude - west},${place.latitude - south}`);
writeFileSync(
  file,
  `{\n${fields.join(',\n')},\n"nodes":[${numbers.join(',')}],\n"streets":[${streets.map((s) => JSON.stringify(s)).join(',')}]}\n`,
);
console.log(
  `${nodes.length} nodes found, ${largest.length} kept; ${streets.length} streets, ${writtenWays.size} ways`,
);
