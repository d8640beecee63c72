/** Lines over logarithmic axes as SVG: equal ratios are equal distances. Readable on light and on dark. */

export interface Line {
  readonly name: string;
  /** Of colours and markers. */
  readonly style: number;
  /** What the others are compared with. */
  readonly isReference?: boolean;
  readonly points: readonly Point[];
}
type Point = readonly [x: number, y: number];
export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const WIDTH = 480;
const HEIGHT = 440;
/** Of a chart, inside its part of the image. */
const area = { left: 66, right: WIDTH - 30, top: 108, bottom: HEIGHT - 52 };
const LEGEND_COLUMN = 205;
const LEGEND_ROW = 18;

const styles = [
  { light: '#57606a', dark: '#9aa4af', marker: 'M-4,-4h8v8h-8z' },
  { light: '#cf222e', dark: '#ff7b72', marker: 'M0,-5l5,9h-10z' },
  { light: '#9a6700', dark: '#e3b341', marker: 'M0,-5l5,5l-5,5l-5,-5z' },
  { light: '#0969da', dark: '#58a6ff', marker: 'M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z' },
  { light: '#8250df', dark: '#d2a8ff', marker: 'M0,5l5,-9h-10z' },
  { light: '#1a7f37', dark: '#56d364', marker: 'M-5,-1.5h10v3h-10z' },
] as const;

const schemes = {
  light: { paper: '#ffffff', ink: '#1f2328', faint: '#d8dee4' },
  dark: { paper: '#0d1117', ink: '#e6edf3', faint: '#30363d' },
};

function rulesOf(scheme: keyof typeof schemes): string {
  const { paper, ink, faint } = schemes[scheme];
  const lines = styles.map((style, nth) => `.s${nth}{stroke:${style[scheme]}}.m${nth}{fill:${style[scheme]}}`);
  return `.paper{fill:${paper}}text{fill:${ink}}.grid{stroke:${faint}}${lines.join('')}`;
}

/** @returns a whole SVG file: the charts beside each other below a headline. */
export function lineCharts(headline: string, charts: readonly Chart[]): string {
  const width = WIDTH * charts.length;
  const style = [
    'text{font:12px system-ui,sans-serif}.title{font-size:14px;font-weight:600}',
    '.line{fill:none;stroke-width:2}.reference{stroke-dasharray:6 4}.grid{stroke-width:1}',
    rulesOf('light'),
    `@media(prefers-color-scheme:dark){${rulesOf('dark')}}`,
  ].join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(headline)}</title><style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${HEIGHT}"/>`,
    ...charts.map((chart, nth) => `<g transform="translate(${nth * WIDTH},0)">${chartOf(chart)}</g>`),
    '</svg>\n',
  ].join('\n');
}

function chartOf({ title, x, y, lines }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  const [xs, ys] = [points.map(([at]) => at), points.map(([, at]) => at)];
  const across = logAxis(xs, area.left, area.right);
  const up = logAxis(ys, area.bottom, area.top);
  const middle = (area.top + area.bottom) / 2;
  return [
    text(title, 14, 24, 'class="title"'),
    ...across.ticks.map((tick) => gridDown(tick, across.place(tick))),
    ...up.ticks.map((tick) => gridAcross(tick, up.place(tick))),
    text(x, (area.left + area.right) / 2, HEIGHT - 12, 'text-anchor="middle"'),
    text(y, 16, middle, `text-anchor="middle" transform="rotate(-90 16 ${middle})"`),
    ...lines.map((line, nth) => legendOf(line, nth)),
    ...lines.map((line) => lineOf(line, ([atX, atY]) => [across.place(atX), up.place(atY)])),
  ].join('\n');
}

const round = (value: number): string => value.toFixed(1);
const escaped = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (value: string, x: number, y: number, more = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped(value)}</text>`;

const gridLine = (place: string): string => `<line class="grid" ${place}/>`;
const labelOf = (tick: number): string => tick.toLocaleString('en');

const gridDown = (tick: number, x: number): string =>
  gridLine(`x1="${round(x)}" x2="${round(x)}" y1="${area.top}" y2="${area.bottom}"`) +
  text(labelOf(tick), x, area.bottom + 18, 'text-anchor="middle"');

const gridAcross = (tick: number, y: number): string =>
  gridLine(`x1="${area.left}" x2="${area.right}" y1="${round(y)}" y2="${round(y)}"`) +
  text(labelOf(tick), area.left - 8, y + 4, 'text-anchor="end"');

const markerOf = (style: number, [x, y]: Point): string =>
  `<path class="m${style}" transform="translate(${round(x)},${round(y)})" d="${styles[style]?.marker}"/>`;

const pathOf = ({ style, isReference = false }: Line, points: readonly Point[]): string =>
  `<path class="line s${style}${isReference ? ' reference' : ''}" d="M${points.map((point) => point.map(round).join(',')).join('L')}"/>`;

function lineOf(line: Line, place: (point: Point) => Point): string {
  const points = line.points.toSorted(([a], [b]) => a - b).map(place);
  return pathOf(line, points) + points.map((point) => markerOf(line.style, point)).join('');
}

function legendOf(line: Line, nth: number): string {
  const [x, y] = [14 + (nth % 2) * LEGEND_COLUMN, 46 + Math.floor(nth / 2) * LEGEND_ROW];
  const key = pathOf(line, [
    [x, y - 4],
    [x + 28, y - 4],
  ]);
  return key + markerOf(line.style, [x + 14, y - 4]) + text(line.name, x + 34, y);
}

interface Axis {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** Above this many powers of ten, ticks are at these and at the ends alone. */
const FEW_DECADES = 2;

/** From the last round number (1, 2 or 5 times a power of ten) below all values to the first above them. */
function logAxis(values: readonly number[], start: number, end: number): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const rounds = roundNumbers(Math.floor(Math.log10(least)), Math.ceil(Math.log10(most)));
  const low = rounds.findLast((value) => value <= least) ?? least;
  const high = rounds.find((value) => value >= most) ?? most;
  const inside = rounds.filter((value) => value >= low && value <= high);
  const isShort = Math.log10(high / low) <= FEW_DECADES;
  const isTick = (value: number) => isShort || value === low || value === high || Number.isInteger(Math.log10(value));
  return {
    ticks: inside.filter(isTick),
    place: (value) => start + ((end - start) * Math.log(value / low)) / Math.log(high / low),
  };
}

function roundNumbers(from: number, to: number): number[] {
  const powers = Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
  return powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
}
