import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { concat, utf8 } from "#base/bytes.ts";
import { ModbusConnection } from "#devices/modbus-client.ts";
import { RegisterImage, serveModbus } from "#devices/modbus-server.ts";
import { encodeModel, placesOf } from "#devices/sunspec-codec.ts";
import { readCurves, selectCurve, writeCurve } from "#devices/sunspec-curves.ts";
import { type ModelValues, SUNSPEC_MODELS } from "#devices/sunspec-models.ts";
import { findModels } from "#devices/sunspec-reader.ts";

const stored = (ReadOnly: 0 | 1, watts: number) => ({
  ActPt: 2,
  DeptRef: 0,
  RspTms: 10,
  ReadOnly,
  Pt: [
    { V: 106, W: 100 },
    { V: 110, W: watts },
  ],
});
const VOLT_WATT: ModelValues<706> = {
  Ena: 0,
  AdptCrvReq: 0,
  AdptCrvRslt: 1,
  NPt: 2,
  NCrv: 3,
  V_SF: -1,
  DeptRef_SF: -1,
  RspTms_SF: 0,
  Crv: [stored(1, 0), stored(0, 20), stored(1, 40)],
};
const START = 40_002;
const PLACES = placesOf(SUNSPEC_MODELS[706], VOLT_WATT);
const at = (...path: readonly (string | number)[]) =>
  START + PLACES.find((place) => place.path.join(".") === path.join("."))!.offset;

/** A device with a volt-watt model, and what it does when its registers are written. */
async function deviceThat(
  t: TestContext,
  does: (image: RegisterImage, first: number) => void,
  values: ModelValues<706> = VOLT_WATT,
) {
  const image = new RegisterImage();
  image.set(
    40_000,
    concat(utf8("SunS"), encodeModel(SUNSPEC_MODELS[706], values), Uint8Array.of(255, 255, 0, 0)),
  );
  const server = await serveModbus(new Map([[1, image]]), {
    written: ({ first }) => {
      does(image, first);
      return undefined;
    },
  });
  t.after(() => server.close());
  const connection = new ModbusConnection({ host: "127.0.0.1", port: server.port, unit: 1 }, 5_000);
  t.after(() => connection.close());
  await connection.open();
  const found = (await findModels(connection))![0]!;
  return { connection, found, image };
}

/** As the standard says: the curve of the request becomes the first. */
function takes(image: RegisterImage, first: number): void {
  if (first !== at("AdptCrvReq")) return;
  const number = image.get(first, 1)![1]!;
  const words = at("Crv", 1, "ActPt") - at("Crv", 0, "ActPt");
  image.set(at("Crv", 0, "ActPt"), image.get(at("Crv", number - 1, "ActPt"), words)!);
  image.set(at("Crv", 0, "ReadOnly"), Uint8Array.of(0, 1));
  image.set(at("AdptCrvRslt"), Uint8Array.of(0, 1));
}

const WANTED = {
  reference: 0,
  responseS: 5,
  points: [
    { atPercent: 107.5, percent: 100 },
    { atPercent: 111, percent: 10 },
  ],
};

test("a curve is written, kept, adopted and shown; a stored one is chosen", async (t) => {
  const { connection, found } = await deviceThat(t, takes);
  await writeCurve(connection, found, 706, WANTED);
  const { isEnabled, curves } = await readCurves(connection, found, 706);
  assert.equal(isEnabled, true);
  assert.deepEqual(curves.slice(0, 2), [
    { number: 1, isReadOnly: true, ...WANTED },
    { number: 2, isReadOnly: false, ...WANTED },
  ]);
  await selectCurve(connection, found, 706, 3);
  assert.equal((await readCurves(connection, found, 706)).curves[0]!.points[1]!.percent, 40);
});

test("a device that keeps other points than were written is not asked to adopt them", async (t) => {
  const { connection, found } = await deviceThat(t, (image, first) => {
    if (first === at("Crv", 1, "ActPt")) image.set(at("Crv", 1, "Pt", 1, "W"), Uint8Array.of(0, 200));
    takes(image, first);
  });
  await assert.rejects(writeCurve(connection, found, 706, WANTED), {
    problem: "refused",
    message: "the device keeps other points than were written into curve 2 of model 706",
  });
  const { isEnabled, curves } = await readCurves(connection, found, 706);
  assert.deepEqual([isEnabled, curves[0]!.points[1]!.percent], [false, 0]);
});

test("a device that refuses, says so and shows another, or never ends leaves its function off", async (t) => {
  const cases = [
    [2, 1_000, "refused", /did not adopt curve 2 of model 706/],
    [1, 1_000, "refused", /says that it adopted curve 2 .* its first curve shows another/],
    [0, 300, "timeout", /still has not adopted curve 2 of model 706 after 300 ms/],
  ] as const;
  for (const [result, withinMs, problem, message] of cases) {
    const { connection, found } = await deviceThat(t, (image, first) => {
      if (first === at("AdptCrvReq")) image.set(at("AdptCrvRslt"), Uint8Array.of(0, result));
    });
    await assert.rejects(writeCurve(connection, found, 706, WANTED, withinMs), { problem, message });
    assert.equal((await readCurves(connection, found, 706)).isEnabled, false);
  }
});

test("a failure of an earlier request is not that of this one", async (t) => {
  const { connection, found } = await deviceThat(
    t,
    (image, first) => {
      if (first === at("AdptCrvReq")) setTimeout(() => takes(image, first), 50);
    },
    { ...VOLT_WATT, AdptCrvRslt: 2 },
  );
  await writeCurve(connection, found, 706, WANTED);
  assert.equal((await readCurves(connection, found, 706)).curves[0]!.points[0]!.atPercent, 107.5);
});

test("a device whose curves are all read-only lets none be written", async (t) => {
  const closed = { ...VOLT_WATT, Crv: [stored(1, 0), stored(1, 20), stored(1, 40)] };
  const { connection, found } = await deviceThat(t, takes, closed);
  await assert.rejects(writeCurve(connection, found, 706, WANTED), {
    problem: "refused",
    message: /no curve that may be written/,
  });
  await assert.rejects(selectCurve(connection, found, 706, 4), {
    problem: "out_of_range",
    message: /has curves 1 to 3, and no 4/,
  });
});
