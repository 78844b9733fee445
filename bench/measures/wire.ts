import { connect } from 'node:net';

import { bodies, rawRequest } from '../load/requests';
import { LOOPBACK } from '../stand/freePort';
import type { Server } from '../stand/server';
import type { Journey } from '../stand/journeys';

export interface WireFigures {
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly bytes: number;
}

/** The answer to the hook's poll as it comes off the socket; ids of 36 characters. */
export function measureWire(server: Server, journey: Journey): Promise<WireFigures> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: LOOPBACK }, () =>
      socket.write(rawRequest(journey.studentToken, bodies().poll(journey))),
    );
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      const headBytes = received.indexOf('\r\n\r\n') + 4;
      const bodyBytes = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
      if (headBytes < 4 || received.length < headBytes + bodyBytes) return;
      socket.destroy();
      if (!received.startsWith('HTTP/1.1 200') || !received.includes('"isActive":true'))
        reject(new Error(received));
      resolve({ headBytes, bodyBytes, bytes: received.length });
    });
    socket.once('error', reject);
  });
}
