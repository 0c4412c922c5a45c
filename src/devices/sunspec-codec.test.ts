import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import { decodeModel, encodeModel } from "#devices/sunspec-codec.ts";
import type {
  GroupDefinition,
  GroupValues,
  ModelDefinition,
  PointDefinition,
} from "#devices/sunspec-definition.ts";
import { SUNSPEC_MODELS, sunSpecModel } from "#devices/sunspec-models.ts";
import { sharedData, skippedWithout } from "../../test/support/counterparts.ts";
import { modelsFile, readModels } from "../../test/support/sunspec-models.ts";

test("the models are those that the alliance's definitions make", (t) => {
  const folder = "grid/ami/sunspec-models";
  if (skippedWithout(t, folder)) return;
  const written = readFileSync(new URL("sunspec-models.ts", import.meta.url), "utf8");
  assert.equal(written, modelsFile(readModels(sharedData(folder))));
});

/** Words of a text by its name; whatever else stands in these images is one word. */
const TEXTS: Readonly<Record<string, number>> = { Mn: 16, Md: 16, Opt: 8, Vr: 8, SN: 16, CrvNam: 8 };
type Told = { readonly [name: string]: number | string | null | readonly Told[] };

/** An image of the shared data in registers, without any definition: its fields in order, raw. */
function wordsOf(told: Told): number[] {
  return Object.entries(told).flatMap(([name, value]) => {
    if (Array.isArray(value)) return (value as readonly Told[]).flatMap(wordsOf);
    const words = TEXTS[name];
    if (words === undefined) return [value === null ? 0xffff : (value as number) & 0xffff];
    const bytes = Buffer.alloc(2 * words, 0);
    bytes.write((value as string | null) ?? "", "latin1");
    return Array.from({ length: words }, (_, i) => bytes.readUInt16BE(2 * i));
  });
}

/** What must be read of it: without what is none, times ten to the power of the scale factor of its name. */
function expectedOf(told: Told, scales: Told): object {
  const entries = Object.entries(told).flatMap(([name, value]): [string, unknown][] => {
    if (value === null || name === "Pad") return [];
    if (Array.isArray(value)) return [[name, value.map((one) => expectedOf(one, scales))]];
    const power = /^Tms\d+$/.test(name) ? scales.Tms_SF : /^V\d+$/.test(name) ? scales.V_SF : undefined;
    return [[name, typeof power === "number" ? (value as number) / 10 ** -power : value]];
  });
  return Object.fromEntries(entries);
}

test("each model of the images of devices is read to what it says", (t) => {
  const folder = "grid/ami/sunspec-devices";
  if (skippedWithout(t, folder)) return;
  const read: number[] = [];
  for (const file of readdirSync(sharedData(folder)).filter((name) => name.endsWith(".json"))) {
    const { models } = JSON.parse(readFileSync(join(sharedData(folder), file), "utf8")) as {
      readonly models: readonly Told[];
    };
    for (const told of models) {
      const words = wordsOf(told);
      assert.equal(words.length, 2 + (told.L as number), `${file}: model ${told.ID} is as long as it says`);
      const bytes = Uint8Array.from(words.flatMap((word) => [word >>> 8, word & 0xff]));
      const definition = sunSpecModel(told.ID as number);
      assert.ok(definition !== undefined, `${file}: model ${told.ID}`);
      assert.deepEqual(decodeModel(definition, bytes), expectedOf(told, told), `${file}: model ${told.ID}`);
      read.push(told.ID as number);
    }
  }
  assert.deepEqual(read, [1, 129]);
});

/** By hand, from the table of model 103: its numbers in order, one word each unless longer. */
const THREE_PHASE =
  "0067 0032 0140 006a 006b 006c fffe 0fa3 0fa4 0fa5 0901 0902 0903 ffff" +
  " 02e1 0001 1388 fffe 02e2 0001 ffff 8000 03e4 ffff 0001e240 0001" +
  " ffff 8000 ffff 8000 02ec 0001 0199 8000 8000 8000 8000 0004 ffff 00000000 ffffffff ffffffff ffffffff ffffffff ffffffff";

