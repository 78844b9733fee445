/**
 * Makes public/tiles/, the map that ships with this package, from the 30 vector tiles of Chicago (zoom 13) in
 * the npm package @mapbox/mvt-fixtures. Needed only to change the basemap; the tiles are committed.
 *
 *   npm run basemap
 *
 * Zoom 13 is the fixture's geometry without the layers, languages and attributes that the style does not draw
 * (1 MB becomes a third). Zooms 10 to 12, which the fixtures lack, are cut from it so that the whole city fits
 * on a phone.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt, fromVectorTileJs } from '@maplibre/vt-pbf';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

const FIXTURES = '@mapbox/mvt-fixtures@4.0.0';
const ZOOM = 13;
const LOWEST_ZOOM = 10;
const tilesFolder = fileURLToPath(new URL('../public/tiles/', import.meta.url));

/** What the style draws: for each layer, the features to keep and the attributes that the style reads. */
const KEPT = {
  landuse: {
    keep: ({ class: kind }) => ['park', 'grass', 'wood', 'scrub', 'cemetery', 'pitch', 'sand'].includes(kind),
    attributes: ['class'],
  },
  water: { keep: () => true, attributes: [] },
  building: { keep: ({ underground }) => underground !== 'true', attributes: [] },
  road: {
    keep: ({ class: kind, structure }, type) =>
      type === 2 && kind !== 'path' && !(structure === 'tunnel' && kind !== 'motorway'),
    attributes: ['class', 'structure'],
  },
  place_label: { keep: () => true, attributes: ['name', 'type', 'localrank'] },
  road_label: { keep: ({ name }) => Boolean(name), attributes: ['name', 'class'] },
  poi_label: {
    keep: ({ maki, scalerank }) => maki === 'park' && Number(scalerank) <= 3,
    attributes: ['name'],
  },
};

/** What the low zooms keep: lake and river, parks, the large roads and the names of districts. */
const OVERVIEW = {
  landuse: ({ class: kind }) => kind === 'park' || kind === 'wood' || kind === 'cemetery',
  water: () => true,
  road: ({ class: kind }) => ['motorway', 'trunk', 'primary', 'secondary', 'motorway_link'].includes(kind),
  place_label: () => true,
};

const work = mkdtempSync(join(tmpdir(), 'basemap-'));
try {
  const archive = execFileSync('npm', ['pack', FIXTURES, '--silent'], { cwd: work }).toString().trim();
  execFileSync('tar', ['xzf', archive], { cwd: work });
  makeTiles(join(work, 'package/real-world/chicago'));
} finally {
  rmSync(work, { recursive: true });
}

function makeTiles(fixtures) {
  rmSync(tilesFolder, { recursive: true, force: true });
  const overview = Object.fromEntries(Object.keys(OVERVIEW).map((layer) => [layer, []]));
  const columns = [];
  const rows = [];
  for (const name of readdirSync(fixtures).sort()) {
    const [, x, y] = /^\d+-(\d+)-(\d+)/.exec(name).map(Number);
    const tile = new VectorTile(new PbfReader(readFileSync(join(fixtures, name))));
    const layers = Object.fromEntries(
      Object.entries(KEPT).flatMap(([layer, rule]) =>
        tile.layers[layer] ? [[layer, trimmed(tile.layers[layer], rule)]] : [],
      ),
    );
    write(ZOOM, x, y, fromVectorTileJs({ layers }));
    columns.push(x);
    rows.push(y);
    for (const [layer, keep] of Object.entries(OVERVIEW)) {
      for (let i = 0; i < (layers[layer]?.length ?? 0); i++) {
        const feature = layers[layer].feature(i);
        if (keep(feature.properties)) overview[layer].push(feature.toGeoJSON(x, y, ZOOM));
      }
    }
  }
  const indexes = Object.entries(overview).map(([layer, features]) => [
    layer,
    new GeoJSONVT(
      { type: 'FeatureCollection', features },
      { maxZoom: ZOOM, indexMaxZoom: 0, tolerance: 4, buffer: 64 },
    ),
  ]);
  for (let zoom = LOWEST_ZOOM; zoom < ZOOM; zoom++) {
    const scale = 2 ** (ZOOM - zoom);
    for (
      let x = Math.floor(Math.min(...columns) / scale);
      x <= Math.floor(Math.max(...columns) / scale);
      x++
    ) {
      for (let y = Math.floor(Math.min(...rows) / scale); y <= Math.floor(Math.max(...rows) / scale); y++) {
        const layers = indexes
          .map(([layer, index]) => [layer, index.getTile(zoom, x, y)])
          .filter(([, tile]) => tile);
        write(zoom, x, y, fromGeojsonVt(Object.fromEntries(layers), { version: 2, extent: 4096 }));
      }
    }
  }
}

/** A view of a tile's layer with only the features and attributes that a rule keeps. */
function trimmed(layer, { keep, attributes }) {
  const kept = [];
  for (let i = 0; i < layer.length; i++) {
    const feature = layer.feature(i);
    if (!keep(feature.properties, feature.type)) continue;
    const own = Object.entries(feature.properties).filter(([name]) => attributes.includes(name));
    feature.properties = Object.fromEntries(own);
    kept.push(feature);
  }
  return { version: 2, name: layer.name, extent: layer.extent, length: kept.length, feature: (i) => kept[i] };
}

function write(zoom, x, y, bytes) {
  const file = join(tilesFolder, String(zoom), String(x), `${y}.mvt`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
