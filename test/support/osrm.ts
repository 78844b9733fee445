import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the stand-in answers with, instead of a travel time. */
export type OsrmFault =
  | 'error'
  | 'noRoute'
  | 'garbage'
  | 'otherJson'
  | 'negative'
  | 'huge'
  | 'redirect'
  | 'hang'
  | 'hangInBody'
  | 'cut'
  | 'unauthorized';

export interface OsrmRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A stand-in for OSRM at the HTTP level. It records what it is asked, and fails as configured. */
export class OsrmStandIn {
  readonly requests: OsrmRequest[] = [];
  fault: OsrmFault | null = null;
  travelSeconds: (path: string) => number = () => 600;
  latencyMs = 0;
  /** Requests that are being answered. */
  active = 0;
  maxActive = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, path: url, headers });
      this.active += 1;
      this.maxActive = Math.max(this.maxActive, this.active);
      response.once('close', () => (this.active -= 1));
      void this.answer(url, response);
    });
  }

  static async start(port = 0): Promise<OsrmStandIn> {
    const standIn = new OsrmStandIn();
    standIn.server.listen(port, '127.0.0.1');
    await once(standIn.server, 'listening');
    return standIn;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The base address, without OSRM's own path. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/osrm`;
  }

  /** Safe to repeat. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(path: string, response: ServerResponse): Promise<void> {
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    const json = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (this.fault) {
      case null:
        return json(200, {
          code: 'Ok',
          routes: [{ duration: this.travelSeconds(path), distance: 5000.1, weight: 1, legs: [] }],
          waypoints: [],
        });
      case 'error':
        return void response.writeHead(500).end('Internal Server Error');
      case 'unauthorized':
        return json(403, { message: 'Forbidden' });
      case 'noRoute':
        return json(400, { code: 'NoRoute', message: 'Impossible route between points' });
      case 'garbage':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
      case 'otherJson':
        return json(200, { code: 'Ok', routes: [{ duration: 'ten minutes' }] });
      case 'negative':
        return json(200, { code: 'Ok', routes: [{ duration: -1 }] });
      case 'huge':
        return json(200, { code: 'Ok', routes: [{ duration: 600, geometry: 'x'.repeat(5_000_000) }] });
      case 'redirect':
        return void response.writeHead(302, { location: `http://127.0.0.1:${this.port}/elsewhere` }).end();
      case 'hang':
        return;
      case 'hangInBody':
        return void response.writeHead(200, { 'content-type': 'application/json' }).write('{"code":"Ok","ro');
      case 'cut':
        return void response.destroy();
    }
  }
}
