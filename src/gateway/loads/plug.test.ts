/** Appliances behind plugs of a real home, over the gateway's cycle in virtual time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { SteeredPlug } from "#gateway/loads/plug.ts";
import type { LoadMoment } from "#gateway/loads/steered-load.ts";
import { USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import { VirtualGateway } from "../../../test/support/virtual-gateway.ts";

const NOON = parseInstant("2026-06-16T10:00Z")!;

function atHome(loadW: number, importPowerMaxW: number) {
  const loads = new Map<string, LoadSheet>([
    ["kitchen-plug", { kind: "freezer" }],
    ["bath-plug", { kind: "appliance", powerMaxW: 1_200 }],
  ]);
  const source = { loadW: () => loadW, solarW: () => 0 };
  const connection = { importPowerMaxW, exportPowerMaxW: 3_000 };
  return new VirtualGateway({ start: NOON, source, loads, stateOfCharge: 0.04, settings: { connection } });
}

const codes = ({ gateway }: VirtualGateway) =>
  Object.fromEntries(gateway.state(0).loads!.map(({ id, code }) => [id, code]));

async function pass(home: VirtualGateway, seconds: number) {
  for (let second = 0; second < seconds; second++) await home.second();
}

test("whoever presses the button of a plug wins, but for a freezer's", async () => {
  const home = atHome(300, 6_000);
  const [kitchen, bath] = home.home.appliances;
  await pass(home, 10);
  bath!.on = false;
  kitchen!.on = false;
  await pass(home, 20);
  assert.deepEqual([kitchen!.on, bath!.on], [true, false]);
  assert.deepEqual(codes(home), { "kitchen-plug": "always_on", "bath-plug": "switched_by_hand" });
  bath!.on = true;
  await pass(home, 3);
  assert.equal(codes(home)["bath-plug"], "always_on");
  await home.gateway.close();
});

const moment: LoadMoment = {
  ...{
    now: NOON,
    seconds: 30,
    surplusW: 0,
    neededW: 0,
    limitW: 6_000,
    importPrice: 300_000,
    isClockRight: true,
  },
};

function machine() {
  const plug = new SteeredPlug("washer", "washing_machine", {});
  plug.hear({ change: 1, preferences: { ...USUAL_PREFERENCES.washing_machine, mode: "sun" } });
  let now = NOON;
  const state = { on: 1, drawsW: 0 };
  const live = (seconds: number, surplusW = 0, limitW = 6_000) => {
    for (const end = now + seconds; now < end; now += 30) {
      const powerW = state.on === 1 ? state.drawsW : 0;
      plug.see({ values: { powerW, on: state.on }, measuredAt: now * 1000 }, now, 30);
      plug.decide({ ...moment, now, surplusW, limitW });
      for (const { value } of plug.outputs()) state.on = value;
    }
    return plug.report().code;
  };
  return { plug, state, live };
}

test("a machine that is started is held until the sun has enough, and then runs to its end", () => {
  const { state, live, plug } = machine();
  assert.equal(live(60), "done_for_today");
  assert.equal(state.on, 1, "it stands under power, so that somebody can start it");
  state.drawsW = 2_000;
  assert.equal(live(120), "waits_for_sun");
  assert.equal(state.on, 0);
  live(120, 2_500);
  assert.equal(state.on, 1);
  assert.equal(live(600, 0), "stays_on", "what has begun runs on without the sun");
  state.drawsW = 0;
  assert.equal(live(600), "done_for_today", "it draws nothing more: it is done");
  assert.ok(plug.report().todayWh > 300);
});

test("a plug gives way where less may come in, and comes back when there is room for a while", () => {
  const plug = new SteeredPlug("heater", "appliance", { powerMaxW: 1_000 });
  const see = (now: number) => {
    plug.see({ values: { powerW: 1_000, on: 1 }, measuredAt: now * 1000 }, now, 1);
  };
  see(NOON);
  assert.equal(plug.decide(moment), 1_000);
  plug.cut();
  assert.deepEqual(plug.outputs(), [{ device: "heater", point: "on", value: 0, again: true }]);
  assert.equal(plug.decide({ ...moment, now: NOON + 200 }), 0, "not at once");
  assert.equal(plug.decide({ ...moment, now: NOON + 400, limitW: 900 }), 0, "not where it does not fit");
  assert.equal(plug.report().state, "limited");
  assert.equal(plug.decide({ ...moment, now: NOON + 400 }), 1_000);
});
