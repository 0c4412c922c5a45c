import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayReport, GatewayView } from "#wire/gateway-schemas.ts";
import type { Device } from "#wire/schemas.ts";
import { area, type Strings, tCode } from "../../strings/dictionary.ts";
import { install } from "../../strings/install.ts";
import { checksOf, START_WITHIN_S } from "./checks.ts";

const ENROLLED_AT = 1_790_000_000;
const NEW: GatewayView = {
  gateway: "00f3a8b1c2d3e4f5",
  home: 3,
  state: "enrolled",
  version: "0.1.0",
  enrolledAt: ENROLLED_AT,
  certificateUntil: ENROLLED_AT + 60 * 86_400,
  needsCode: false,
  heardAt: null,
  reachable: false,
  meteringFrom: null,
  meteringUntil: null,
  acknowledged: 0,
  revokedAt: null,
  report: null,
};
const REPORT: GatewayReport = {
  time: ENROLLED_AT,
  clockOffsetS: 0,
  waiting: 0,
  waitingSince: null,
  safeState: "normal",
  ordersRefused: null,
  meterFits: true,
  devices: [],
  faults: [],
};
const METERING: Partial<GatewayView> = { reachable: true, heardAt: ENROLLED_AT, meteringFrom: ENROLLED_AT };

function device(problem: string | null): Device {
  const sheet = { id: "inverter", template: "sunspec-inverter", told: {}, measuredAt: ENROLLED_AT, problem };
  return { kind: "inverter", numbers: { powerW: 1 }, lastSeen: ENROLLED_AT, sheet };
}

/** The states in order, one letter each, and the sentence of the first that is not done. */
function shown(view: GatewayView | null, after = 0): string {
  const checks = checksOf(view, ENROLLED_AT + after);
  return `${checks.map(({ state }) => state[0]).join("")} ${checks.find(({ state }) => state !== "done")?.says}`;
}

test("an installation waits, goes on and goes wrong check by check", () => {
  const rows: readonly (readonly [string, GatewayView | null, number?])[] = [
    ["wwwwww enrolled_waits", null],
    ["dwwwww connected_waits", NEW],
    ["dwwwww connected_waits", NEW, START_WITHIN_S],
    ["dwwwww connected_waits", NEW, START_WITHIN_S + 1],
    ["dwwwww connected_wrong", { ...NEW, heardAt: ENROLLED_AT }],
    ["ddwwww undefined", { ...NEW, reachable: true }],
    ["dddwdw devices_none", { ...NEW, reachable: true, report: REPORT }],
    [
      "dddwdw devices_wrong",
      { ...NEW, reachable: true, report: { ...REPORT, devices: [device(null), device("timeout")] } },
    ],
    [
      "ddddww meter_waits",
      { ...NEW, reachable: true, report: { ...REPORT, devices: [device(null)], meterFits: false } },
    ],
    ["dddddw readings_waits", { ...NEW, reachable: true, report: { ...REPORT, devices: [device(null)] } }],
    ["dddddw readings_soon", { ...NEW, ...METERING, report: { ...REPORT, devices: [device(null)] } }],
    [
      "dddddd undefined",
      { ...NEW, ...METERING, acknowledged: 4, report: { ...REPORT, devices: [device(null)] } },
    ],
  ];
  for (const [expected, view, after] of rows) {
    assert.equal(shown(view, after), expected);
  }
  assert.equal(checksOf(NEW, ENROLLED_AT + START_WITHIN_S + 1)[1]?.state, "wrong");
  assert.deepEqual(checksOf({ ...NEW, heardAt: ENROLLED_AT }, ENROLLED_AT)[1], {
    name: "connected",
    state: "wrong",
    says: "connected_wrong",
  });
});

test("a wrong clock and an outbox that fills are wrong, a clock that was wrong is not", () => {
  const fault = { id: "x", code: "clock_wrong", severity: "fault", since: 1, numbers: {} } as const;
  const view = (report: Partial<GatewayReport>): GatewayView => ({
    ...NEW,
    ...METERING,
    report: { ...REPORT, devices: [device(null)], ...report },
  });
  const stateOf = (name: string, report: Partial<GatewayReport>) =>
    checksOf(view(report), ENROLLED_AT).find((check) => check.name === name)?.state;
  assert.equal(stateOf("clock", { faults: [{ ...fault, resolvedAt: null }] }), "wrong");
  assert.equal(stateOf("clock", { faults: [{ ...fault, resolvedAt: 2 }] }), "done");
  assert.equal(stateOf("readings", { waiting: 3 }), "waits");
  assert.equal(stateOf("readings", { waiting: 4 }), "wrong");
});

test("every check has its name and every sentence its words", () => {
  area(install satisfies Strings);
  const values = { gateway: "x", time: "x", count: 1 };
  const views = [null, NEW, { ...NEW, ...METERING, report: REPORT }];
  for (const { name, says } of views.flatMap((view) => checksOf(view, ENROLLED_AT))) {
    assert.ok(tCode(`check.${name}`, {}), name);
    if (says !== undefined) assert.ok(tCode(`check.${says}`, values), says);
  }
});
