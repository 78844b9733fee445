// Builds @journey/client, which package.json links from the folder beside this one, unless it is up to date.
import { ensureClient } from '../../scripts/liveMap.mjs';
import { main } from '../../scripts/setup.mjs';

await main(ensureClient);
