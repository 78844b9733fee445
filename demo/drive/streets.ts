import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import { bearingDegrees, movedAlong } from './bearing';
import { createRandom, type Random } from './random';

export type StreetKind = 'primary' | 'secondary' | 'tertiary' | 'residential';

/** One stretch of street, in a direction in which it may be driven. */
export interface Way {
  readonly to: number;
  readonly kind: StreetKind;
  readonly lengthMeters: number;
}

/** As `scripts/make-streets.mjs` writes it: its `format` field describes the encoding. */
export interface StreetsFile {
  readonly kinds: readonly StreetKind[];
  readonly origin: readonly [longitude: number, latitude: number];
  readonly nodes: readonly number[];
  readonly streets: readonly (readonly number[])[];
}

/** Between these from the road: where a house's door is. */
const HOME_OFFSET_METERS = { min: 10, max: 25 };

/**
 * The streets of a real city. Each node can be reached from each other one. Data © OpenStreetMap contributors, ODbL.
 * The live map reads them in a browser, so nothing here is Node's.
 */
export class Streets {
  private constructor(
    /** A node's number is its index here. */
    readonly places: readonly GeoPoint[],
    private readonly ways: readonly (readonly Way[])[],
    private readonly lights: ReadonlySet<number>,
  ) {}

  static read(file: StreetsFile): Streets {
    const places = readPlaces(file);
    const ways: Way[][] = places.map(() => []);
    const arms = new Uint8Array(places.length);
    const mainArms = new Uint8Array(places.length);

    for (const [kindIndex, oneWay, ...nodes] of file.streets) {
      const kind = at(file.kinds, kindIndex ?? 0);
      for (let i = 1; i < nodes.length; i++) {
        const ends = [at(nodes, i - 1), at(nodes, i)] as const;
        const [from, to] = ends;
        const lengthMeters = distanceMeters(at(places, from), at(places, to));
        at(ways, from).push({ to, kind, lengthMeters });
        if (!oneWay) at(ways, to).push({ to: from, kind, lengthMeters });
        for (const node of ends) {
          arms[node]! += 1;
          if (kind !== 'residential') mainArms[node]! += 1;
        }
      }
    }
    // Lights stand where two main streets cross.
    const lights = places.flatMap((_, node) =>
      at(arms, node) >= 4 && at(mainArms, node) >= 3 ? [node] : [],
    );
    return new Streets(places, ways, new Set(lights));
  }

  place(node: number): GeoPoint {
    return at(this.places, node);
  }

  waysFrom(node: number): readonly Way[] {
    return at(this.ways, node);
  }

  /** Whether traffic lights stand there. */
  hasLights(node: number): boolean {
    return this.lights.has(node);
  }

  /** By flat-earth geometry, which is exact enough within a town. */
  nearestNode({ latitude, longitude }: GeoPoint): number {
    const { places } = this;
    const eastScale = Math.cos((latitude * Math.PI) / 180);
    let nearest = 0;
    let leastSquare = Infinity;
    for (let node = 0; node < places.length; node += 1) {
      const place = places[node]!;
      const north = place.latitude - latitude;
      const east = (place.longitude - longitude) * eastScale;
      const square = north * north + east * east;
      if (square < leastSquare) [nearest, leastSquare] = [node, square];
    }
    return nearest;
  }

  /** A node between two distances of a point. Throws a RangeError when there is none: the point is out of town. */
  randomNode(random: Random, center: GeoPoint, minMeters: number, maxMeters: number): number {
    const nodes = [...this.places.keys()].filter((node) => {
      const meters = distanceMeters(center, this.place(node));
      return meters >= minMeters && meters <= maxMeters;
    });
    const node = nodes[random.below(nodes.length)];
    if (node === undefined) throw new RangeError('No street is at that distance from that place');
    return node;
  }

  /**
   * Homes beside residential streets, 10 to 25 m off the road and within 40 m of a node. The same seed gives the
   * same homes; a larger count only adds to them.
   */
  homes(count: number, seed: string | number): GeoPoint[] {
    const random = createRandom(seed);
    const homes: GeoPoint[] = [];
    while (homes.length < count) {
      const node = random.below(this.places.length);
      const ways = this.waysFrom(node);
      const way = ways[random.below(ways.length)];
      if (way?.kind === 'residential' && way.lengthMeters > 40)
        homes.push(this.homeBeside(node, way, random));
    }
    return homes;
  }

  private homeBeside(node: number, way: Way, random: Random): GeoPoint {
    const bearing = bearingDegrees(this.place(node), this.place(way.to));
    // Off the corner, or it would stand on the crossing street.
    const onTheRoad = movedAlong(this.place(node), bearing, random.between(20, 30));
    const side = random.chance(0.5) ? 90 : -90;
    return movedAlong(
      onTheRoad,
      bearing + side,
      random.between(HOME_OFFSET_METERS.min, HOME_OFFSET_METERS.max),
    );
  }
}

function readPlaces({ origin, nodes }: StreetsFile): GeoPoint[] {
  const [west, south] = origin;
  return Array.from({ length: nodes.length / 2 }, (_, node) => ({
    longitude: (west + at(nodes, 2 * node)) / 1e5,
    latitude: (south + at(nodes, 2 * node + 1)) / 1e5,
  }));
}

function at<T>(list: { readonly [index: number]: T }, index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`The street graph has no entry ${index}`);
  return item;
}
