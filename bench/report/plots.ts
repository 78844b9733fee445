import type { CostFigures } from '../measures/cost';
import type { PhonesFigures } from '../measures/phones';
import { drawPlot } from './svg';
import { count } from './text';

const BLUE = '#1f6feb';
const ORANGE = '#d97706';
const GREY = '#8b949e';

export const latencyPlot = ({ journeys, overTime }: PhonesFigures): string =>
  drawPlot({
    title: `Latency from the intended time: ${count(journeys)} journeys, ${count(2 * journeys)} phones, one server process`,
    x: { name: 'seconds', to: overTime.length },
    y: { name: 'ms', to: Math.max(60, ...overTime.map(({ p99Ms }) => p99Ms)) },
    series: [
      { name: 'slowest', color: GREY, points: overTime.map(({ second, maxMs }) => [second, maxMs]) },
      { name: 'p99', color: ORANGE, points: overTime.map(({ second, p99Ms }) => [second, p99Ms]) },
      { name: 'p50', color: BLUE, points: overTime.map(({ second, p50Ms }) => [second, p50Ms]) },
    ],
    limit: { y: 20, name: 'target for p99' },
  });

export const costPlot = ({ levels }: CostFigures): string =>
  drawPlot({
    title: 'CPU of one poll by the number of active journeys',
    x: { name: 'active journeys', logarithmic: true },
    y: { name: 'µs' },
    series: [
      {
        name: 'server process',
        color: BLUE,
        dots: true,
        points: levels.map(({ journeys, cpuMicros }) => [journeys, cpuMicros]),
      },
      {
        name: 'Redis',
        color: ORANGE,
        dots: true,
        points: levels.map(({ journeys, redisMicros }) => [journeys, redisMicros]),
      },
    ],
  });
