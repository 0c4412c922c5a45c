import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { DeviceError } from "#devices/device.ts";
import {
  crc16,
  quantityAt,
  quantityOf,
  readTelegram,
  type Telegram,
  TelegramReader,
  telegramTime,
  timestampOf,
  timestampText,
  writeTelegram,
} from "#devices/p1.ts";
import { sharedData, skippedWithout } from "../../test/support/counterparts.ts";

const SAMPLES = "grid/ami/dsmr-p1";
const TELEGRAMS: Readonly<Record<string, Readonly<Record<string, number | undefined>>>> = {
  TELEGRAM_V3: { "1-0:1.8.1": 12_345_678, "1-0:1.7.0": 1_190, "1-0:2.7.0": 0, time: undefined },
  TELEGRAM_V4_2: {
    "1-0:1.8.1": 1_581_123,
    "1-0:1.8.2": 1_435_706,
    "1-0:1.7.0": 2_027,
    "1-0:41.7.0": 1_247,
    "1-0:51.7.0": 6,
    time: Date.UTC(2016, 10, 13, 19, 57, 57) / 1_000,
  },
  TELEGRAM_V5: {
    "1-0:1.8.1": 4_426,
    "1-0:1.8.2": 2_399,
    "1-0:2.8.1": 2_444,
    "1-0:1.7.0": 244,
    "1-0:31.7.0": 0.48,
    "1-0:72.7.0": 229,
    time: Date.UTC(2017, 0, 2, 18, 20, 2) / 1_000,
  },
  TELEGRAM_FLUVIUS_V171: {
    "1-0:1.8.1": 34,
    "1-0:1.8.2": 15_758,
    "1-0:1.6.0": 2_589,
    "1-0:32.7.0": 234.7,
    "0-1:24.2.3": 112.384,
    time: Date.UTC(2020, 4, 12, 11, 54, 9) / 1_000,
  },
  TELEGRAM_SAGEMCOM_T210_D_R: {
    "1-0:1.8.0": 6_545_766,
    "1-0:2.8.0": 58,
    "1-0:1.7.0": 286,
    "1-0:4.7.0": 166,
    time: Date.UTC(2022, 9, 6, 13, 50, 14) / 1_000,
  },
};

function sample(name: string): Uint8Array {
  return readFileSync(sharedData(`${SAMPLES}/${name}.txt`));
}

test("telegrams of five meters are read to their numbers and their instant", (t) => {
  if (skippedWithout(t, SAMPLES)) return;
  for (const [name, expected] of Object.entries(TELEGRAMS)) {
    const telegram = readTelegram(sample(name));
    for (const [code, value] of Object.entries(expected)) {
      const read = code === "time" ? telegramTime(telegram) : quantityAt(telegram, code);
      assert.equal(read, value, `${name} ${code}`);
    }
  }
});

test("their checksums are those that the samples name", (t) => {
  if (skippedWithout(t, SAMPLES)) return;
  const { telegrams } = JSON.parse(readFileSync(sharedData(`${SAMPLES}/expected.json`), "utf8"));
  assert.equal(Object.keys(telegrams).length, 5);
  for (const [name, { crc_computed }] of Object.entries<{ crc_computed: string | null }>(telegrams)) {
    const bytes = sample(name);
    const end = bytes.lastIndexOf(0x21);
    const crc = crc16(bytes.subarray(0, end + 1))
      .toString(16)
      .toUpperCase()
      .padStart(4, "0");
    if (crc_computed !== null) assert.equal(crc, crc_computed, name);
  }
});

test("a telegram with one flipped bit is refused wherever it flips", (t) => {
  if (skippedWithout(t, SAMPLES)) return;
  const whole = sample("TELEGRAM_V5");
  const end = whole.lastIndexOf(0x21);
  for (let at = 0; at <= end + 4; at++) {
    const broken = Uint8Array.from(whole);
    broken[at] = broken[at]! ^ 1;
    assert.throws(() => readTelegram(broken), DeviceError, `byte ${at}`);
  }
});

/** As a DSMR 5 meter says it, made by hand. */
function plain(
  lines: readonly (readonly [string, ...string[]])[],
  identification = "CTR5 made by hand",
): Telegram {
  const objects = new Map<string, string[][]>();
  for (const [code, ...values] of lines) objects.set(code, [...(objects.get(code) ?? []), values]);
  return { identification, objects };
}

