/**
 * Drawings of the report, as SVG of our own in the tokens of the look. Each has a sentence that says what it shows
 * (its label for whoever hears the page) and leaves exact numbers to the table beside it. Colours are classes, so
 * light and dark are one drawing.
 */

/** Text for XML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const WIDTH = 640;

function drawing(label: string, height: number, content: readonly string[]): string {
  return `<svg class="plot" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label)}">${content.join("")}</svg>`;
}

function text(x: number, y: number, content: string, of: { anchor?: string; kind?: string } = {}): string {
  const { anchor = "start", kind = "" } = of;
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" class="${kind}">${escaped(content)}</text>`;
}

function box(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(Math.max(0, width))}" height="${fixed(Math.max(0, height))}" class="${kind}"/>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface Bar {
  readonly name: string;
  /** From left to right, each with its class; fractions of a whole. */
  readonly parts: readonly { readonly of: number; readonly kind: string }[];
  readonly said: string;
}

/** Horizontal bars of parts of a whole, one a row, the name above its bar so that it has room on a phone. */
export function barsOfWhole(label: string, bars: readonly Bar[]): string {
  const row = 46;
  const content = bars.flatMap(({ name, parts, said }, i) => {
    const top = i * row;
    let from = 0;
    return [
      text(0, top + 15, name),
      text(WIDTH, top + 15, said, { anchor: "end", kind: "strong" }),
      box(0, top + 22, WIDTH, 14, "ground"),
      ...parts.map(({ of, kind }) => {
        const x = from;
        from += of * WIDTH;
        return box(x, top + 22, of * WIDTH, 14, kind);
      }),
    ];
  });
  return drawing(label, bars.length * row, content);
}

export interface Row {
  readonly name: string;
  readonly values: readonly number[];
}

/** Small multiples: for each row one upright bar per home on one scale, up what it gains, down what it loses. */
export function barsByHome(
  label: string,
  rows: readonly Row[],
  kinds: readonly string[],
  unit: (value: number) => string,
): string {
  const all = rows.flatMap(({ values }) => values);
  const [most, least] = [Math.max(1e-9, ...all), Math.min(0, ...all)];
  const scale = 64 / most;
  const below = Math.min(40, -least * scale);
  const height = 24 + 64 + below + 18;
  const step = WIDTH / kinds.length;
  const content = rows.flatMap(({ name, values }, i) => {
    const zero = i * height + 24 + 64;
    return [
      text(0, i * height + 14, name),
      text(WIDTH, i * height + 14, `most ${unit(Math.max(...values))}, least ${unit(Math.min(...values))}`, {
        anchor: "end",
        kind: "soft",
      }),
      `<line x1="0" x2="${WIDTH}" y1="${fixed(zero)}" y2="${fixed(zero)}" class="axis"/>`,
      ...values.map((value, home) => {
        const size = Math.min(Math.abs(value) * scale, value < 0 ? 40 : 64);
        return box(home * step + step * 0.15, value < 0 ? zero : zero - size, step * 0.7, size, kinds[home]!);
      }),
    ];
  });
  return drawing(label, rows.length * height, content);
}

export interface Line {
  readonly kind: string;
  /** 24, one a civil hour. */
  readonly values: readonly number[];
  readonly isArea?: true;
}

/** An average day: lines and areas over the 24 hours, with a scale of its own. */
export function averageDay(label: string, lines: readonly Line[], unit: string, digits: number): string {
  const [left, top, bottom] = [44, 12, 220];
  const most = niceAbove(Math.max(...lines.flatMap(({ values }) => values)));
  const x = (hour: number) => left + ((WIDTH - left) * hour) / 24;
  const y = (value: number) => bottom - ((bottom - top) * value) / most;
  const steps = (values: readonly number[]) =>
    values.map(
      (value, hour) => `${fixed(x(hour))},${fixed(y(value))} ${fixed(x(hour + 1))},${fixed(y(value))}`,
    );
  const content = [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
      `<line x1="${left}" x2="${WIDTH}" y1="${fixed(y(part * most))}" y2="${fixed(y(part * most))}" class="grid"/>`,
      text(left - 6, y(part * most) + 4, (part * most).toFixed(digits), { anchor: "end", kind: "soft" }),
    ]),
    ...[0, 6, 12, 18].map((hour) =>
      text(x(hour), bottom + 18, `${String(hour).padStart(2, "0")}:00`, { kind: "soft" }),
    ),
    text(WIDTH, bottom + 18, unit, { anchor: "end", kind: "soft" }),
    ...lines.map(({ kind, values, isArea }) => {
      const points = steps(values).join(" ");
      return isArea
        ? `<polygon points="${fixed(x(0))},${bottom} ${points} ${WIDTH},${bottom}" class="${kind}"/>`
        : `<polyline points="${points}" class="line ${kind}"/>`;
    }),
  ];
  return drawing(label, bottom + 26, content);
}

/** 1, 2 or 5 times a power of ten, or that times two, at least the value. */
function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((one) => one * power).find((one) => one >= value) ?? 10 * power;
}

export interface Run {
  /** 0 to 1. */
  readonly share: number;
  /** €/kWh. */
  readonly price: number;
}

/** One dot a run: how much was traded, at which price, within the band of a reference. */
export function dotsOfRuns(
  label: string,
  runs: readonly Run[],
  band: { readonly share: readonly [number, number]; readonly price: readonly [number, number] },
): string {
  const [left, top, bottom] = [52, 12, 200];
  const shares = [...runs.map(({ share }) => share), ...band.share];
  const prices = [...runs.map(({ price }) => price), ...band.price];
  const range = (values: readonly number[], by: number): readonly [number, number] => [
    Math.floor((Math.min(...values) - by / 2) / by) * by,
    Math.ceil((Math.max(...values) + by / 2) / by) * by,
  ];
  const [lowShare, highShare] = range(shares, 0.01);
  const [lowPrice, highPrice] = range(prices, 0.002);
  const x = (share: number) => left + ((WIDTH - left - 8) * (share - lowShare)) / (highShare - lowShare);
  const y = (price: number) => bottom - ((bottom - top) * (price - lowPrice)) / (highPrice - lowPrice);
  const ticks = Math.round((highShare - lowShare) * 100);
  return drawing(label, bottom + 40, [
    box(
      x(band.share[0]),
      y(band.price[1]),
      x(band.share[1]) - x(band.share[0]),
      y(band.price[0]) - y(band.price[1]),
      "ground",
    ),
    ...Array.from({ length: ticks + 1 }, (_, i) => lowShare + i / 100).map((share) =>
      text(x(share), bottom + 18, `${Math.round(share * 100)} %`, { anchor: "middle", kind: "soft" }),
    ),
    ...[lowPrice, highPrice].map((price) =>
      text(left - 6, y(price) + 4, price.toFixed(3), { anchor: "end", kind: "soft" }),
    ),
    text(left, bottom + 36, "traded of what can be shared, against the mean price in €/kWh", {
      kind: "soft",
    }),
    ...runs.map(
      ({ share, price }) =>
        `<circle cx="${fixed(x(share))}" cy="${fixed(y(price))}" r="6" class="neighbour-dot"/>`,
    ),
  ]);
}
