import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { type Codec, CodecError, decode, encode, Reader, Writer, withEncoding } from "#base/codec.ts";

/** One value of every form the codec knows. */
interface Everything {
  readonly small: number;
  readonly port: number;
  readonly word: number;
  readonly height: number;
  readonly unsigned: bigint;
  readonly signed: bigint;
  readonly wide: bigint;
  readonly flag: boolean;
  readonly key: Uint8Array;
  readonly blob: Uint8Array;
  readonly name: string;
  readonly rows: readonly { readonly id: number; readonly tags: readonly string[] }[];
}

const BLOB_MAX = 20;
const NAME_MAX = 12;
const ROWS_MAX = 4;
const TAGS_MAX = 3;

const everythingCodec: Codec<Everything> = {
  write(writer, value) {
    writer
      .u8(value.small)
      .u16(value.port)
      .u32(value.word)
      .uint(value.height)
      .u64(value.unsigned)
      .i64(value.signed)
      .i128(value.wide)
      .boolean(value.flag)
      .fixed(value.key, 4)
      .bytes(value.blob, BLOB_MAX)
      .text(value.name, NAME_MAX)
      .list(value.rows, ROWS_MAX, (inner, row) =>
        inner.u8(row.id).list(row.tags, TAGS_MAX, (innermost, tag) => innermost.text(tag, NAME_MAX)),
      );
  },
  read(reader) {
    return {
      small: reader.u8(),
      port: reader.u16(),
      word: reader.u32(),
      height: reader.uint(),
      unsigned: reader.u64(),
      signed: reader.i64(),
      wide: reader.i128(),
      flag: reader.boolean(),
      key: reader.fixed(4),
      blob: reader.bytes(BLOB_MAX),
      name: reader.text(NAME_MAX),
      rows: reader.list(ROWS_MAX, (inner) => ({
        id: inner.u8(),
        tags: inner.list(TAGS_MAX, (innermost) => innermost.text(NAME_MAX)),
      })),
    };
  },
};

const name = fc.string({ unit: "binary", maxLength: 3 });
const PLAIN = { noNullPrototype: true } as const;
const everything: fc.Arbitrary<Everything> = fc.record(
  {
    small: fc.integer({ min: 0, max: 0xff }),
    port: fc.integer({ min: 0, max: 0xffff }),
    word: fc.integer({ min: 0, max: 0xffffffff }),
    height: fc.maxSafeNat(),
    unsigned: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    signed: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    wide: fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }),
    flag: fc.boolean(),
    key: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    blob: fc.uint8Array({ maxLength: BLOB_MAX }),
    name,
    rows: fc.array(
      fc.record(
        { id: fc.integer({ min: 0, max: 255 }), tags: fc.array(name, { maxLength: TAGS_MAX }) },
        PLAIN,
      ),
      { maxLength: ROWS_MAX },
    ),
  },
  PLAIN,
);

/** A codec of a single form, to show its bytes and its limits. */
function only<T>(write: (writer: Writer, value: T) => void, read: (reader: Reader) => T): Codec<T> {
  return { write: (writer, value) => void write(writer, value), read };
}

const u8 = only<number>(
  (w, v) => w.u8(v),
  (r) => r.u8(),
);
const u16 = only<number>(
  (w, v) => w.u16(v),
  (r) => r.u16(),
);
const u32 = only<number>(
  (w, v) => w.u32(v),
  (r) => r.u32(),
);
const uint = only<number>(
  (w, v) => w.uint(v),
  (r) => r.uint(),
);
const u64 = only<bigint>(
  (w, v) => w.u64(v),
  (r) => r.u64(),
);
const i64 = only<bigint>(
  (w, v) => w.i64(v),
  (r) => r.i64(),
);
const i128 = only<bigint>(
  (w, v) => w.i128(v),
  (r) => r.i128(),
);
const boolean = only<boolean>(
  (w, v) => w.boolean(v),
  (r) => r.boolean(),
);
const bytes3 = only<Uint8Array>(
  (w, v) => w.bytes(v, 3),
  (r) => r.bytes(3),
);
const fixed2 = only<Uint8Array>(
  (w, v) => w.fixed(v, 2),
  (r) => r.fixed(2),
);
const text4 = only<string>(
  (w, v) => w.text(v, 4),
  (r) => r.text(4),
);
const list2 = only<number[]>(
  (w, v) => w.list(v, 2, (inner, item) => inner.u16(item)),
  (r) => r.list(2, (inner) => inner.u16()),
);

function bytes(hex: string): Uint8Array {
  const parsed = fromHex(hex.replaceAll(" ", ""));
  assert.ok(parsed !== undefined, hex);
  return parsed;
}

