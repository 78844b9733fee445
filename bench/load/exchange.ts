import { connect } from 'node:net';

import { LOOPBACK } from '../stand/freePort';

export interface Exchange {
  readonly status: number;
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly body: string;
}

/** Sends one raw request on a connection of its own and returns the response. */
export function exchange(port: number, request: string): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: LOOPBACK }, () => socket.write(request, 'latin1'));
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      const headBytes = received.indexOf('\r\n\r\n') + 4;
      const bodyBytes = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
      if (headBytes < 4 || received.length < headBytes + bodyBytes) return;
      socket.destroy();
      const body = Buffer.from(received.slice(headBytes), 'latin1').toString('utf8');
      resolve({ status: Number(received.slice(9, 12)), headBytes, bodyBytes, body });
    });
    socket.once('error', reject);
    socket.once('end', () => reject(new Error(`The server closed the connection after: ${received}`)));
  });
}
