import { CalculateRoutesCommand, GeoRoutesClient } from '@aws-sdk/client-geo-routes';

import type { GeoPoint } from '../domain/geo';
import { RouterError, type Router } from '../domain/router';
import { travelTime } from './travelTime';

const position = ({ longitude, latitude }: GeoPoint): number[] => [longitude, latitude];

/** Amazon Location Service. The SDK itself finds the credentials and AWS_ENDPOINT_URL_GEO_ROUTES. */
export class AmazonRouter implements Router {
  private readonly client: GeoRoutesClient;

  constructor(region: string | undefined) {
    this.client = new GeoRoutesClient({
      ...(region !== undefined && { region }),
      // The next turn asks again anyway, for a newer place.
      maxAttempts: 1,
    });
  }

  async travelSeconds(from: GeoPoint, to: GeoPoint, signal: AbortSignal): Promise<number | null> {
    const route = new CalculateRoutesCommand({
      Origin: position(from),
      Destination: position(to),
      TravelMode: 'Car',
      // With the traffic of now.
      DepartNow: true,
      // The shape of the way is not read: this is its shortest form.
      LegGeometryFormat: 'FlexiblePolyline',
      LegAdditionalFeatures: ['Summary'],
    });
    const { Routes: routes } = await this.client
      .send(route, { abortSignal: signal })
      .catch((error: unknown) => {
        throw asRouterError(error, signal);
      });
    if (!routes) throw new RouterError('INVALID', 'no answer of Amazon Location');
    return routes.length === 0 ? null : travelTime(routes[0]!.Summary?.Duration);
  }

  close(): void {
    this.client.destroy();
  }
}

function asRouterError(error: unknown, signal: AbortSignal): RouterError {
  if (signal.aborted) return new RouterError('TIMEOUT', 'aborted');
  const { name, $metadata, $response } = error as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const reason = String(name);
  if (status === undefined) return new RouterError('UNREACHABLE', reason);
  return new RouterError(status === 200 ? 'INVALID' : 'REFUSED', reason);
}
