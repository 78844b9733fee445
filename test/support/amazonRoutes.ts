import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type AmazonFault = 'error' | 'denied' | 'noRoute' | 'garbage' | 'noSummary' | 'hang' | 'cut';

export interface AmazonCall {
  readonly path: string;
  /** The AWS region that the call was signed for. */
  readonly region: string | undefined;
  readonly body: Record<string, unknown>;
}

/** A stand-in for Amazon Location's CalculateRoutes at the HTTP level, used through the real SDK. */
export class AmazonRoutesStandIn {
  readonly calls: AmazonCall[] = [];
  fault: AmazonFault | null = null;
  travelSeconds = 600;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<AmazonRoutesStandIn> {
    const server = createServer();
    const standIn = new AmazonRoutesStandIn(server);
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
        const body = JSON.parse(text) as Record<string, unknown>;
        standIn.calls.push({ path: request.url ?? '', region, body });
        standIn.answer(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return standIn;
  }

  /** The variables that make the SDK use this stand-in. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL_GEO_ROUTES: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
    };
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private answer(response: ServerResponse): void {
    const json = (status: number, body: unknown, type?: string): void =>
      void response
        .writeHead(status, {
          'content-type': 'application/json',
          'x-amz-geo-pricing-bucket': 'Core',
          ...(type && { 'x-amzn-errortype': type }),
        })
        .end(JSON.stringify(body));
    const found = { LegGeometryFormat: 'FlexiblePolyline', Notices: [] };
    switch (this.fault) {
      case null:
        return json(200, {
          ...found,
          Routes: [
            { Legs: [], MajorRoadLabels: [], Summary: { Distance: 5000, Duration: this.travelSeconds } },
          ],
        });
      case 'noRoute':
        return json(200, { ...found, Notices: [{ Code: 'Other' }], Routes: [] });
      case 'noSummary':
        return json(200, { ...found, Routes: [{ Legs: [], MajorRoadLabels: [] }] });
      case 'error':
        return json(500, { message: 'near 52.501234' }, 'InternalServerException');
      case 'denied':
        return json(403, { message: 'from 52.501234 denied' }, 'AccessDeniedException');
      case 'garbage':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>52.501234</html>');
      case 'hang':
        return;
      case 'cut':
        return void response.destroy();
    }
  }
}
