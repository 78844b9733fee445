import { createServer, type Server } from 'node:http';
import type { GeoPoint } from '../../src/domain/geo';
import type { Streets } from '../drive/streets';
import { travelSeconds } from './travelTime';

/** A path of OSRM's service `route`; its parameters are not read. */
const ROUTE = /^\/route\/v1\/driving\/([^;/?]+);([^;/?]+)(\?.*)?$/;

/** Serves travel times on the town's streets, in the form of OSRM's HTTP API. */
export const createRouterServer = (streets: Streets): Server =>
  createServer(({ url = '' }, response) => {
    const [from, to] = ROUTE.exec(url)?.slice(1, 3).map(readPlace) ?? [];
    const answer =
      from && to
        ? { code: 'Ok', routes: [{ duration: Math.round(travelSeconds(streets, from, to) * 10) / 10 }] }
        : { code: 'InvalidUrl', message: 'Only /route/v1/driving/lon,lat;lon,lat is served' };
    response
      .writeHead(answer.code === 'Ok' ? 200 : 400, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer));
  });

function readPlace(text: string): GeoPoint | null {
  const [longitude = NaN, latitude = NaN, ...rest] = text.split(',').map(Number);
  const isPlace = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 && rest.length === 0;
  return isPlace ? { longitude, latitude } : null;
}
