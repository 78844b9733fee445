import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeoPoint } from '../../src/domain/geo';
import { Streets, type StreetsFile } from './streets';

/** Takes some 20 ms, and is not cached: keep what it returns. */
export function loadStreets(path = join(__dirname, '..', 'streets.json')): Streets {
  return Streets.read(JSON.parse(readFileSync(path, 'utf8')) as StreetsFile);
}

/** `Streets.homes` for callers that need nothing else of the streets. */
export function homes(count: number, seed: string | number): GeoPoint[] {
  return loadStreets().homes(count, seed);
}