test("an inverter's block is read with its scale factors, and what it has not is absent", () => {
  const values = decodeModel(SUNSPEC_MODELS[103], fromHex(THREE_PHASE.replaceAll(" ", ""))!);
  assert.equal(values.A, 3.2);
  assert.equal(values.PhVphA, 230.5);
  assert.equal(values.PhVphB, 230.6);
  assert.equal(values.W, 7370);
  assert.equal(values.Hz, 50);
  assert.equal(values.VA, 7380);
  assert.equal(values.VAr, undefined, "0x8000 is none");
  assert.equal(values.PF, 99.6);
  assert.equal(values.WH, 1_234_560);
  assert.equal(values.DCA, undefined);
  assert.equal(values.DCW, 7480);
  assert.equal(values.TmpCab, undefined, "its scale factor is none");
  assert.equal(values.St, 4);
  assert.equal(values.StVnd, undefined);
  assert.equal(values.Evt1, 0);
});

test("a curve set stands curve after curve, point after point, in one order", () => {
  const curve = (vars: readonly number[]) => ({
    ActPt: 2,
    DeptRef: 1,
    Pri: 1,
    VRef: 100,
    VRefAutoEna: 0,
    ReadOnly: 0,
    Pt: vars.map((Var, i) => ({ V: 95 + 10 * i, Var })),
  });
  const values = {
    Ena: 0,
    AdptCrvReq: 0,
    AdptCrvRslt: 1,
    NPt: 2,
    NCrv: 2,
    V_SF: -1,
    DeptRef_SF: -2,
    Crv: [curve([30, -30]), curve([44.5, -44.5])],
  };
  const words = encodeModel(SUNSPEC_MODELS[705], values);
  const read = decodeModel(SUNSPEC_MODELS[705], words);
  assert.deepEqual(read.Crv?.[1]?.Pt, [
    { V: 95, Var: 44.5 },
    { V: 105, Var: -44.5 },
  ]);
  assert.equal(toHex(words.subarray(-8)), "03b6" + "1162" + "041a" + "ee9e");
  assert.equal(read.L, words.length / 2 - 2);
});

test("what a device leaves out at the end is absent, and what it adds is skipped", () => {
  const whole = encodeModel(SUNSPEC_MODELS[713], { WHRtg: 12_000, SoC: 51, WH_SF: 0, Pct_SF: 0 });
  const longer = new Uint8Array(whole.length + 4);
  longer.set(whole);
  longer[3] = longer[3]! + 2;
  assert.equal(decodeModel(SUNSPEC_MODELS[713], longer).SoC, 51);
  const shorter = whole.slice(0, -2);
  shorter[3] = shorter[3]! - 1;
  const { SoC, Pct_SF } = decodeModel(SUNSPEC_MODELS[713], shorter);
  assert.deepEqual({ SoC, Pct_SF }, { SoC: undefined, Pct_SF: undefined });
});

test("registers that are another model, or end early, are refused", () => {
  const words = encodeModel(SUNSPEC_MODELS[713], { WHRtg: 1, WH_SF: 0 });
  const refusal = (why: RegExp) => (error: unknown) => {
    assert.ok(error instanceof DeviceError);
    assert.equal(error.problem, "malformed");
    assert.match(error.message, why);
    return true;
  };
  assert.throws(() => decodeModel(SUNSPEC_MODELS[701], words), refusal(/do not begin model 701/));
  assert.throws(
    () => decodeModel(SUNSPEC_MODELS[713], words.subarray(0, 8)),
    refusal(/says 9 registers and has 4/),
  );
  assert.throws(() => decodeModel(SUNSPEC_MODELS[713], new Uint8Array(2)), refusal(/do not begin/));
  const curves = encodeModel(SUNSPEC_MODELS[705], { NCrv: 2, NPt: 3, V_SF: 0, DeptRef_SF: 0 });
  new DataView(curves.buffer).setUint16(2 * 6, 60_000);
  assert.throws(
    () => decodeModel(SUNSPEC_MODELS[705], curves),
    refusal(/says 60000 times Crv and has 32 registers/),
  );
});

