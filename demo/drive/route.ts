import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import { bearingDegrees, movedAlong } from './bearing';
import type { StreetKind, Streets, Way } from './streets';

/** The town's own map ends before its motorways. */
export type RoadKind = StreetKind | 'motorway';

/** A straight piece of a route. */
export interface Leg {
  readonly from: GeoPoint;
  readonly to: GeoPoint;
  readonly lengthMeters: number;
  readonly bearingDegrees: number;
  readonly kind: RoadKind;
  readonly endsAtLights: boolean;
}

/** How fast a road is driven when nothing is in the way, m/s: a street at 30 to 50 km/h. */
export const CRUISE_MPS: Record<RoadKind, number> = {
  motorway: 147 / 3.6,
  primary: 50 / 3.6,
  secondary: 45 / 3.6,
  tertiary: 40 / 3.6,
  residential: 32 / 3.6,
};
const FASTEST_STREET_MPS = CRUISE_MPS.primary;

/** The quickest way, by A* over cruising time. Empty when both ends are the same node. */
export function findRoute(streets: Streets, from: number, to: number): Leg[] {
  const goal = streets.place(to);
  const secondsToGo = (node: number): number =>
    distanceMeters(streets.place(node), goal) / FASTEST_STREET_MPS;
  const secondsTo = new Map([[from, 0]]);
  const cameBy = new Map<number, { from: number; way: Way }>();
  const settled = new Set<number>();
  const open = new Queue();
  open.push(from, secondsToGo(from));

  for (let node = open.pop(); node !== undefined && node !== to; node = open.pop()) {
    if (settled.has(node)) continue;
    settled.add(node);
    for (const way of streets.waysFrom(node)) {
      const seconds = (secondsTo.get(node) ?? 0) + way.lengthMeters / CRUISE_MPS[way.kind];
      if (seconds >= (secondsTo.get(way.to) ?? Infinity)) continue;
      secondsTo.set(way.to, seconds);
      cameBy.set(way.to, { from: node, way });
      open.push(way.to, seconds + secondsToGo(way.to));
    }
  }

  const legs: Leg[] = [];
  for (let step = cameBy.get(to); step !== undefined; step = cameBy.get(step.from)) {
    legs.push(legOf(streets, step.from, step.way));
  }
  return legs.reverse();
}

/** The corners of the quickest way between the nodes next to two places; at least one. */
export function routePlaces(streets: Streets, from: GeoPoint, to: GeoPoint): GeoPoint[] {
  const goal = streets.nearestNode(to);
  const legs = findRoute(streets, streets.nearestNode(from), goal);
  return [...legs.map((leg) => leg.from), streets.place(goal)];
}

/** A straight motorway to a place, in pieces short enough for flat-earth geometry. */
export function motorwayTo(place: GeoPoint, fromBearing: number, lengthMeters: number): Leg[] {
  const pieces = Math.ceil(lengthMeters / 1000);
  const points = Array.from({ length: pieces + 1 }, (_, at) =>
    movedAlong(place, fromBearing, lengthMeters * (1 - at / pieces)),
  );
  return points.slice(1).map((to, at) => ({
    from: points[at]!,
    to,
    lengthMeters: distanceMeters(points[at]!, to),
    bearingDegrees: bearingDegrees(points[at]!, to),
    kind: 'motorway',
    endsAtLights: false,
  }));
}

function legOf(streets: Streets, node: number, { to, kind, lengthMeters }: Way): Leg {
  const [start, end] = [streets.place(node), streets.place(to)];
  return {
    from: start,
    to: end,
    lengthMeters,
    bearingDegrees: bearingDegrees(start, end),
    kind,
    endsAtLights: streets.hasLights(to),
  };
}

/** A binary heap: the node with the least cost comes out first. */
class Queue {
  private readonly heap: { node: number; cost: number }[] = [];

  push(node: number, cost: number): void {
    let index = this.heap.push({ node, cost }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.costAt(parent) <= this.costAt(index)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  pop(): number | undefined {
    this.swap(0, this.heap.length - 1);
    const least = this.heap.pop();
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const child = this.costAt(left + 1) < this.costAt(left) ? left + 1 : left;
      if (this.costAt(child) >= this.costAt(index)) break;
      this.swap(index, child);
      index = child;
    }
    return least?.node;
  }

  private costAt(index: number): number {
    return this.heap[index]?.cost ?? Infinity;
  }

  private swap(i: number, j: number): void {
    const [first, second] = [this.heap[i], this.heap[j]];
    if (first === undefined || second === undefined) return;
    this.heap[i] = second;
    this.heap[j] = first;
  }
}
