import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, fromHex } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import { encipher, encodeHdlc, encodeWrapper } from "#devices/dlms.ts";
import { type DlmsKeys, DlmsReader, readPush } from "#devices/dlms-push.ts";
import { MESSAGE_BYTES_MAX, MessageReader } from "#devices/dlms-stream.ts";
import type { Pushed } from "#devices/pushed-device.ts";

const hex = (text: string) => fromHex(text.replaceAll(" ", ""))!;
const read = (text: string) => readPush(hex(text), undefined, new Map());

/** 2026-07-01 14:30:15 in summer of Rome; a list of name, value, scaler and unit, as meters of several makers push it. */
const SCALED =
  "0f 40 00 00 01 0c 07ea 07 01 ff 0e 1e 0f 00 ff88 80" +
  "01 05" +
  "02 02 0906 0000600107ff 0907 4d4131304834 52" +
  "02 03 0906 0100010700ff 06 0000011c 02 02 0f00 161b" +
  "02 03 0906 0100010800ff 06 000186a0 02 02 0f01 161e" +
  "02 03 0906 0100200700ff 12 0903 02 02 0fff 1623" +
  "02 03 0906 01001f0700ff 10 ffd3 02 02 0ffe 1621";

test("a pushed list is read by its names, times ten to the power of its scalers", () => {
  const said = read(SCALED);
  assert.equal(said.model, "MA10H4R");
  assert.equal(said.time, Date.UTC(2026, 6, 1, 12, 30, 15) / 1_000);
  const quantities = ["1-0:1.7.0", "1-0:1.8.0", "1-0:32.7.0", "1-0:31.7.0", "1-0:2.7.0"].map(said.quantityAt);
  assert.deepEqual(quantities, [284, 1_000_000, 230.7, -0.45, undefined]);
});

test("names and values in one flat list, and values behind a list of what is captured, are read alike", () => {
  const flat = "0f 00000000 00 02 04 0a03 4b616d 0906 0101010700ff 06 0000033a 0906 0101010800ff";
  assert.equal(read(`${flat.replace("02 04", "02 05")} 06 00001000`).quantityAt("1-1:1.8.0"), 4_096);
  assert.equal(read(flat).quantityAt("1-1:1.7.0"), 826);
  assert.equal(read(flat).quantityAt("1-1:1.8.0"), undefined, "a name without a value says nothing");
  const captured =
    "0f 00000000 00 02 03 01 03 02 04 120028 0906 0006190900ff 0f02 120000" +
    "02 04 120003 0906 0100010700ff 0f02 120000 02 04 120003 0906 0100010800ff 0f02 120000" +
    "06 000000fa 06 00002710";
  assert.deepEqual(["1-0:1.7.0", "1-0:1.8.0"].map(read(captured).quantityAt), [250, 10_000]);
});

test("a time without its distance to UTC is none, with the type before it it is the same", () => {
  const at = (time: string) => read(`0f 00000000 ${time} 02 02 0906 0100010700ff 06 00000001`).time;
  const summer = Date.UTC(2026, 6, 1, 12, 0, 0) / 1_000;
  assert.equal(at("0c 07ea0701ff0e000000ff8880"), summer);
  assert.equal(at("09 0c 07ea0701ff0e000000ff8880"), summer);
  assert.equal(at("0c 07ea0701ff0e000000800000"), undefined);
  assert.equal(at("0c ffffffffffffffffffffffff"), undefined);
  assert.equal(at("00"), undefined);
});

const KEYS: DlmsKeys = {
  encryptionKey: hex("000102030405060708090a0b0c0d0e0f"),
  authenticationKey: hex("d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"),
};
const TITLE = hex("4354521000000001");

function ciphered(number: number, control = 0x30, keys = KEYS): Uint8Array {
  const text = encipher(hex(SCALED), {
    encryptionKey: keys.encryptionKey,
    authenticationKey: keys.authenticationKey!,
    systemTitle: TITLE,
    invocationCounter: number,
  });
  // Encrypted alone the text is the same and has no tag.
  const kept = (control & 0x10) === 0 ? text.subarray(0, -12) : text;
  const body = concat(Uint8Array.of(control, 0, 0, number >>> 8, number & 0xff), kept);
  return concat(
    Uint8Array.of(0xdb, 8),
    TITLE,
    Uint8Array.of(0x82, body.length >>> 8, body.length & 0xff),
    body,
  );
}

test("a ciphered message is read under its keys, once", () => {
  const counters = new Map<string, number>();
  assert.equal(readPush(ciphered(7), KEYS, counters).quantityAt("1-0:1.7.0"), 284);
  assert.throws(() => readPush(ciphered(7), KEYS, counters), {
    problem: "malformed",
    message: /was said before/,
  });
  assert.throws(() => readPush(ciphered(6), KEYS, counters), /number 6, after 7/);
  assert.equal(readPush(ciphered(8), KEYS, counters).quantityAt("1-0:1.7.0"), 284);
});

