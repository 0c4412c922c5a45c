import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, utf8 } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import { equipmentOf } from "#devices/equipment.ts";
import {
  type ModbusRequest,
  type ModbusServerOptions,
  RegisterImage,
  serveModbus,
} from "#devices/modbus-server.ts";
import { openDevice } from "#devices/open-device.ts";
import { decodeModel, encodeModel } from "#devices/sunspec-codec.ts";
import { SunSpecDevice } from "#devices/sunspec-device.ts";
import { SUNSPEC_MODELS } from "#devices/sunspec-models.ts";

const COMMON = encodeModel(SUNSPEC_MODELS[1], { Mn: "Sonnenwerk", Md: "SW 5", SN: "0815", Vr: "1.2" });
const INVERTER = encodeModel(SUNSPEC_MODELS[103], {
  W: 3_210,
  W_SF: 0,
  A: 13.9,
  A_SF: -1,
  PhVphA: 230.4,
  V_SF: -1,
  Hz: 50.02,
  Hz_SF: -2,
  WH: 12_345_678,
  WH_SF: 0,
  St: 4,
});
const CAPACITY = encodeModel(SUNSPEC_MODELS[702], {
  WMaxRtg: 5_000,
  WChaRteMax: 4_600,
  WDisChaRteMax: 4_800,
  W_SF: 0,
});
const CONTROL = encodeModel(SUNSPEC_MODELS[704], { WSet_SF: 1, WMaxLimPct_SF: -1 });
const STORAGE = encodeModel(SUNSPEC_MODELS[713], {
  WHRtg: 10_200,
  WHAvail: 4_900,
  SoC: 48,
  SoH: 97,
  WH_SF: 1,
  Pct_SF: 0,
});
const MEASURED = encodeModel(SUNSPEC_MODELS[701], {
  ACType: 2,
  W: -2_000,
  W_SF: 0,
  TotWhInj: 900,
  TotWhAbs: 1_100,
  TotWh_SF: 0,
});
/** Model 64,001 is a maker's own: walked over. */
const OWN = Uint8Array.of(0xfa, 0x01, 0, 2, 1, 2, 3, 4);
const END = Uint8Array.of(0xff, 0xff, 0, 0);

async function withDevice(
  template: string,
  models: readonly Uint8Array[],
  use: (device: SunSpecDevice, image: RegisterImage, writes: ModbusRequest[]) => Promise<void>,
  base = 40_000,
  hooks: ModbusServerOptions = {},
): Promise<void> {
  const image = new RegisterImage();
  image.set(base, concat(utf8("SunS"), ...models, END));
  const writes: ModbusRequest[] = [];
  const server = await serveModbus(new Map([[3, image]]), {
    written: (request) => {
      writes.push(request);
      return hooks.written?.(request);
    },
    ...(hooks.before !== undefined && { before: hooks.before }),
  });
  const file = JSON.stringify({
    devices: [
      {
        id: "under-test",
        template,
        address: `modbus://127.0.0.1:${server.port}/3`,
        options: { timeoutMs: hooks.before === undefined ? 5_000 : 1_000 },
      },
    ],
  });
  const device = openDevice(equipmentOf("devices.json", file, ".")[0]!);
  assert.ok(device instanceof SunSpecDevice);
  try {
    await use(device, image, writes);
  } finally {
    await device.close();
    await server.close();
  }
}

test("an inverter tells its points and its sheet, wherever its models begin", async () => {
  for (const base of [0, 40_000, 50_000]) {
    await withDevice(
      "sunspec-inverter",
      [COMMON, OWN, INVERTER, CAPACITY],
      async (device) => {
        await device.open();
        assert.deepEqual(device.sheet, {
          manufacturer: "Sonnenwerk",
          model: "SW 5",
          serial: "0815",
          version: "1.2",
        });
        const { values } = await device.read();
        assert.deepEqual(values, {
          powerW: 3_210,
          energyWh: 12_345_678,
          ratedPowerW: 5_000,
          state: 3,
          voltageL1V: 230.4,
          frequencyHz: 50.02,
        });
      },
      base,
    );
  }
});

