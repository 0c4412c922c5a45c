import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { followTown } from "#sim/home-devices/town-clock.ts";

test("devices in a town live by its clock, go on without it, and never back", async () => {
  let told = { time: 1_000, paused: false, speed: 60, seekingTo: null, fixed: false };
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    assert.equal(request.url, "/v1/demo/clock");
    response.end(JSON.stringify(told));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  let realMs = 0;
  const heard = async () => {
    const before = asked;
    while (asked < before + 2) await sleep(5);
  };
  const town = await followTown(`http://127.0.0.1:${port}/`, () => realMs, 5);
  try {
    assert.deepEqual([town.speed, town.now()], [60, 1_000_000]);
    told = { ...told, time: 4_600, paused: true };
    await heard();
    realMs = 50;
    assert.equal(town.now(), 4_600_000, "it jumped, and stands");
    told = { ...told, time: 2_000, paused: false };
    await heard();
    assert.equal(town.now(), 4_600_000, "an earlier time is waited for");
    told = { ...told, time: 5_000, speed: 10 };
    await heard();
    server.close();
    server.closeAllConnections();
    realMs = 1_050;
    assert.equal(town.now(), 5_010_000, "away, it is taken to go on");
  } finally {
    town.close();
    server.close();
  }
});
