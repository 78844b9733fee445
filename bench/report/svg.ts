/** Plots as plain SVG, readable on light and dark pages. A plotting library would be larger than the bench. */

export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Marks each point; for few points. */
  readonly dots?: boolean;
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A horizontal line that the series should stay below. */
  readonly limit?: { readonly y: number; readonly name: string };
}

export interface Axis {
  readonly name: string;
  readonly logarithmic?: boolean;
  /** Where the axis ends; the greatest value when left out. */
  readonly to?: number;
}

const WIDTH = 860;
const HEIGHT = 380;
const MARGIN = { top: 44, right: 24, bottom: 52, left: 68 };
const INNER = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };

export function drawPlot({ title, x: xAxis, y: yAxis, series, limit }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const across = scale(
    xAxis,
    points.map(([value]) => value),
    (share) => MARGIN.left + share * INNER.width,
  );
  const up = scale(
    yAxis,
    [...points.map(([, value]) => value), limit?.y ?? 0],
    (share) => HEIGHT - MARGIN.bottom - share * INNER.height,
  );
  const parts = [
    text(WIDTH / 2, 20, title, 'middle', 'font-weight="600" font-size="15"'),
    ...up.ticks.map((tick) =>
      line(MARGIN.left, up.at(tick), WIDTH - MARGIN.right, up.at(tick), 'stroke="#8884"'),
    ),
    ...up.ticks.map((tick) => text(MARGIN.left - 8, up.at(tick) + 4, label(tick), 'end')),
    ...across.ticks.map((tick) => text(across.at(tick), HEIGHT - MARGIN.bottom + 20, label(tick), 'middle')),
    line(MARGIN.left, HEIGHT - MARGIN.bottom, WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom, 'stroke="#888"'),
    text(MARGIN.left + INNER.width / 2, HEIGHT - 12, xAxis.name, 'middle'),
    text(
      0,
      0,
      yAxis.name,
      'middle',
      `transform="translate(18 ${MARGIN.top + INNER.height / 2}) rotate(-90)"`,
    ),
  ];
  if (limit) {
    parts.push(
      line(
        MARGIN.left,
        up.at(limit.y),
        WIDTH - MARGIN.right,
        up.at(limit.y),
        'stroke="#d33" stroke-dasharray="6 4"',
      ),
    );
    parts.push(text(WIDTH - MARGIN.right, up.at(limit.y) - 6, limit.name, 'end', 'fill="#d33"'));
  }
  series.forEach((one, index) => {
    const places = one.points.map(([px, py]) => `${across.at(px).toFixed(1)},${up.at(py).toFixed(1)}`);
    parts.push(
      `<polyline points="${places.join(' ')}" fill="none" stroke="${one.color}" stroke-width="1.8"/>`,
    );
    if (one.dots) {
      for (const [px, py] of one.points) {
        const [x, y] = [across.at(px), up.at(py)];
        parts.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="${one.color}"/>`);
        // The first label must not touch the axis.
        parts.push(text(Math.max(x, MARGIN.left + 24), y - 10, label(py), 'middle'));
      }
    }
    const left = MARGIN.left + 12 + index * 150;
    parts.push(
      line(left, 36, left + 22, 36, `stroke="${one.color}" stroke-width="3"`),
      text(left + 28, 40, one.name, 'start'),
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

function scale(
  { logarithmic, to }: Axis,
  values: readonly number[],
  place: (share: number) => number,
): Scale {
  const greatest = to ?? Math.max(...values);
  if (logarithmic) {
    const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(greatest))];
    const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
    return { at: (value) => place((Math.log10(value) - low) / (high - low)), ticks };
  }
  const step = niceStep(greatest);
  const end = to ?? Math.ceil(greatest / step) * step;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return { at: (value) => place(Math.min(value, end) / end), ticks };
}

/** 1, 2 or 5 times a power of ten: some five to ten steps up to `greatest`. */
function niceStep(greatest: number): number {
  const power = 10 ** Math.floor(Math.log10(greatest / 5));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => greatest / step <= 8)!;
}

const label = (value: number): string =>
  value >= 1000
    ? value.toLocaleString('en', { maximumFractionDigits: 0 })
    : String(Number(value.toPrecision(3)));

const line = (x1: number, y1: number, x2: number, y2: number, more: string): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${more}/>`;

const text = (x: number, y: number, content: string, anchor: string, more = 'fill="#444"'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" ${more}>${escaped(content)}</text>`;

const escaped = (content: string): string => content.replace(/&/g, '&amp;').replace(/</g, '&lt;');
