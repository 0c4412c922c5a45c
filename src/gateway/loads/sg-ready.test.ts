/** A heat pump behind two contacts in a real home: what its relay is told, and what is said of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInTemplate } from "#devices/template-shelf.ts";
import { SteeredContacts } from "#gateway/loads/sg-ready.ts";
import type { LoadMoment } from "#gateway/loads/steered-load.ts";
import { SteeredLoads } from "#gateway/loads/steered-loads.ts";
import { QUIET_MOMENT as moment, WINTER_NOON as NOON } from "../../../test/support/load-moment.ts";

function pump(powerW = 0, kept?: object) {
  const load = new SteeredContacts("heat-pump", { powerMinW: 600, powerMaxW: 2_500 }, kept);
  load.see({ values: { powerW }, measuredAt: NOON * 1000 }, NOON, 1);
  return load;
}

function told(load: SteeredContacts, more: Partial<LoadMoment> = {}) {
  const takesW = load.decide({ ...moment, ...more });
  const { code, numbers, state } = load.report();
  const contacts = load
    .outputs()
    .toSorted((a, b) => a.point.localeCompare(b.point))
    .map(({ value }) => value);
  return [code, state, numbers.sgState, contacts.join(":"), takesW];
}

test("its relay is told what its wish comes to", () => {
  assert.deepEqual(told(pump()), ["sg_by_itself", "waiting", 2, "0:0", 0]);
  assert.deepEqual(told(pump(1_800)), ["sg_by_itself", "running", 2, "0:0", 1_800]);
  assert.deepEqual(told(pump(), { surplusW: 1_000 }), ["heat_from_sun", "waiting", 3, "0:1", 1_000]);
  assert.deepEqual(told(pump(), { surplusW: 3_000 }), ["heat_from_sun", "waiting", 4, "1:1", 2_500]);
  assert.deepEqual(told(pump(), { limitW: 300 }), ["heat_limited", "limited", 1, "1:0", 0]);
});

test("contacts turn in an order that blocks nobody on the way", () => {
  const load = pump();
  load.decide({ ...moment, surplusW: 3_000 });
  assert.deepEqual(
    load.outputs().map(({ point }) => point),
    ["sgContact2", "sgContact1"],
  );
  load.decide({ ...moment, now: NOON + 600 });
  assert.deepEqual(
    load.outputs().map(({ point }) => point),
    ["sgContact1", "sgContact2"],
  );
});

test("without a counter, without its meter, and when its gateway goes, its contacts open", () => {
  const load = pump();
  assert.deepEqual(told(load, { limitW: 300 }).slice(2, 4), [1, "1:0"]);
  assert.deepEqual(told(load, { surplusW: Number.NaN, limitW: 0 }).slice(0, 4), [
    ...["own_thermostat", "waiting", 2, "0:0"],
  ]);
  assert.deepEqual(
    load.release().map(({ point, value }) => `${point} ${value}`),
    ["sgContact1 0", "sgContact2 0"],
  );
  load.see(undefined, NOON, 1);
  assert.deepEqual(told(load), ["not_heard", "waiting", undefined, "", 0]);
});

test("a restart forgets no block", () => {
  const before = pump();
  const atS = (load: SteeredContacts, after: number, limitW: number) => {
    load.see({ values: { powerW: 0 }, measuredAt: (NOON + after) * 1000 }, NOON + after, 1);
    return told(load, { now: NOON + after, limitW });
  };
  atS(before, 0, 0);
  const after = pump(0, JSON.parse(JSON.stringify(before.kept)));
  assert.deepEqual(atS(after, 7_199, 0).slice(0, 4), ["heat_limited", "limited", 1, "1:0"]);
  assert.deepEqual(atS(after, 7_200, 0).slice(0, 4), ["sg_no_block_left", "waiting", 2, "0:0"]);
  assert.equal(after.report().numbers.blocksLeft, 2);
});

test("whoever takes contacts is spoken to by contacts, in every template that has them", () => {
  for (const name of ["shelly-sg-ready", "tasmota-sg-ready", "mqtt-sg-ready"]) {
    const template = builtInTemplate(name)!;
    assert.ok(template.driver === "mqtt");
    const settable = Object.keys(template.set!) as ("sgContact1" | "sgContact2")[];
    const loads = new SteeredLoads([{ id: "heat-pump", kind: template.kind, settable }], new Map(), () =>
      assert.fail("nothing is planned"),
    );
    assert.deepEqual(
      loads.release().map(({ point }) => point),
      ["sgContact1", "sgContact2"],
    );
  }
});