test("an accumulator tells what it holds and obeys its setpoint in one transaction", async () => {
  await withDevice(
    "sunspec-accumulator",
    [COMMON, MEASURED, CAPACITY, CONTROL, STORAGE],
    async (device, _, writes) => {
      await device.open();
      const { values } = await device.read();
      assert.deepEqual(values, {
        powerW: -2_000,
        socPercent: 48,
        storedWh: 4_900,
        capacityWh: 10_200,
        chargePowerMaxW: 4_600,
        dischargePowerMaxW: 4_800,
        chargedWh: 1_100,
        dischargedWh: 900,
        healthPercent: 97,
      });
      await device.write("setPowerW", -1_504);
      assert.equal(writes.length, 1);
      // WSetEna, WSetMod and WSet, whose scale factor is 1: −150 steps of 10 W.
      assert.deepEqual([...writes[0]!.words!], [0, 1, 0, 1, 0xff, 0xff, 0xff, 0x6a]);
      await device.write("setpointHoldS", 20);
      assert.equal(writes.length, 3);
    },
  );
});

test("a limit is said in percent of the rating, and one above it is no limit", async () => {
  await withDevice("sunspec-inverter", [COMMON, INVERTER, CAPACITY, CONTROL], async (device, image) => {
    await device.open();
    await device.read();
    const control = () => {
      const first = 40_002 + (COMMON.length + INVERTER.length + CAPACITY.length) / 2;
      return decodeModel(SUNSPEC_MODELS[704], image.get(first, CONTROL.length / 2)!);
    };
    await device.write("powerMaxW", 1_250);
    assert.deepEqual([control().WMaxLimPctEna, control().WMaxLimPct], [1, 25]);
    await device.write("powerMaxW", 9_000);
    assert.equal(control().WMaxLimPct, 100);
    assert.equal(control().WMaxLimPctRvrtTms, 60);
  });
});

test("every way to fail has its name", async () => {
  const problem = async (work: Promise<unknown>, expected: string, says: RegExp) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof DeviceError, String(error));
      assert.equal(error.problem, expected, error.message);
      assert.match(error.message, says);
      return true;
    });
  await withDevice("sunspec-inverter", [COMMON, STORAGE], async (device) => {
    await problem(device.open(), "malformed", /none of its models .* it has 1, 713/);
  });
  await withDevice("sunspec-inverter", [COMMON, INVERTER], async (device) => {
    await problem(device.read(), "unreachable", /connection is closed/);
    await device.open();
    await problem(device.write("powerMaxW", 1_000), "no_such_point", /no SunSpec model 704/);
    await problem(device.write("setPowerW", 1_000), "no_such_point", /no setpoint setPowerW/);
  });
  const broken = encodeModel(SUNSPEC_MODELS[713], { SoC: 140, WHRtg: 1_000, WH_SF: 0, Pct_SF: 0 });
  await withDevice("sunspec-accumulator", [COMMON, MEASURED, broken], async (device) => {
    await device.open();
    await problem(device.read(), "out_of_range", /socPercent is 140/);
  });
  await withDevice(
    "sunspec-accumulator",
    [COMMON, MEASURED, CAPACITY, CONTROL, STORAGE],
    async (device) => {
      await device.open();
      await problem(device.write("setPowerW", 1_000), "refused", /exception 4, it failed while doing so/);
      await problem(device.write("setPowerW", 1e12), "out_of_range", /does not fit int32/);
      await problem(device.write("setPowerW", Number.NaN), "out_of_range", /NaN is no setpoint/);
    },
    40_000,
    { written: () => ({ exception: 4 }) },
  );
});

test("a device that falls silent is a timeout, then gone, and comes back when it is opened again", async () => {
  let silent = false;
  await withDevice(
    "sunspec-inverter",
    [COMMON, INVERTER, CAPACITY],
    async (device) => {
      await device.open();
      silent = true;
      await assert.rejects(device.read(), { problem: "timeout" });
      await assert.rejects(device.read(), { problem: "unreachable" });
      silent = false;
      await device.open();
      assert.equal((await device.read()).values.powerW, 3_210);
    },
    40_000,
    { before: () => (silent ? "silent" : undefined) },
  );
});
