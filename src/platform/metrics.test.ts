import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MetricsRegistry } from "#base/metrics.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { ChainHost } from "#chain/host.ts";
import { FREE_MIN_BYTES, Health } from "./health.ts";
import { METRICS_TOKEN_FILE } from "./metrics.ts";
import { ANNA, clientFor, Meter, NOON, openStreet, PLANT_OF_ANNA, temporaryFolder } from "./test-street.ts";

/** "name{labels}" → value. */
function valuesOf(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.trimEnd().split("\n")) {
    if (line.startsWith("#")) continue;
    const match = /^([a-z_]+(?:\{[^}]*\})?) (-?[\d.e+-]+)$/.exec(line);
    assert.ok(match !== null, `not a line of a metric: ${line}`);
    values.set(match[1]!, Number(match[2]));
  }
  return values;
}

test("the figures of a platform are for whoever has the token of its folder, and say what happened", async () => {
  const folder = temporaryFolder();
  const metrics = new MetricsRegistry();
  metrics.gauge("contrada_test_part_count", "Of another part of the process.", () => 3);
  const { memory, platform, close } = await openStreet({ folder: folder.path, metrics });
  try {
    const ask = async (authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fetch(`${platform.url}/metrics`, { headers });
      return {
        status: response.status,
        type: response.headers.get("content-type"),
        text: await response.text(),
      };
    };
    const path = join(folder.path, METRICS_TOKEN_FILE);
    assert.equal(statSync(path).mode & 0o077, 0, "for the owner alone");
    const token = readFileSync(path, "utf8").trim();
    assert.equal((await ask()).status, 401);
    assert.equal((await ask("Bearer wrong")).status, 401);
    assert.equal((await ask(token)).status, 401);
    const before = await ask(`Bearer ${token}`);
    assert.equal(before.status, 200);
    assert.match(before.type!, /^text\/plain; version=0\.0\.4/);
    const first = valuesOf(before.text);
    assert.equal(first.get("contrada_test_part_count"), 3);
    assert.equal(first.get("contrada_platform_ready_state"), 1);
    assert.equal(first.get('contrada_http_requests_total{status="4xx"}'), 3);
    assert.equal(first.get("contrada_reading_received_total"), 0);

    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1240 } })]);
    memory.time += 20;
    await clientFor(platform.url, ANNA);
    const { text } = await ask(`Bearer ${token}`);
    const then = valuesOf(text);
    assert.equal(then.get("contrada_reading_received_total"), 1);
    assert.equal(then.get('contrada_reading_delay_seconds_bucket{le="1"}'), 1);
    assert.equal(then.get("contrada_index_lag_blocks"), 0);
    assert.ok(then.get("contrada_process_resident_memory_bytes")! > 1e7);
    assert.ok(then.get('contrada_process_event_loop_delay_seconds{quantile="0.99"}')! >= 0);
    assert.ok(then.get("contrada_http_connections_count")! >= 1);
    const told = readFileSync(new URL("../../docs/operating/observing.md", import.meta.url), "utf8");
    for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) {
      assert.ok(
        name === "contrada_test_part_count" || told.includes(`\`${name}`),
        `${name} is not documented`,
      );
    }
    // No citizen, home or address in any label.
    const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label!));
    assert.deepEqual([...labels].sort(), ["le", "quantile", "status"]);
  } finally {
    await close();
    folder.remove();
  }
});

test("a platform is not ready within five seconds of a stall, on a full disk, and when the chain has stopped", () => {
  let [height, waiting, ready, now, free] = [7, 0, true, 0, 1e12];
  const host = {
    ready: () => ready,
    view: () => ({ height }),
    waiting: () => waiting,
  } as unknown as ChainHost;
  const health = new Health({
    host,
    folder: "/",
    indexHeight: () => 7,
    clockMs: () => now,
    freeBytes: () => free,
  });
  try {
    assert.equal(health.problem(), undefined);
    waiting = 3;
    for (now = 0; now < 10_000; now += 1_000) {
      health.look();
      if (now % 2_000 === 0) height = 7;
    }
    assert.match(health.problem() ?? "", /no block comes/);
    waiting = 0;
    assert.equal(health.problem(), undefined, "nothing waits any more");
    waiting = 1;
    health.look();
    now += 3_000;
    assert.equal(health.problem(), undefined, "not yet");
    now += 1_900;
    assert.match(health.problem() ?? "", /no block comes/, "before five seconds are over");
    height = 8;
    assert.match(health.problem() ?? "", /1 blocks behind/);
    height = 7;
    waiting = 0;
    free = FREE_MIN_BYTES - 1;
    assert.match(health.problem() ?? "", /nearly full/);
    free = FREE_MIN_BYTES;
    assert.equal(health.problem(), undefined);
    ready = false;
    assert.match(health.problem() ?? "", /stopped/);
  } finally {
    health.close();
  }
});

test("blocks that come show no stall, however many transactions wait", () => {
  let [height, now] = [1, 0];
  const host = { view: () => ({ height }), waiting: () => 100 } as unknown as ChainHost;
  const health = new Health({
    host,
    folder: "/",
    indexHeight: () => height,
    clockMs: () => now,
    freeBytes: () => 1e12,
  });
  for (; now < 60_000; now += 1_000) {
    if (now % 3_000 === 0) height += 1;
    assert.equal(health.problem(), undefined);
  }
  health.close();
});
