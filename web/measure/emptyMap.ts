import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const mapLibre = join(createRequire(import.meta.url).resolve('maplibre-gl/package.json'), '../dist');

const PAGE = `<!doctype html>
<link rel="stylesheet" href="maplibre-gl.css">
<div id="map" style="position: absolute; inset: 0"></div>
<script type="module">
  import { Map } from './maplibre-gl.mjs';
  const layers = [{ id: 'land', type: 'background', paint: { 'background-color': '#eee' } }];
  new Map({ container: 'map', style: { version: 8, sources: {}, layers }, center: [-87.7, 41.87], zoom: 12 })
    .once('idle', () => { document.title = 'drawn'; });
</script>`;

/** A map of one colour without any source: no map is drawn faster, on this machine and in this browser. */
export async function openEmptyMap(page: Page, origin: string): Promise<void> {
  await page.route('**/empty-map/**', (route) => {
    const name = new URL(route.request().url()).pathname.replace('/empty-map/', '');
    return name === ''
      ? route.fulfill({ contentType: 'text/html', body: PAGE })
      : route.fulfill({ path: join(mapLibre, name) });
  });
  await page.goto(`${origin}/empty-map/`);
  await page.waitForFunction(() => document.title === 'drawn');
}
