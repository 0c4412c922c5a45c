import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseInstant, ROME } from "#base/time.ts";
import { homesOnSockets } from "../../../test/support/homes-on-sockets.ts";
import { askControl } from "./control-socket.ts";
import { openFaultyWire } from "./faulty-wire.ts";
import { telegramOf } from "./p1-telegram.ts";
import { runHomes } from "./running-homes.ts";

/** Says everything back. */
async function echo(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as { port: number }).port, server };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

function answer(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (chunk) => resolve(chunk.toString("latin1")));
    socket.write(text);
  });
}

test("a wire passes on what is said until it is noisy or cut, refuses who calls meanwhile, and is whole again", async () => {
  const { port, server } = await echo();
  const state = { isDropped: false, isSlow: false, isGarbage: false };
  const wire = await openFaultyWire("127.0.0.1", 0, port, () => state, 1);
  try {
    const socket = await connected(wire.port);
    assert.equal(await answer(socket, "how much?"), "how much?");
    state.isGarbage = true;
    const noise = await answer(socket, "how much?");
    assert.equal(noise.length, 9);
    assert.notEqual(noise, "how much?");
    state.isGarbage = false;
    assert.equal(await answer(socket, "and now?"), "and now?");
    const cut = new Promise((resolve) => socket.once("close", resolve));
    state.isDropped = true;
    wire.look();
    await cut;
    await assert.rejects(connected(wire.port), { code: "ECONNREFUSED" });
    state.isDropped = false;
    wire.look();
    let again: Socket | undefined;
    for (
      const end = performance.now() + 30_000;
      again === undefined && performance.now() < end;
      await sleep(5)
    ) {
      again = await connected(wire.port).catch(() => undefined);
    }
    assert.ok(again !== undefined, "whole again");
    assert.equal(await answer(again, "still there?"), "still there?");
    again.destroy();
  } finally {
    await wire.close();
    server.close();
  }
});

test("a slow wire brings everything, late and in order", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { port, server } = await echo();
  const state = { isDropped: false, isSlow: true, isGarbage: false };
  const wire = await openFaultyWire("127.0.0.1", 0, port, () => state, 1);
  try {
    const socket = await connected(wire.port);
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk.toString()));
    socket.write("first ");
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    for (let i = 0; i < 50; i++) await turn();
    state.isSlow = false;
    socket.write("second");
    for (let i = 0; i < 50; i++) await turn();
    assert.equal(heard, "", "the second does not overtake the first");
    t.mock.timers.tick(5_000);
    for (const end = performance.now() + 30_000; heard.length < 12 && performance.now() < end; ) await turn();
    assert.equal(heard, "first second");
    socket.destroy();
  } finally {
    await wire.close();
    server.close();
  }
});

test("a telegram says power by direction, energy by tariff, the season, and closes with its checksum", () => {
  const telegram = telegramOf(
    {
      values: { powerW: -1046.8, voltageL1V: 230.85, currentL1A: -1.439, powerL1W: -332.3, powerL2W: 12 },
      importWh: [4_426, 2_399],
      exportWh: [2_444, 0],
      tariff: 2,
      time: parseInstant("2026-06-16T10:00:05Z")!,
      serial: "BEC1",
    },
    ROME,
  );
  for (const line of [
    "0-0:1.0.0(260616120005S)",
    "0-0:96.1.1(42454331)",
    "1-0:1.8.1(000004.426*kWh)",
    "1-0:2.8.1(000002.444*kWh)",
    "0-0:96.14.0(0002)",
    "1-0:1.7.0(00.000*kW)",
    "1-0:2.7.0(01.047*kW)",
    "1-0:32.7.0(230.8*V)",
    "1-0:31.7.0(001.44*A)",
    "1-0:22.7.0(00.332*kW)",
    "1-0:41.7.0(00.012*kW)",
  ]) {
    assert.ok(telegram.includes(`\r\n${line}\r\n`), `${line} in\n${telegram}`);
  }
  assert.match(telegram, /^\/CTR5\\[^\r\n]+\r\n\r\n/);
  assert.match(telegram, /\r\n![0-9A-F]{4}\r\n$/);
});

test("a running home is told of faults by its socket, answers what is true, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-devices-"));
  const control = join(folder, "devices.sock");
  const clock = { ms: 0 };
  const running = await runHomes(
    homesOnSockets({
      ...{ homes: 2, numbers: [1, 2], start: parseInstant("2026-06-16T10:00Z")!, control },
      realMs: () => clock.ms,
    }),
  );
  try {
    clock.ms = 1_000_000;
    const state = (await askControl(control, { do: "state", home: 2 })) as {
      devices: { id: string; truth: { powerW: number }; says: { powerW: number } }[];
    };
    const power = Object.fromEntries(state.devices.map(({ id, truth }) => [id, truth.powerW]));
    assert.ok(power.inverter! > 0 && power.inverter === power["solar-meter"]);
    const fault = await askControl(control, {
      do: "fault",
      home: 2,
      device: "counter",
      kind: "wrong-sign",
      forS: 60,
    });
    assert.equal((fault as { until: number; from: number }).until - (fault as { from: number }).from, 60_000);
    const broken = (await askControl(control, { do: "state", home: 2 })) as typeof state;
    const counter = broken.devices.find(({ id }) => id === "counter")!;
    assert.equal(counter.says.powerW, -counter.truth.powerW);
    const quarters = (await askControl(control, { do: "quarters", home: 1 })) as { readings: unknown[] };
    assert.equal(quarters.readings.length, 1);
    for (const [question, why] of [
      [{ do: "fault", home: 1, device: "inverter", kind: "clock-jump" }, /does not tell the time/],
      [{ do: "fault", home: 1, device: "boiler", kind: "drop" }, /no device "boiler"; it has counter/],
      [{ do: "fault", home: 3, device: "counter", kind: "drop" }, /home 3 does not run here/],
      [{ do: "explode" }, /"do" is fault, clear, state or quarters/],
    ] as const) {
      await assert.rejects(askControl(control, question), why);
    }
    await assert.rejects(
      runHomes(homesOnSockets({ start: 0, control, realMs: () => 0 })),
      /another home of devices is controlled/,
    );
  } finally {
    await running.close();
  }
  assert.ok(!existsSync(control));
  await assert.rejects(askControl(control, { do: "state" }), /no devices are controlled/);
  rmSync(folder, { recursive: true });
});
