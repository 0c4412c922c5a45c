import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { parseInstant } from "#base/time.ts";
import { FAULT_KINDS, FAULTS_OF_TIME, type FaultKind } from "#sim/home-devices/fault.ts";
import type { Source } from "#sim/sources.ts";
import { LONG } from "../../test/support/counterparts.ts";
import { SITE, VirtualGateway } from "../../test/support/virtual-gateway.ts";

const START = parseInstant("2026-06-16T09:00Z")!;
const SEQUENCES = Number(process.env.CONTRADA_FAULT_SEQUENCES ?? (LONG ? 200 : 8));
const SECONDS = 75;
/** A limit may be overrun for as long as a cycle and a device need to answer, s. */
const ANSWER_S = 3;
/** A counter that freezes or turns round while nothing moves is found out when its registers contradict it, s. */
const FOUND_OUT_S = 6;
const NEAR_W = 5;

/** Loads and sun in steps of some seconds, sometimes large ones. */
function restless(random: Random): Source {
  const at = (name: string, time: number, most: number) => {
    const draw = random.fork(`${name} ${Math.floor((time - START) / 7)}`);
    return draw.integer(4) === 0 ? draw.integer(most) : Math.floor(most / (2 + draw.integer(6)));
  };
  return {
    loadW: (time) => at("load", time, 5_000),
    solarW: (time) => at("sun", time, 5_000),
  };
}

interface Outcome {
  readonly problems: string[];
  readonly slowestS: number;
}

/** One home with faults of random devices, kinds, instants and lengths; what went wrong with it, in words. */
async function runSequence(seed: number): Promise<Outcome> {
  const random = new Random(`faults ${seed}`);
  const box = new VirtualGateway({
    start: START,
    source: restless(random),
    seed,
    stateOfCharge: 0.05 + 0.9 * random.float(),
  });
  const { home } = box;
  const unit = home.physics.accumulator!;
  const devices = ["counter", "inverter", "solar-meter", "accumulator"];
  const faults = Array.from({ length: 1 + random.integer(3) }, () => {
    // One fault for a device: where two overlap, the second's beginning looks like the first's end.
    const [device] = devices.splice(random.integer(devices.length), 1) as [string];
    let kind: FaultKind;
    do kind = FAULT_KINDS[random.integer(FAULT_KINDS.length)]!;
    while (FAULTS_OF_TIME.has(kind) && device !== "counter");
    const from = START + 8 + random.integer(SECONDS - 20);
    return { device, kind, from, until: from + 5 + random.integer(30) };
  });
  for (const { device, kind, from, until } of faults) {
    home.faults.add({ device, kind, from: from * 1000, until: until * 1000 });
  }
  const problems: string[] = [];
  const told = () =>
    faults.map(({ device, kind, from, until }) => `${device} ${kind} ${from - START}–${until - START}`);
  const note = (what: string) =>
    problems.push(`seed ${seed}, ${box.time.now - START} s: ${what} (${told()})`);
  let [exportS, importS, slowestS] = [0, 0, 0];
  for (let i = 0; i < SECONDS; i++) {
    const { outputs } = await box.second();
    const setpointW = outputs.find(({ point }) => point === "setPowerW")!.value;
    const { now } = box.time;
    if (Math.abs(setpointW) > 3_000) note(`asks the accumulator for ${setpointW} W`);
    const soc = unit.socPercent;
    if (soc < 4 - 0.05 || soc > 98 + 0.05) note(`the accumulator stands at ${soc} %`);
    // What leaves because of the accumulator, and what comes in because of it.
    const gridW = home.physics.counter.powerW;
    exportS = unit.powerW > NEAR_W && -gridW > SITE.connection.exportPowerMaxW + NEAR_W ? exportS + 1 : 0;
    importS = unit.powerW < -NEAR_W && gridW > SITE.connection.importPowerMaxW + NEAR_W ? importS + 1 : 0;
    const lies = faults.some(({ kind, from }) => (kind === "wrong-sign" || kind === "freeze") && now >= from);
    const answerS = lies ? FOUND_OUT_S : ANSWER_S;
    if (exportS > answerS) note(`exports ${-gridW} W with ${unit.powerW} W from the accumulator`);
    if (importS > answerS) note(`imports ${gridW} W with ${-unit.powerW} W into the accumulator`);
    for (const { device, kind, from, until } of faults) {
      const silent = ["drop", "slow", "garbage", "stale", "out-of-range"].includes(kind);
      if (!silent || now < from || now >= until) continue;
      if (device !== "counter" && device !== "accumulator") continue;
      // Lost, the counter leaves the accumulator at rest; lost itself, it rests by its own reversion.
      const rests = device === "counter" ? setpointW === 0 : unit.setpointAt(now) === 0;
      if (!rests && now - from > slowestS) slowestS = now - from;
    }
  }
  return { problems, slowestS };
}

test(`${SEQUENCES} random sequences of faults: no limit is violated, and the safe state is reached within 3 s`, async () => {
  let slowestS = 0;
  for (let seed = 0; seed < SEQUENCES; seed++) {
    const outcome = await runSequence(seed);
    assert.deepEqual(outcome.problems.slice(0, 3), []);
    slowestS = Math.max(slowestS, outcome.slowestS);
    assert.ok(slowestS < ANSWER_S, `seed ${seed}: not yet at rest after ${slowestS} s`);
  }
});
