import assert from "node:assert/strict";
import { test } from "node:test";
import { MetricsRegistry } from "#base/metrics.ts";

test("counters, gauges and histograms are written as Prometheus reads them", () => {
  const registry = new MetricsRegistry();
  let height = 7;
  registry.gauge("contrada_chain_height_blocks", "Height.", () => height);
  registry.counter("contrada_chain_rejections_total", 'By "reason".', () => [
    { value: 2, labels: { reason: "overloaded" } },
    { value: 1, labels: { reason: 'a "b"\\\n' } },
  ]);
  const latency = registry.histogram("contrada_chain_commit_latency_seconds", "Until durable.", [0.01, 0.1]);
  for (const seconds of [0.005, 0.01, 0.02, 3]) latency.observe(seconds);
  height += 1;
  assert.equal(
    registry.text(),
    `# HELP contrada_chain_commit_latency_seconds Until durable.
# TYPE contrada_chain_commit_latency_seconds histogram
contrada_chain_commit_latency_seconds_bucket{le="0.01"} 2
contrada_chain_commit_latency_seconds_bucket{le="0.1"} 3
contrada_chain_commit_latency_seconds_bucket{le="+Inf"} 4
contrada_chain_commit_latency_seconds_sum 3.035
contrada_chain_commit_latency_seconds_count 4
# HELP contrada_chain_height_blocks Height.
# TYPE contrada_chain_height_blocks gauge
contrada_chain_height_blocks 8
# HELP contrada_chain_rejections_total By "reason".
# TYPE contrada_chain_rejections_total counter
contrada_chain_rejections_total{reason="overloaded"} 2
contrada_chain_rejections_total{reason="a \\"b\\"\\\\\\n"} 1
`,
  );
});

test("a name that is none, a second one, and a counter without _total are refused", () => {
  const registry = new MetricsRegistry();
  registry.gauge("contrada_a_b", "", () => 0);
  assert.throws(() => registry.gauge("contrada_a_b", "", () => 0), /two metrics/);
  assert.throws(() => registry.gauge("height", "", () => 0), /no name/);
  assert.throws(() => registry.counter("contrada_a_c", "", () => 0), /_total/);
});