test("the hour that comes twice in autumn is two hours, and spring skips none", () => {
  // Amsterdam, 2026-10-25: 02:30 summer time, an hour later 02:30 winter time.
  const first = timestampOf("261025023000S")!;
  const second = timestampOf("261025023000W")!;
  assert.equal(first, Date.UTC(2026, 9, 25, 0, 30) / 1_000);
  assert.equal(second - first, 3_600);
  assert.equal(timestampOf("260329030000S")! - timestampOf("260329015959W")!, 1);
});

test("an instant that no clock shows is none", () => {
  for (const text of [
    "260230120000W",
    "261301120000W",
    "260100120000W",
    "260101240000W",
    "260101126000W",
    "260101120060W",
    "260101120000",
    "260101120000X",
    "26010112000W",
  ]) {
    assert.equal(timestampOf(text), undefined, text);
  }
});

test("instants come back as they were said", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 946_684_800, max: 4_102_000_000 }),
      fc.constantFrom("S", "W"),
      (time, season) => {
        assert.equal(timestampOf(timestampText(time, season as "S" | "W")), time);
      },
    ),
  );
});

test("quantities keep their digits and come in base units", () => {
  for (const [text, value, unit] of [
    ["004426.115*kWh", 4_426_115, "Wh"],
    ["00.244*kW", 244, "W"],
    ["0000058*Wh", 58, "Wh"],
    ["0230.1*V", 230.1, "V"],
    ["-01.5*kW", -1_500, "W"],
    ["00000.107*m3", 0.107, "m3"],
  ] as const) {
    assert.deepEqual(quantityOf(text), { value, unit }, text);
  }
  for (const text of ["4426.115", "x*kWh", "1*furlong", "", "1.*kW", "1*toString"])
    assert.equal(quantityOf(text), undefined);
});

test("a telegram comes back as it was written, however the stream is cut", () => {
  const values = fc.array(fc.string({ unit: fc.constantFrom(..."0123456789.*kWhVA"), maxLength: 20 }), {
    minLength: 1,
    maxLength: 3,
  });
  const code = fc
    .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    .map(([a, b, c, d, e]) => `${a}-${b}:${c}.${d}.${e}`);
  const line = fc.tuple(code, values).map(([name, all]) => [name, ...all] as [string, ...string[]]);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (lines, cut) => {
      const telegram = plain(lines);
      const bytes = writeTelegram(telegram);
      const stream = Uint8Array.from([
        ...new TextEncoder().encode("8*kWh)\r\n!1234\r\n"),
        ...bytes,
        ...bytes,
      ]);
      const reader = new TelegramReader();
      const found: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += cut)
        found.push(...reader.push(stream.subarray(at, at + cut)));
      assert.equal(found.length, 2);
      for (const one of found) {
        const read = readTelegram(one);
        assert.deepEqual(read, telegram);
        assert.deepEqual(writeTelegram(read), bytes);
      }
    }),
    { numRuns: 60 },
  );
});

test("a telegram that broke off does not spoil the next", () => {
  const bytes = writeTelegram(plain([["1-0:1.7.0", "01.000*kW"]]));
  const reader = new TelegramReader();
  const found = reader.push(Uint8Array.from([...bytes.subarray(0, 25), 13, 10, ...bytes]));
  assert.deepEqual(
    found.map((one) => quantityAt(readTelegram(one), "1-0:1.7.0")),
    [1_000],
  );
});

test("a meter that names its version and sends no checksum is not believed, an older one is", () => {
  const older = plain([["1-0:1.7.0", "01.190*kW"]]);
  assert.deepEqual(readTelegram(writeTelegram(older, false)), older);
  const newer = plain([
    ["1-3:0.2.8", "50"],
    ["1-0:1.7.0", "01.190*kW"],
  ]);
  assert.throws(() => readTelegram(writeTelegram(newer, false)), /has a checksum, and this one has none/);
});

test("a stream without an end is given up", () => {
  const reader = new TelegramReader();
  assert.throws(() => {
    for (let i = 0; i < 20; i++) reader.push(new Uint8Array(1_024).fill(0x2f));
  }, /no end of a telegram/);
});