test("each form has the bytes its table promises", () => {
  const row = <T>(codec: Codec<T>, value: T, hex: string) => {
    assert.equal(toHex(encode(codec, value)), hex.replaceAll(" ", ""));
    assert.deepEqual(decode(codec, bytes(hex)), { ok: true, value });
  };
  row(u8, 0, "00");
  row(u8, 255, "ff");
  row(u16, 0x1234, "1234");
  row(u32, 0xfffffffe, "fffffffe");
  row(uint, 1, "00000000 00000001");
  row(uint, 2 ** 53 - 1, "001fffff ffffffff");
  row(u64, 2n ** 64n - 1n, "ffffffff ffffffff");
  row(i64, -2n, "ffffffff fffffffe");
  row(i64, -(2n ** 63n), "80000000 00000000");
  row(i128, 1n, "00000000 00000000 00000000 00000001");
  row(i128, -1n, "ffffffff ffffffff ffffffff ffffffff");
  row(i128, -(2n ** 64n), "ffffffff ffffffff 00000000 00000000");
  row(boolean, true, "01");
  row(boolean, false, "00");
  row(fixed2, Uint8Array.of(1, 2), "0102");
  row(bytes3, Uint8Array.of(), "00000000");
  row(bytes3, Uint8Array.of(9, 8, 7), "00000003 090807");
  row(text4, "€", "00000003 e282ac");
  row(text4, "\ufeff", "00000003 efbbbf");
  row(list2, [1, 65535], "00000002 0001 ffff");
});

test("a value outside its form is not written", () => {
  const refused = <T>(codec: Codec<T>, ...values: T[]) => {
    for (const value of values) assert.throws(() => encode(codec, value), CodecError, String(value));
  };
  refused(u8, -1, 256, 1.5, -0, Number.NaN, Number.POSITIVE_INFINITY);
  refused(u16, -1, 65536);
  refused(u32, -1, 2 ** 32);
  refused(uint, -1, 2 ** 53, 0.5);
  refused(u64, -1n, 2n ** 64n);
  refused(i64, 2n ** 63n, -(2n ** 63n) - 1n);
  refused(i128, 2n ** 127n, -(2n ** 127n) - 1n);
  refused(fixed2, Uint8Array.of(1), Uint8Array.of(1, 2, 3));
  refused(bytes3, new Uint8Array(4));
  refused(text4, "12345", "€€", "\ud800", "a\udc00");
  refused(list2, [1, 2, 3]);
});

test("bytes that no writer makes are refused", () => {
  const refused = <T>(codec: Codec<T>, ...spellings: string[]) => {
    for (const hex of spellings) {
      const result = decode(codec, bytes(hex));
      assert.ok(!result.ok && result.error instanceof CodecError, hex);
    }
  };
  refused(u8, "", "0000");
  refused(u16, "00");
  refused(u32, "000000");
  refused(uint, "0020000000000000", "ffffffffffffffff", "00000000000000");
  refused(u64, "00000000000000");
  refused(i128, "000000000000000000000000000000");
  refused(boolean, "02", "ff");
  refused(fixed2, "01", "010203");
  refused(bytes3, "00000004 01020304", "00000003 0102", "00000001", "000001 01", "00000001 0102");
  refused(text4, "00000002 c080", "00000003 eda080", "00000001 ff", "00000004 f5808080", "00000003 e282");
  refused(list2, "00000003 000100020003", "00000002 0001", "00000001 00010002", "ffffffff 0001");
});

test("a limit is checked before anything is read or made for what it bounds", () => {
  const reader = new Reader(bytes("ffffffff"));
  let read = 0;
  assert.throws(() => reader.list(5, () => (read += 1)), /at most 5/);
  assert.equal(read, 0);
  assert.throws(() => new Reader(bytes("7fffffff")).bytes(0x7fffffff), /early/);
});

test("what is read is a plain copy, also from a slice of a Buffer", () => {
  const buffer = Buffer.from("ff0102ff", "hex");
  const value = new Reader(buffer.subarray(1, 3)).fixed(2);
  buffer.fill(0);
  assert.deepEqual(value, Uint8Array.of(1, 2));
});

test("a writer grows from any capacity, and what it finished stays as it was", () => {
  const writer = new Writer(0).u8(1);
  const first = writer.finish();
  for (let i = 0; i < 1000; i++) writer.u32(i);
  assert.deepEqual(first, Uint8Array.of(1));
  assert.equal(writer.finish().length, 4001);
});

