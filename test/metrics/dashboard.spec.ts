import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../support/freePort';
import { metersFromHome, TestService } from '../support/service';
import { scrape, type Scrape } from './scrape';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

const dashboard = JSON.parse(
  readFileSync(join(__dirname, '../../deploy/grafana/journey-service.json'), 'utf8'),
) as Dashboard;

const queries: [panel: string, expr: string][] = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  ),
  ...dashboard.templating.list.flatMap(({ name, query }): [string, string][] =>
    typeof query === 'string' ? [] : [[`variable ${name}`, query.query]],
  ),
];

const METRIC = /\b((?:journey|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g;
/** Labels that Prometheus adds. */
const SCRAPED_LABELS = ['job', 'instance'];

describe('The Grafana dashboard', () => {
  let service: TestService;
  let found: Scrape;
  beforeAll(async () => {
    const port = await freePort();
    service = await TestService.start({
      METRICS_PORT: String(port),
      EVENTS: 'log',
      // The metrics of the router exist only with one; this one refuses connections.
      ROUTER_URL: `osrm+http://127.0.0.1:${await freePort()}`,
    });
    const { id, trainer, student } = await service.book();
    await trainer.start(id);
    await trainer.update(id, metersFromHome(100));
    await student.poll(id);
    // The second fix in a row within the distance of a stage.
    await trainer.arrive(id, metersFromHome(99.9));
    do {
      await sleep(100);
      found = await scrape(port);
    } while (
      found.value('journey_outbox_lag_seconds') === undefined ||
      found.value('journey_ended_total') === undefined
    );
  }, 30_000);
  afterAll(() => service.stop());

  /** The metric that a sample belongs to: a histogram's samples have suffixes. */
  const metricOf = (name: string): string =>
    found.types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');

  it.each(queries)('uses in "%s" only metrics and labels that the service has: %s', (_panel, expr) => {
    const used = [...expr.matchAll(METRIC)];
    expect(used.length).toBeGreaterThan(0);
    const labels = new Set(SCRAPED_LABELS);
    for (const [, name, matchers = ''] of used) {
      const metric = metricOf(name!);
      const type = found.types.get(metric);
      expect({ name, type }).toEqual({ name, type: expect.any(String) });
      // Only a counter can be rated, only a histogram has buckets.
      if (metric !== name) expect(type).toBe('histogram');
      if (expr.includes(`rate(${name}`)) expect(['counter', 'histogram']).toContain(type);
      const own =
        LABELS[metric] ??
        found.samples
          .filter((sample) => metricOf(sample.name) === metric)
          .flatMap((sample) => Object.keys(sample.labels));
      for (const label of own) labels.add(label);
      for (const [, label] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
        expect([...SCRAPED_LABELS, ...own]).toContain(label);
    }
    for (const [, list] of expr.matchAll(/\bby \(([^)]*)\)/g)) {
      for (const label of list!.split(',').map((text) => text.trim())) expect([...labels]).toContain(label);
    }
  });

  it('shows every metric of the service', () => {
    const shown = new Set(
      queries.flatMap(([, expr]) => [...expr.matchAll(METRIC)].map(([, name]) => metricOf(name!))),
    );
    const own = [...found.types.keys()].filter((name) => name.startsWith('journey_'));
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });
});

/** Of the metrics that a healthy service has no samples of. */
const LABELS: Readonly<Record<string, readonly string[]>> = {
  journey_redis_errors_total: ['step', 'outcome'],
  journey_alerts_total: ['alert', 'status'],
  journey_database_errors_total: ['operation', 'outcome'],
  journey_outbox_failures_total: ['stream'],
  journey_router_calls_total: ['result'],
};
