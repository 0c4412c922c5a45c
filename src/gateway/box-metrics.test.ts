/** A box without devices, whose figures are fetched as Prometheus does. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openBox } from "./box.ts";
import { metricsOf } from "./box-metrics.ts";

const folder = mkdtempSync(join(tmpdir(), "contrada-box-"));
const free = createServer().listen(0, "127.0.0.1");
await once(free, "listening");
const { port } = free.address() as AddressInfo;
free.close();
await once(free, "close");
const box = await openBox({
  folder,
  devices: [],
  standing: undefined,
  link: undefined,
  clock: "box",
  version: "test",
  note: () => undefined,
  watchdogS: 0,
});
const server = await metricsOf(box, port);
after(async () => {
  server.close();
  await box.close();
  rmSync(folder, { recursive: true });
});

const AT = `http://127.0.0.1:${port}`;

async function figures(): Promise<Map<string, number>> {
  const response = await fetch(`${AT}/metrics`);
  assert.match(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.split(" ")[0]!, Number(line.split(" ")[1])]));
}

test("a gateway tells its cycles, the slowest since the last look, outbox, faults, clock and memory", async () => {
  for (let tries = 0; box.counts.cycles === 0 && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  box.counts.slowestMs = 250;
  const first = await figures();
  assert.ok(first.get("contrada_gateway_cycles_total")! >= 1);
  assert.equal(first.get("contrada_gateway_slowest_cycle_seconds"), 0.25);
  assert.equal(first.get("contrada_gateway_outbox_waiting_count"), 0);
  assert.equal(first.get("contrada_gateway_faults_count"), 0);
  assert.equal(first.get("contrada_gateway_clock_state"), 1);
  assert.ok(first.get("contrada_gateway_memory_bytes")! > 10e6);
  assert.ok((await figures()).get("contrada_gateway_slowest_cycle_seconds")! < 0.25);
});

test("nothing else is served", async () => {
  const response = await fetch(`${AT}/`);
  assert.equal(response.status, 404);
  await response.arrayBuffer();
});

test("a port that is taken is said", async () => {
  await assert.rejects(metricsOf(box, port), { code: "EADDRINUSE" });
});
