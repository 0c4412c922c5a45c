/**
 * Faults over real sockets, by the wall's clock: homes of simulated devices, each with the gateway's runtime and the
 * real drivers, one fault each. `CONTRADA_SOCKET_FAULTS` gives more of them. The long form only.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "#base/random.ts";
import { parseInstant } from "#base/time.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { Gateway } from "#gateway/gateway.ts";
import { USUAL_HOME } from "#gateway/home-settings.ts";
import { FAULT_KINDS, FAULTS_OF_TIME, type FaultKind } from "#sim/home-devices/fault.ts";
import { type RunningHome, runHomes } from "#sim/home-devices/running-homes.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { homesOnSockets } from "../support/homes-on-sockets.ts";
import { loneGateway } from "../support/lone-gateway.ts";

const HOMES = Number(process.env.CONTRADA_SOCKET_FAULTS ?? 12);
/** Of an evening in winter: the accumulators serve their homes. */
const START = parseInstant("2026-01-15T18:00Z")!;
const SETTLED_S = 3;
const FAULT_S = 6;
/** Within which the home must be safe: 3 s, and the cycle in which that is seen. */
const SAFE_S = 4;
/** By these the counter shows that it is lost. Telegrams that come late are late telegrams, and no loss. */
const LOSES_COUNTER: ReadonlySet<FaultKind> = new Set(["drop", "garbage", "stale", "out-of-range"]);

test(`${HOMES} homes over real sockets, one fault each: no limit is violated, the safe state is reached in time`, async (t) => {
  if (skippedUnlessLong(t)) return;
  const since = performance.now();
  const running = await runHomes(
    homesOnSockets({
      ...{ homes: HOMES, numbers: Array.from({ length: HOMES }, (_, i) => i + 1), start: START },
      ...{ accumulatorKw: 4, stateOfCharge: 0.6, realMs: () => performance.now() - since },
    }),
  );
  try {
    const outcomes = await Promise.all(running.homes.map((home) => livedThrough(home)));
    t.diagnostic(outcomes.map(({ told }) => told).join("; "));
    assert.deepEqual(
      outcomes.flatMap(({ problems }) => problems),
      [],
    );
    assert.ok(
      outcomes.some(({ restedS }) => restedS !== undefined),
      "one of them had to rest",
    );
  } finally {
    await running.close();
  }
});

interface Outcome {
  readonly told: string;
  readonly problems: readonly string[];
  /** From the fault to rest, s, where it has to rest. */
  readonly restedS: number | undefined;
}

async function livedThrough({ number, home, addresses }: RunningHome): Promise<Outcome> {
  const random = new Random(`socket faults ${number}`);
  const devices = ["counter", "accumulator", "inverter", "solar-meter"];
  const device = devices[number % 2 === 0 ? random.integer(devices.length) : random.integer(2)]!;
  let kind: FaultKind;
  do kind = FAULT_KINDS[random.integer(FAULT_KINDS.length)]!;
  while (FAULTS_OF_TIME.has(kind) && device !== "counter");
  const settings = { ...USUAL_HOME, connection: { importPowerMaxW: 6_000, exportPowerMaxW: 4_000 } };
  const ticks = () => {
    const ms = home.now();
    return { wallMs: ms, steadyMs: ms };
  };
  const entries = equipmentOf("devices.json", JSON.stringify({ devices: addresses }), ".");
  const gateway = new Gateway({ ...loneGateway(entries.map(openDevice), ticks()), settings });
  gateway.open();
  const { counter, accumulator } = home.physics;
  const ea = accumulator!;
  const what = `home ${number}: ${device} ${kind}`;
  const problems: string[] = [];
  const mustRest =
    (device === "counter" && LOSES_COUNTER.has(kind)) || (device === "accumulator" && kind === "drop");
  let lastBusyS = 0;
  /** How long the machine had other things to do since the fault, s: the gateway's cycles began so much later. */
  let lateS = 0;
  let over = 0;
  try {
    for (let second = 0; second < SETTLED_S + FAULT_S + 1; second++) {
      const begun = performance.now();
      if (second === SETTLED_S) home.faults.wish({ device, kind, afterS: 0, forS: FAULT_S }, home.now());
      await gateway.tick(ticks());
      await sleep(Math.max(50, 1_000 - (performance.now() - begun)));
      home.now();
      const faultyS = second - SETTLED_S + 1;
      if (faultyS > 0) lateS += Math.max(0, (performance.now() - begun) / 1_000 - 1);
      if (faultyS > 0 && faultyS <= FAULT_S && Math.abs(ea.powerW) > 1) lastBusyS = faultyS;
      const { importPowerMaxW, exportPowerMaxW } = settings.connection;
      const gridW = counter.powerW;
      const isOver =
        (ea.powerW > 50 && -gridW > exportPowerMaxW + 50) ||
        (ea.powerW < -50 && gridW > importPowerMaxW + 50);
      over = isOver ? over + 1 : 0;
      if (over > SAFE_S) problems.push(`${what}: ${gridW} W through the connection for ${over} s`);
      if (ea.socPercent < 4 || ea.socPercent > 98) problems.push(`${what}: ${ea.socPercent} %`);
    }
  } finally {
    await gateway.close();
  }
  if (mustRest && lastBusyS > SAFE_S + Math.ceil(lateS))
    problems.push(`${what}: ${ea.powerW} W still after ${lastBusyS} s`);
  return {
    told: `${device} ${kind}${mustRest ? ` rests after ${lastBusyS} s` : ""}`,
    problems,
    restedS: mustRest ? lastBusyS : undefined,
  };
}
