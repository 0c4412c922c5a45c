/**
 * The gateway of a real home at a town of several validators: it enrols with its owner's code, is told by validators
 * whose meter counts, and hands in readings. The box's own code runs here, over simulated devices and a real link.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { UTC } from "#base/time.ts";
import { HomeClock } from "#gateway/clock.ts";
import { enrol } from "#gateway/enrol.ts";
import { Gateway } from "#gateway/gateway.ts";
import { USUAL_HOME } from "#gateway/home-settings.ts";
import { meterKeyOf, standingOf } from "#gateway/identity.ts";
import { MqttLink } from "#gateway/mqtt-link.ts";
import { Outbox } from "#gateway/outbox.ts";
import { devicesInProcess } from "#sim/home-devices/in-process.ts";
import { SimulatedHome } from "#sim/home-devices/simulated-home.ts";
import type { HomePlan } from "#sim/plan.ts";
import { eventually } from "./agreement.ts";
import { signedIn } from "./town-owner.ts";

/** Real ms between two cycles: six seconds of a town at 60 times. */
const CYCLE_MS = 100;
const COMES_IN_MS = 120_000;

/** Resolves when the platform has a reading of it on its disk. */
export async function gatewayComesIn(url: string, home: HomePlan, speed: number): Promise<void> {
  const owner = await signedIn(url, home);
  const { code } = await owner.call("POST /v1/home/gateway/code");
  const identity = await enrol({ url, code }, { version: "test" });
  assert.ok("validatorsHash" in identity.enrolled.trust, "validators are pinned, no producer");
  const { time: start } = await owner.call("GET /v1/community");
  const began = performance.now();
  const simulated = new SimulatedHome({
    plan: { plant: home.plant, site: home.site, source: home.source },
    ...{ zone: UTC, seed: 1, start, stateOfCharge: 0.5 },
    now: () => start * 1000 + (performance.now() - began) * speed,
  });
  const ticks = () => ({ wallMs: Date.now(), steadyMs: performance.now() });
  const notes: string[] = [];
  const gateway = new Gateway({
    devices: devicesInProcess(simulated),
    settings: { ...USUAL_HOME, connection: home.site.connection },
    clock: new HomeClock("platform", ticks()),
    link: new MqttLink({ identity, keep: () => undefined }),
    outbox: new Outbox(":memory:"),
    ring: undefined,
    standing: standingOf(identity),
    version: "test",
    note: (note) => void (note.about !== "decision" && notes.push(JSON.stringify(note))),
  });
  gateway.open();
  let ends = false;
  const running = (async () => {
    while (!ends) {
      await gateway.tick(ticks());
      await sleep(CYCLE_MS);
    }
  })();
  try {
    const view = await eventually(
      "a reading of the gateway is taken",
      async () => {
        const now = await owner.call("GET /v1/home/gateway");
        return (now?.acknowledged ?? 0) > 0 ? now : undefined;
      },
      COMES_IN_MS,
    ).catch((cause: unknown) => {
      throw new Error(`no reading is taken: ${notes.slice(-5).join(" ")}`, { cause });
    });
    assert.deepEqual([view?.state, view?.report?.meterFits], ["metering", true]);
    assert.equal(gateway.state(0).ordersRefused, null, "what the validators prove is believed");
    assert.equal(gateway.state(0).meterKey, meterKeyOf(identity.meterSeed));
    assert.equal((await owner.call("GET /v1/home/accumulator")).runBy, "gateway");
  } finally {
    ends = true;
    await running;
    await gateway.close();
  }
}