test("a value beyond its registers, and one without its scale factor, are not written", () => {
  const refused = (values: Parameters<typeof encodeModel<(typeof SUNSPEC_MODELS)[713]>>[1], why: RegExp) =>
    assert.throws(
      () => encodeModel(SUNSPEC_MODELS[713], values),
      (error: unknown) =>
        error instanceof DeviceError && error.problem === "out_of_range" && why.test(error.message),
    );
  refused({ WHRtg: 70_000, WH_SF: 0 }, /does not fit uint16/);
  refused({ WHRtg: 65_535, WH_SF: 0 }, /how this type says "none"/);
  refused({ WHRtg: -1, WH_SF: 0 }, /does not fit uint16/);
  refused({ WHRtg: Number.NaN, WH_SF: 0 }, /no whole number/);
  refused({ WHRtg: 1_000 }, /without its scale factor WH_SF/);
});

/** Values that a device of this definition could have. */
function valuesOf(
  group: GroupDefinition,
  counts: Readonly<Record<string, number>>,
  top: boolean,
): fc.Arbitrary<GroupValues> {
  const points = group.points.filter(
    ({ name, type }) => type !== "pad" && !(top && (name === "ID" || name === "L")),
  );
  const fields: Record<string, fc.Arbitrary<GroupValues[string]>> = {};
  for (const point of points) {
    const count = counts[point.name];
    fields[point.name] =
      count !== undefined ? fc.constant(count) : fc.option(rawOf(point), { nil: undefined, freq: 4 });
    if (point.type === "sunssf") fields[point.name] = fc.integer({ min: -10, max: 10 });
  }
  for (const inner of group.groups ?? []) {
    const one = valuesOf(inner, counts, false);
    const times = typeof inner.count === "string" ? counts[inner.count]! : inner.count;
    fields[inner.name] = times === undefined ? one : fc.array(one, { minLength: times, maxLength: times });
  }
  return fc.record(fields).map((drawn) => {
    const values: Record<string, GroupValues[string]> = {};
    for (const [name, value] of Object.entries(drawn)) if (value !== undefined) values[name] = value;
    return values;
  });
}

function rawOf({ type, size }: PointDefinition): fc.Arbitrary<number | string> {
  if (type === "string") {
    return fc.string({ minLength: 1, maxLength: 2 * size, unit: fc.constantFrom(..."aZ09-./") });
  }
  const bits = 16 * size;
  if (type.startsWith("int")) return fc.integer({ min: -(2 ** (bits - 1)) + 1, max: 2 ** (bits - 1) - 1 });
  return fc.integer({ min: 1, max: Math.min(2 ** bits - 2, 2 ** 50) });
}

/** The same values in the units of their scale factors. */
function scaledBy(group: GroupDefinition, values: GroupValues, scopes: readonly GroupValues[]): GroupValues {
  const around = [values, ...scopes];
  const scaled: Record<string, GroupValues[string]> = {};
  for (const [name, value] of Object.entries(values)) {
    const point = group.points.find((one) => one.name === name);
    const inner = group.groups?.find((one) => one.name === name);
    const exponent = around.map((scope) => scope[point?.sf ?? ""]).find((one) => typeof one === "number");
    if (inner !== undefined) {
      scaled[name] = Array.isArray(value)
        ? (value as GroupValues[]).map((one) => scaledBy(inner, one, around))
        : scaledBy(inner, value as GroupValues, around);
    } else if (typeof value === "number" && typeof exponent === "number") {
      scaled[name] = exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
    } else scaled[name] = value;
  }
  return scaled;
}

test("whatever a model can say comes back as it was said", () => {
  for (const model of Object.values(SUNSPEC_MODELS) as ModelDefinition[]) {
    const arbitrary = fc
      .record({
        NCrv: fc.integer({ min: 1, max: 3 }),
        NPt: fc.integer({ min: 1, max: 4 }),
        NPrt: fc.integer({ min: 1, max: 3 }),
      })
      .chain((counts) => valuesOf(model.group, counts, true));
    fc.assert(
      fc.property(arbitrary, (raw) => {
        const values = scaledBy(model.group, raw, []);
        const words = encodeModel(model, values as never);
        const { ID, L, ...read } = decodeModel(model, words) as GroupValues;
        assert.deepEqual(read, values);
        assert.deepEqual({ ID, L }, { ID: model.id, L: words.length / 2 - 2 });
        assert.deepEqual(encodeModel(model, read as never), words);
      }),
      { numRuns: 15 },
    );
  }
});
