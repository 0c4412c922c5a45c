/** The SunSpec driver against an image that another hand serves: pymodbus. The long form only. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { ModbusConnection } from "#devices/modbus-client.ts";
import { openDevice } from "#devices/open-device.ts";
import { encodeModel, placesOf } from "#devices/sunspec-codec.ts";
import { SunSpecDevice } from "#devices/sunspec-device.ts";
import { type ModelValues, SUNSPEC_MODELS } from "#devices/sunspec-models.ts";
import { findModels, readModel } from "#devices/sunspec-reader.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { eventually, pythonWith, servedByPymodbus } from "./counterparts.ts";

const CONTRADA = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
const END = Uint8Array.of(255, 255, 0, 0);
const curve = (readOnly: 0 | 1) => ({
  ActPt: 4,
  DeptRef: 1,
  Pri: 1,
  VRef: 100,
  VRefAutoEna: 0,
  RspTms: 10,
  ReadOnly: readOnly,
  Pt: [90, 97, 103, 110].map((V, i) => ({ V, Var: [44, 0, 0, -44][i]! })),
});
const VOLT_VAR: ModelValues<705> = {
  Ena: 0,
  AdptCrvReq: 0,
  AdptCrvRslt: 1,
  NPt: 4,
  NCrv: 2,
  V_SF: -1,
  DeptRef_SF: -1,
  RspTms_SF: 0,
  Crv: [curve(1), curve(0)],
};

async function hybrid(t: TestContext, python: string, takes = true) {
  const models = [
    encodeModel(SUNSPEC_MODELS[1], { Mn: "Sonnenwerk", Md: "Hybrid 8", SN: "4711", Vr: "2.0" }),
    encodeModel(SUNSPEC_MODELS[701], {
      ACType: 2,
      W: -1_500,
      W_SF: 0,
      TotWhInj: 70_000,
      TotWhAbs: 81_000,
      TotWh_SF: 0,
      VL1: 231.2,
      V_SF: -1,
      Hz: 49.98,
      Hz_SF: -2,
      InvSt: 3,
    }),
    encodeModel(SUNSPEC_MODELS[702], {
      WMaxRtg: 8_000,
      WMax: 8_000,
      WChaRteMax: 5_000,
      WDisChaRteMax: 5_000,
      W_SF: 0,
    }),
    encodeModel(SUNSPEC_MODELS[704], { WSet_SF: 0, WMaxLimPct_SF: -1 }),
    encodeModel(SUNSPEC_MODELS[705], VOLT_VAR),
    encodeModel(SUNSPEC_MODELS[713], {
      WHRtg: 10_000,
      WHAvail: 6_100,
      SoC: 61,
      SoH: 99,
      WH_SF: 1,
      Pct_SF: 0,
    }),
  ];
  const first = 40_000;
  const address705 = first + 2 + models.slice(0, 4).reduce((sum, { length }) => sum + length / 2, 0);
  const places = placesOf(SUNSPEC_MODELS[705], VOLT_VAR);
  const at = (...path: readonly (string | number)[]) =>
    places.find((place) => place.path.join(".") === path.join("."))!.offset;
  const { port, lines } = await servedByPymodbus(t, python, {
    unit: 1,
    first,
    hex: toHex(concat(utf8("SunS"), ...models, END)),
    adopt: {
      request: address705 + at("AdptCrvReq"),
      result: address705 + at("AdptCrvRslt"),
      curves: address705 + at("Crv", 0, "ActPt"),
      words: at("Crv", 1, "ActPt") - at("Crv", 0, "ActPt"),
      readOnly: at("Crv", 0, "ReadOnly") - at("Crv", 0, "ActPt"),
      takes,
    },
  });
  const file = {
    devices: [
      {
        id: "battery",
        template: "sunspec-accumulator",
        address: `modbus://127.0.0.1:${port}/1`,
        options: { timeoutMs: 5_000 },
      },
    ],
  };
  const device = openDevice(equipmentOf("devices.json", JSON.stringify(file), ".")[0]!) as SunSpecDevice;
  t.after(() => device.close());
  await device.open();
  return { device, port, lines };
}

const STEEPER = {
  reference: 1,
  responseS: 5,
  points: [
    { atPercent: 92, percent: 60 },
    { atPercent: 98, percent: 0 },
    { atPercent: 108, percent: -60 },
  ],
};

test("an accumulator behind pymodbus is read, steered, and takes a volt-var curve", async (t) => {
  if (skippedUnlessLong(t)) return;
  const python = pythonWith(t, "pymodbus");
  if (python === undefined) return;
  const { device, port, lines } = await hybrid(t, python);
  assert.ok(device instanceof SunSpecDevice);
  assert.deepEqual(device.sheet, {
    manufacturer: "Sonnenwerk",
    model: "Hybrid 8",
    serial: "4711",
    version: "2.0",
  });
  assert.deepEqual((await device.read()).values, {
    powerW: -1_500,
    socPercent: 61,
    storedWh: 6_100,
    capacityWh: 10_000,
    chargePowerMaxW: 5_000,
    dischargePowerMaxW: 5_000,
    chargedWh: 81_000,
    dischargedWh: 70_000,
    healthPercent: 99,
  });
  await device.write("setPowerW", 2_345);
  await eventually(async () => assert.deepEqual(lines.at(-1)?.values, [1, 1, 0, 2_345]));

  await device.adoptCurve(705, STEEPER);
  const connection = new ModbusConnection({ host: "127.0.0.1", port, unit: 1 }, 5_000);
  t.after(() => connection.close());
  await connection.open();
  const found = (await findModels(connection))!.find(({ id }) => id === 705)!;
  const { Ena, Crv } = (await readModel(connection, found)) as ModelValues<705>;
  assert.equal(Ena, 1);
  assert.equal(Crv![0]!.ActPt, 3);
  assert.equal(Crv![0]!.ReadOnly, 1);
  assert.equal(Crv![0]!.RspTms, 5);
  assert.deepEqual(Crv![0]!.Pt!.slice(0, 3), [
    { V: 92, Var: 60 },
    { V: 98, Var: 0 },
    { V: 108, Var: -60 },
  ]);
});

test("the installer's command shows, sets and chooses curves behind pymodbus", async (t) => {
  if (skippedUnlessLong(t)) return;
  const python = pythonWith(t, "pymodbus");
  if (python === undefined) return;
  const { device, port } = await hybrid(t, python);
  await device.close();
  const curve = (...args: readonly string[]) => {
    const address = `modbus://127.0.0.1:${port}/1`;
    const flags = ["--template", "sunspec-accumulator", "--timeout-ms", "5000", "--json"];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [CONTRADA, "device", "curve", address, ...args, ...flags],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout)["volt-var"];
  };
  const before = curve();
  assert.deepEqual([before.enabled, before.points_max, before.curves.length], [false, 4, 2]);
  const after = curve("volt-var", "--points", "92:60,98:0,108:-60", "--response-s", "5");
  assert.equal(after.enabled, true);
  assert.deepEqual(after.curves[0].points, [
    [92, 60],
    [98, 0],
    [108, -60],
  ]);
  assert.equal(curve("volt-var", "--off").enabled, false);
  const chosen = curve("volt-var", "--select", "2");
  assert.deepEqual([chosen.enabled, chosen.curves[0].response_s], [true, 5]);
});

test("a curve that the device does not adopt is refused, and its function stays as it was", async (t) => {
  if (skippedUnlessLong(t)) return;
  const python = pythonWith(t, "pymodbus");
  if (python === undefined) return;
  const { device, lines } = await hybrid(t, python, false);
  await assert.rejects(device.adoptCurve(705, STEEPER), {
    problem: "refused",
    message: /did not adopt curve 2 of model 705/,
  });
  await eventually(async () => assert.equal(lines.length, 2, "the curve and the request, and no enabling"));
  await assert.rejects(device.adoptCurve(706, STEEPER), { problem: "no_such_point" });
  const falling = { ...STEEPER, points: STEEPER.points.toReversed() };
  await assert.rejects(device.adoptCurve(705, falling), {
    problem: "out_of_range",
    message: /voltages of a curve rise/,
  });
});
