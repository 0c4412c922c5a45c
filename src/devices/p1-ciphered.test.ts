import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { concat, fromHex, utf8 } from "#base/bytes.ts";
import { FileError } from "#devices/checked-json.ts";
import { DeviceError } from "#devices/device.ts";
import { encipher } from "#devices/dlms.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { writeTelegram } from "#devices/p1.ts";
import { CipheredTelegramReader } from "#devices/p1-ciphered.ts";
import type { Pushed } from "#devices/pushed-device.ts";

const KEYS = {
  encryptionKey: fromHex("0f0e0d0c0b0a09080706050403020100")!,
  authenticationKey: fromHex("00112233445566778899aabbccddeeff")!,
};
const TITLE = utf8("SAG12345");

/** A telegram of so many watts, ciphered under a number. */
function sealed(number: number, watts: number): Uint8Array {
  const telegram = writeTelegram({
    identification: "SAG5 of a test",
    objects: new Map([
      ["1-3:0.2.8", [["42"]]],
      ["0-0:1.0.0", [["260701143000S"]]],
      ["1-0:1.7.0", [[`${(watts / 1_000).toFixed(3)}*kW`]]],
      ["1-0:2.7.0", [["0.000*kW"]]],
      ["1-0:1.8.0", [["000123.456*kWh"]]],
    ]),
  });
  const text = encipher(telegram, { ...KEYS, systemTitle: TITLE, invocationCounter: number });
  const body = concat(Uint8Array.of(0x30, 0, 0, number >>> 8, number & 0xff), text);
  return concat(
    Uint8Array.of(0xdb, 8),
    TITLE,
    Uint8Array.of(0x82, body.length >>> 8, body.length & 0xff),
    body,
  );
}

function saidIn(bytes: Uint8Array, piece: number, keys: typeof KEYS | null = KEYS) {
  const reader = new CipheredTelegramReader(keys ?? undefined, new Map());
  const said: (Pushed | DeviceError)[] = [];
  for (let at = 0; at < bytes.length; at += piece) said.push(...reader.push(bytes.subarray(at, at + piece)));
  return said;
}

function wattsIn(said: readonly (Pushed | DeviceError)[]): (number | undefined)[] {
  return said.flatMap((one) => (one instanceof DeviceError ? [] : [one.quantityAt("1-0:1.7.0")]));
}

test("ciphered telegrams are read in any pieces, with the meter's time and its registers", () => {
  const stream = concat(sealed(1, 250), sealed(2, 300));
  for (const piece of [1, 7, 5_000]) {
    const said = saidIn(stream, piece);
    assert.deepEqual(wattsIn(said), [250, 300]);
    const [first] = said as Pushed[];
    assert.equal(first!.time, Date.UTC(2026, 6, 1, 12, 30) / 1_000);
    assert.equal(first!.quantityAt("1-0:1.8.0"), 123_456);
    assert.equal(first!.model, "SAG5 of a test");
  }
});

test("without the keys it says so once, and a telegram that comes again is not believed", () => {
  const [none, ...more] = saidIn(concat(sealed(1, 250), sealed(2, 300)), 64, null);
  assert.ok(none instanceof DeviceError && none.problem === "refused");
  assert.deepEqual(more, []);
  const again = saidIn(concat(sealed(4, 250), sealed(4, 250), sealed(5, 300)), 64);
  assert.deepEqual(wattsIn(again), [250, 300]);
  assert.match(String(again[1]), /was said before/);
});

test("whatever stands between telegrams or has eaten a part of one, the next one is found", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 30 }),
      fc.nat(),
      fc.integer({ min: 20, max: 900 }),
      (noise, where, piece) => {
        const torn = sealed(2, 300);
        const at = where % torn.length;
        // So many that the longest length that the noise could spell is over.
        const after = Array.from({ length: 40 }, (_, i) => sealed(3 + i, 400));
        const said = saidIn(
          concat(sealed(1, 250), torn.subarray(0, at), noise, torn.subarray(at + 1), ...after),
          piece,
        );
        const watts = wattsIn(said);
        assert.equal(watts[0], 250);
        assert.equal(watts.filter((one) => one === 400).length, 40);
      },
    ),
    { numRuns: 12 },
  );
});

test("the keys come from a file; one that holds none is told without showing what it holds", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-keys-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.write(sealed(1, 250));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const opened = (keys: string) => {
    writeFileSync(join(folder, "meter.keys"), keys);
    const address = `tcp://127.0.0.1:${port}`;
    const counter = { id: "counter", template: "dsmr-p1", address, options: { keyFile: "meter.keys" } };
    return openDevice(equipmentOf("devices.json", JSON.stringify({ devices: [counter] }), folder)[0]!);
  };
  const [first, second] = ["0f0e0d0c0b0a09080706050403020100", "00112233445566778899AABBCCDDEEFF"];
  const counter = opened(`${first}\n${second}\n`);
  t.after(() => counter.close());
  await counter.open();
  assert.deepEqual((await counter.read()).values, { powerW: 250, importWh: 123_456 });
  for (const keys of ["", "abc", `${first}00`, `${first}\nxyz`, `${first}\n${second}\n${second}`]) {
    assert.throws(
      () => opened(keys),
      (error: unknown) =>
        error instanceof FileError &&
        /must hold the meter's encryption key/.test(error.message) &&
        !error.message.includes(first!),
    );
  }
});
