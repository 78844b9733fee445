import type { Router } from '../domain/router';
import { OsrmRouter } from './osrmRouter';
import type { RouterTarget } from './routerUrl';

/** The router that the settings name. The AWS SDK is loaded only for Amazon's. */
export async function createRouter(target: RouterTarget, region: string | undefined): Promise<Router> {
  switch (target.kind) {
    case 'osrm':
      return new OsrmRouter(target.base);
    case 'amazon': {
      const { AmazonRouter } = await import('./amazonRouter.js');
      return new AmazonRouter(region);
    }
  }
}
