import streetsUrl from '../../../demo/streets.json?url';
import { metersBetween, type Place } from '../map/geometry';

/** The file's own `format` field describes the encoding; scripts/make-streets.mjs in the repository writes it. */
interface StreetsFile {
  readonly origin: readonly [longitude: number, latitude: number];
  readonly nodes: readonly number[];
  readonly streets: readonly (readonly number[])[];
}

const FILE_UNITS_PER_DEGREE = 1e5;

/** The streets a simulated drive may take; fetched only when somebody chooses one. */
export class Streets {
  private constructor(
    private readonly places: readonly Place[],
    private readonly neighbours: ReadonlyMap<number, readonly number[]>,
  ) {}

  static async load(): Promise<Streets> {
    const response = await fetch(streetsUrl);
    if (!response.ok) throw new Error(`No streets: HTTP ${response.status}`);
    return Streets.read((await response.json()) as StreetsFile);
  }

  static read({ origin, nodes, streets }: StreetsFile): Streets {
    const places: Place[] = [];
    for (let i = 0; i + 1 < nodes.length; i += 2) {
      places.push({
        longitude: (origin[0] + nodes[i]!) / FILE_UNITS_PER_DEGREE,
        latitude: (origin[1] + nodes[i + 1]!) / FILE_UNITS_PER_DEGREE,
      });
    }
    const neighbours = new Map<number, number[]>();
    const connect = (from: number, to: number) => neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    for (const [, oneWay, ...way] of streets) {
      for (let i = 1; i < way.length; i++) {
        connect(way[i - 1]!, way[i]!);
        if (!oneWay) connect(way[i]!, way[i - 1]!);
      }
    }
    return new Streets(places, neighbours);
  }

  /** The shortest way along streets between the corners next to two places; at least one place. */
  route(from: Place, to: Place): Place[] {
    const start = this.nearest(from);
    const goal = this.nearest(to);
    const meters = new Map([[start, 0]]);
    const cameFrom = new Map<number, number>();
    const settled = new Set<number>();
    // Few corners are open at a time in a city of this size: a search for the least is quick enough.
    const open = new Set([start]);
    while (open.size > 0) {
      const node = leastOf(
        open,
        (each) => meters.get(each)! + metersBetween(this.place(each), this.place(goal)),
      );
      if (node === goal) break;
      open.delete(node);
      settled.add(node);
      for (const next of this.neighbours.get(node) ?? []) {
        const way = meters.get(node)! + metersBetween(this.place(node), this.place(next));
        if (settled.has(next) || way >= (meters.get(next) ?? Infinity)) continue;
        meters.set(next, way);
        cameFrom.set(next, node);
        open.add(next);
      }
    }
    const way = [this.place(goal)];
    for (let node = cameFrom.get(goal); node !== undefined; node = cameFrom.get(node))
      way.push(this.place(node));
    return way.reverse();
  }

  private nearest(place: Place): number {
    return leastOf(this.neighbours.keys(), (node) => metersBetween(this.place(node), place));
  }

  private place(node: number): Place {
    return this.places[node]!;
  }
}

function leastOf(candidates: Iterable<number>, cost: (candidate: number) => number): number {
  let least = -1;
  let leastCost = Infinity;
  for (const candidate of candidates) {
    const itsCost = cost(candidate);
    if (itsCost < leastCost) [least, leastCost] = [candidate, itsCost];
  }
  return least;
}
