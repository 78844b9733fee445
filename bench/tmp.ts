import { measureMemory } from './measures/memory';
import { measureCluster } from './measures/cluster';
void (async () => {
  console.log(await measureMemory());
  console.log(JSON.stringify(await measureCluster({ pairs: 1, seconds: 1 })));
})();
