import type { Eta } from '../domain/eta';
import type { GeoPoint } from '../domain/geo';

/** How a field's text in Redis becomes a value; the text of an absent field is empty. */
export type FieldDecoder<T> = (value: string) => T;

export const text: FieldDecoder<string> = (value) => value;
export const oneOf = <T extends string>(): FieldDecoder<T> => text as FieldDecoder<T>;
export const number: FieldDecoder<number> = Number;
export const flag: FieldDecoder<boolean> = (value) => value !== '';
/** Words separated by spaces. */
export const wordList = <T extends string>(): FieldDecoder<readonly T[]> => {
  const none: readonly T[] = [];
  return (value) => (value === '' ? none : (value.split(' ') as T[]));
};
export const optionalNumber: FieldDecoder<number | null> = (value) => (value === '' ? null : Number(value));

const noPlaces: readonly GeoPoint[] = [];

/** Latitudes and longitudes by turns, separated by spaces. */
export const placeList: FieldDecoder<readonly GeoPoint[]> = (value) => {
  if (value === '') return noPlaces;
  const numbers = value.split(' ').map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, at) => ({
    latitude: numbers[2 * at]!,
    longitude: numbers[2 * at + 1]!,
  }));
};

/** As include/publishEta.lua writes it: the source, when it was computed, and by how many ms later its three times are. */
export const optionalEta: FieldDecoder<Eta | null> = (value) => {
  if (value === '') return null;
  const [source, computed, arrives, earliest, latest] = value.split(' ');
  const computedAt = Number(computed);
  return {
    arrivesAt: computedAt + Number(arrives),
    earliestAt: computedAt + Number(earliest),
    latestAt: computedAt + Number(latest),
    source: source as Eta['source'],
    computedAt,
  };
};
