/**
 * Figures of a running process for whoever watches it: counters, gauges and histograms, written in the text
 * format of Prometheus (0.0.4, https://prometheus.io/docs/instrumenting/exposition_formats). A registry is
 * handed to the parts of a process; each registers what it counts, or a collector that is asked when somebody
 * looks. Names are `contrada_AREA_NAME_UNIT` in base units, `_total` for counters. Labels are few and of small
 * closed sets: never a member, a home or an address.
 *
 * Left out: summaries, timestamps, exemplars.
 */
import { assert } from "#base/assert.ts";

export type Labels = Readonly<Record<string, string>>;

/** One value of a gauge or counter, as a collector tells it. */
export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
}

type Kind = "counter" | "gauge" | "histogram";

export interface Histogram {
  observe(value: number): void;
}

interface Metric {
  readonly kind: Kind;
  readonly help: string;
  lines(name: string): string[];
}

/** Of durations, seconds: from a fsync on a good disk to what nobody waits for. */
export const SECONDS_BUCKETS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export class MetricsRegistry {
  readonly #metrics = new Map<string, Metric>();

  /** A count that only rises, asked for when somebody looks. The name ends in `_total`. */
  counter(name: string, help: string, collect: () => number | readonly Sample[]): void {
    assert(name.endsWith("_total"), `a counter's name ends in _total, not ${name}`);
    this.#add(name, { kind: "counter", help, lines: () => samples(name, collect()) });
  }

  /** A value that rises and falls, asked for when somebody looks. */
  gauge(name: string, help: string, collect: () => number | readonly Sample[]): void {
    this.#add(name, { kind: "gauge", help, lines: () => samples(name, collect()) });
  }

  /** A distribution; `buckets` are upper bounds in rising order, infinity left out. */
  histogram(name: string, help: string, buckets: readonly number[] = SECONDS_BUCKETS): Histogram {
    const counts = new Float64Array(buckets.length + 1);
    let sum = 0;
    const lines = () => {
      let below = 0;
      const bounds = buckets.map((bound, i) => `${name}_bucket{le="${bound}"} ${(below += counts[i]!)}`);
      const all = below + counts[buckets.length]!;
      return [...bounds, `${name}_bucket{le="+Inf"} ${all}`, `${name}_sum ${sum}`, `${name}_count ${all}`];
    };
    this.#add(name, { kind: "histogram", help, lines });
    return {
      observe(value) {
        sum += value;
        const at = buckets.findIndex((bound) => value <= bound);
        counts[at < 0 ? buckets.length : at]! += 1;
      },
    };
  }

  /** Everything, by name. */
  text(): string {
    let text = "";
    for (const [name, { kind, help, lines }] of [...this.#metrics].sort(([a], [b]) => (a < b ? -1 : 1))) {
      text += `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${kind}\n`;
      for (const line of lines(name)) text += `${line}\n`;
    }
    return text;
  }

  #add(name: string, metric: Metric): void {
    assert(/^contrada_[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name), `no name of a metric: ${name}`);
    assert(!this.#metrics.has(name), `two metrics of one name: ${name}`);
    this.#metrics.set(name, metric);
  }
}

function samples(name: string, collected: number | readonly Sample[]): string[] {
  const all = typeof collected === "number" ? [{ value: collected }] : collected;
  return all.map(({ value, labels }: Sample) => {
    const pairs = Object.entries(labels ?? {}).map(([label, text]) => `${label}="${quoted(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
  });
}

function escaped(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function quoted(value: string): string {
  return escaped(value).replaceAll('"', '\\"');
}
