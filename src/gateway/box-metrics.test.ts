/** A gateway's figures, fetched as Prometheus does; of the box only what they are taken from. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, test } from "node:test";
import type { Box } from "./box.ts";
import { metricsOf } from "./box-metrics.ts";

const free = createServer().listen(0, "127.0.0.1");
await once(free, "listening");
const { port } = free.address() as AddressInfo;
free.close();
await once(free, "close");
const counts = { cycles: 7, slowestMs: 250 };
const box = {
  gateway: { faults: [{ resolvedAt: null }, { resolvedAt: 5 }, { resolvedAt: null }] },
  outbox: { waiting: 3 },
  clock: { isRight: false },
  counts,
} as unknown as Box;
const server = await metricsOf(box, port);
after(() => server.close());

const AT = `http://127.0.0.1:${port}`;

async function figures(): Promise<Map<string, number>> {
  const response = await fetch(`${AT}/metrics`);
  assert.match(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.split(" ")[0]!, Number(line.split(" ")[1])]));
}

test("a gateway tells its cycles, the slowest since the last look, outbox, faults, clock and memory", async () => {
  const first = await figures();
  assert.equal(first.get("contrada_gateway_cycles_total"), 7);
  assert.equal(first.get("contrada_gateway_slowest_cycle_seconds"), 0.25);
  assert.equal(first.get("contrada_gateway_outbox_waiting_count"), 3);
  assert.equal(first.get("contrada_gateway_faults_count"), 2);
  assert.equal(first.get("contrada_gateway_clock_state"), 0);
  assert.ok(first.get("contrada_gateway_memory_bytes")! > 10e6);
  assert.equal((await figures()).get("contrada_gateway_slowest_cycle_seconds"), 0, "since the last look");
});

test("nothing else is served", async () => {
  const response = await fetch(`${AT}/`);
  assert.equal(response.status, 404);
  await response.arrayBuffer();
});

test("a port that is taken is said", async () => {
  await assert.rejects(metricsOf(box, port), { code: "EADDRINUSE" });
});