test("every form is written whole where the buffer has to grow for it", () => {
  const writes: readonly ((writer: Writer) => unknown)[] = [
    (w) => w.u8(1),
    (w) => w.u16(2),
    (w) => w.u32(3),
    (w) => w.uint(4),
    (w) => w.u64(5n),
    (w) => w.i64(-6n),
    (w) => w.i128(-7n),
    (w) => w.bytes(Uint8Array.of(8), 1),
  ];
  for (const [form, write] of writes.entries()) {
    const roomy = new Writer(256);
    for (let i = 0; i < 12; i++) write(roomy);
    for (let capacity = 0; capacity < 40; capacity++) {
      const tight = new Writer(capacity);
      for (let i = 0; i < 12; i++) write(tight);
      assert.equal(toHex(tight.finish()), toHex(roomy.finish()), `form ${form}, capacity ${capacity}`);
    }
  }
});

test("an error that is none of the encoding's passes through", () => {
  const broken = only<number>(
    (w, v) => w.u8(v),
    () => {
      throw new RangeError("a defect");
    },
  );
  assert.throws(() => decode(broken, Uint8Array.of(1)), RangeError);
});

test("a schema that reads more spellings than it writes is held to the one it writes", () => {
  const lax = only<number>(
    (w, v) => w.u8(v),
    (r) => r.u8() % 100,
  );
  assert.deepEqual(decode(lax, Uint8Array.of(42)), { ok: true, value: 42 });
  assert.equal(decode(lax, Uint8Array.of(142)).ok, false);
  const longer = only<number>(
    (w, v) => w.u8(v).u8(0),
    (r) => r.u8(),
  );
  assert.equal(decode(longer, Uint8Array.of(7)).ok, false);
});

test("decode(encode(x)) = x over every form", () => {
  fc.assert(
    fc.property(everything, (value) => {
      assert.deepEqual(decode(everythingCodec, encode(everythingCodec, value)), { ok: true, value });
    }),
    { numRuns: 500 },
  );
});

test("a cut or extended encoding is refused", () => {
  fc.assert(
    fc.property(everything, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 }), (value, cut, more) => {
      const encoded = encode(everythingCodec, value);
      assert.equal(decode(everythingCodec, encoded.subarray(0, cut % encoded.length)).ok, false);
      assert.equal(decode(everythingCodec, Uint8Array.of(...encoded, ...more)).ok, false);
    }),
    { numRuns: 300 },
  );
});

test("a changed byte is refused or is another value with exactly those bytes", () => {
  fc.assert(
    fc.property(everything, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, flip) => {
      const changed = encode(everythingCodec, value);
      changed[place % changed.length]! ^= flip;
      const result = decode(everythingCodec, changed);
      if (!result.ok) return;
      assert.notDeepEqual(result.value, value);
      assert.ok(equalBytes(encode(everythingCodec, result.value), changed));
    }),
    { numRuns: 1000 },
  );
});

test("random bytes are refused or encode to themselves", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (random) => {
      for (const codec of [bytes3, text4, list2, boolean] as Codec<unknown>[]) {
        const result = decode(codec, random);
        if (result.ok) accepted += 1;
        if (result.ok) assert.ok(equalBytes(encode(codec, result.value), random));
      }
    }),
    { numRuns: 2000, examples: [[Uint8Array.of(0, 0, 0, 0)], [Uint8Array.of(1)]] },
  );
  assert.ok(accepted >= 2);
});

test("a borrowed encoding is the encoding, also within another one and after one that failed", () => {
  const pair: Codec<readonly [number, number]> = {
    write: (writer, [a, b]) => writer.u8(a).bytes(encode(word, b), 4),
    read: (reader) => [reader.u8(), new DataView(reader.bytes(4).buffer).getUint32(0)],
  };
  const word: Codec<number> = { write: (writer, value) => writer.u32(value), read: (reader) => reader.u32() };
  assert.throws(() => encode(pair, [1, -1]), CodecError);
  assert.throws(() => encode(pair, [256, 1]), CodecError);
  for (let round = 0; round < 3; round++) {
    assert.equal(toHex(encode(pair, [7, 0x01020304])), "070000000401020304");
    const lengths = withEncoding(pair, [1, 2], (outer) =>
      withEncoding(word, 9, (inner) => [outer.length, inner.length, toHex(outer), toHex(inner)]),
    );
    assert.deepEqual(lengths, [9, 4, "010000000400000002", "00000009"]);
  }
  const long: Codec<Uint8Array> = {
    write: (writer, bytes) => writer.bytes(bytes, 2 ** 22),
    read: (reader) => reader.bytes(2 ** 22),
  };
  const big = new Uint8Array(2 ** 21).fill(5);
  assert.equal(encode(long, big).length, big.length + 4);
  assert.equal(toHex(encode(word, 3)), "00000003", "and a large one leaves nothing behind");
});