test("without keys, under others, altered or under another suite it is refused, and its number does not count", () => {
  const counters = new Map<string, number>();
  const refused = (message: Uint8Array, keys: DlmsKeys | undefined, problem: string, says: RegExp) =>
    assert.throws(() => readPush(message, keys, counters), { problem, message: says });
  refused(ciphered(9), undefined, "refused", /there are no keys \(keyFile\)/);
  refused(ciphered(9), { ...KEYS, encryptionKey: KEYS.authenticationKey! }, "refused", /under other keys/);
  refused(ciphered(9), { ...KEYS, authenticationKey: undefined }, "refused", /keyFile has no second key/);
  const altered = ciphered(9);
  altered[40]! ^= 1;
  refused(altered, KEYS, "refused", /under other keys/);
  refused(ciphered(9, 0x31), KEYS, "malformed", /under security suite 1/);
  refused(ciphered(9, 0xb0), KEYS, "malformed", /compressed/);
  refused(ciphered(9, 0x10), KEYS, "malformed", /not encrypted/);
  refused(ciphered(9).subarray(0, -1), KEYS, "malformed", /of another length/);
  // Who has a key to check by does not take what nobody vouches for; who has none has chosen so.
  refused(ciphered(9, 0x20), KEYS, "refused", /does not authenticate/);
  assert.equal(counters.size, 0);
  const said = readPush(ciphered(9, 0x20), { ...KEYS, authenticationKey: undefined }, counters);
  assert.equal(said.quantityAt("1-0:1.7.0"), 284);
});

/** In frames of `size` bytes. */
function framed(message: Uint8Array, size: number): Uint8Array {
  const whole = concat(Uint8Array.of(0xe6, 0xe7, 0), message);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += size) {
    frames.push(
      encodeHdlc({
        destination: { logical: 16 },
        source: { logical: 1, physical: 17 },
        control: 0x13,
        isSegmented: at + size < whole.length,
        information: whole.slice(at, at + size),
      }),
    );
  }
  return concat(...frames);
}

function cutBy(bytes: Uint8Array, piece: number, reader = new MessageReader()) {
  const cut: (Uint8Array | DeviceError)[] = [];
  for (let at = 0; at < bytes.length; at += piece) cut.push(...reader.push(bytes.subarray(at, at + piece)));
  return cut;
}

test("messages are found in any pieces, in one frame or several, also where frames share their flag", () => {
  const message = hex(SCALED);
  const frames = framed(message, 40);
  const streams = [
    concat(framed(message, 500), frames),
    concat(frames, frames.subarray(1)),
    concat(Uint8Array.of(0x7e, 0x7e), frames, Uint8Array.of(0x7e), frames),
    concat(...[1, 2].map(() => encodeWrapper({ source: 1, destination: 102, apdu: message }))),
  ];
  for (const stream of streams) {
    for (const piece of [1, 3, 64, 5_000]) {
      assert.deepEqual(cutBy(stream, piece), [message, message], `pieces of ${piece}`);
    }
  }
});

test("whatever is broken is told once, and the next whole message is found", () => {
  const message = hex(SCALED);
  const wrapped = encodeWrapper({ source: 1, destination: 102, apdu: message });
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.integer({ min: 30, max: 900 }),
      (isWrapped, noise, where, piece) => {
        const good = isWrapped ? wrapped : framed(message, 60);
        // A stream that was known, then noise amidst a message, then what may be taken for lost with it, then more.
        const at = 1 + (where % (good.length - 2));
        const broken = concat(good.subarray(0, at), noise, good.subarray(at));
        // So much that whatever length the noise spelt is over.
        const after = concat(...Array.from({ length: isWrapped ? 150 : 20 }, () => good));
        const cut = cutBy(concat(good, broken, after), piece);
        const whole = cut.filter((one) => one instanceof Uint8Array);
        assert.deepEqual(whole[0], message);
        assert.deepEqual(whole.at(-1), message);
        assert.ok(whole.length >= 2);
      },
    ),
    { numRuns: 40 },
  );
  const frame = framed(message, 500);
  const flipped = Uint8Array.from(frame);
  flipped[30]! ^= 1;
  const [first, broken, second, ...more] = cutBy(concat(frame, flipped, frame), 16);
  assert.deepEqual([first, second, more], [message, message, []]);
  assert.ok(broken instanceof DeviceError);
  assert.match(broken.message, /wrong check/);
});

test("a length that is wrong swallows no frame behind it, and a broken segment no message", () => {
  const message = hex(SCALED);
  const frames = Array.from({ length: 30 }, () => framed(message, 40));
  const claims = Uint8Array.of(0x7e, 0xa7, 0xff);
  const cut = cutBy(concat(frames[0]!, claims, ...frames), 33);
  assert.deepEqual(
    cut.filter((one) => one instanceof Uint8Array),
    [message, ...frames.map(() => message)],
  );
  assert.equal(cut.length, 32);
  const [first] = frames;
  const broken = Uint8Array.from(first!);
  // In the second of its segments.
  broken[70]! ^= 1;
  const whole = cutBy(concat(first!, broken, first!), 50).filter((one) => one instanceof Uint8Array);
  assert.deepEqual(whole, [message, message]);
});

test("segments without an end are given up", () => {
  const segment = encodeHdlc({
    destination: { logical: 16 },
    source: { logical: 1, physical: 17 },
    control: 0x13,
    isSegmented: true,
    information: new Uint8Array(1_000),
  });
  const cut = cutBy(concat(...Array.from({ length: 20 }, () => segment)), 4_096);
  assert.equal(cut.length, 1);
  assert.match(String(cut[0]), new RegExp(`more than ${MESSAGE_BYTES_MAX} bytes`));
});

test("a stream gives its readings in order, and what is none among them", () => {
  const reader = new DlmsReader(undefined, new Map());
  const answer = hex("c401c1000600001391");
  const [reading, none, again] = reader.push(
    concat(framed(hex(SCALED), 50), framed(answer, 50), framed(hex(SCALED), 50)),
  );
  assert.equal((reading as Pushed).quantityAt("1-0:1.7.0"), 284);
  assert.match(String(none), /no notification/);
  assert.equal((again as Pushed).model, "MA10H4R");
});
