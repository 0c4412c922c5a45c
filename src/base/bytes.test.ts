import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareBytes, concat, equalBytes, fromHex, fromUtf8, toHex, utf8 } from "#base/bytes.ts";

const bytes = fc.uint8Array({ maxLength: 12 });

test("hexadecimal is lower case, and read in either", () => {
  assert.equal(toHex(Uint8Array.of(0, 0xab, 0xff)), "00abff");
  assert.deepEqual(fromHex("00aBFf"), Uint8Array.of(0, 0xab, 0xff));
  assert.deepEqual(fromHex(""), new Uint8Array(0));
  fc.assert(fc.property(bytes, (value) => assert.deepEqual(fromHex(toHex(value)), value)));
});

test("what is no hexadecimal is not read as such", () => {
  for (const text of ["0", "0g", "0x00", " 00", "00 ", "0-", "١١", "00\n"]) {
    assert.equal(fromHex(text), undefined, JSON.stringify(text));
  }
});

test("UTF-8 is read strictly", () => {
  assert.equal(fromUtf8(utf8("Contrada dell’Àquila ⚡")), "Contrada dell’Àquila ⚡");
  assert.equal(
    fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)),
    "\ufeffA",
    "a byte order mark is a character",
  );
  const rows: [string, number[]][] = [
    ["overlong", [0xc0, 0x80]],
    ["surrogate", [0xed, 0xa0, 0x80]],
    ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["cut short", [0xe2, 0x82]],
    ["lone continuation", [0x80]],
  ];
  for (const [what, spelling] of rows) assert.equal(fromUtf8(Uint8Array.from(spelling)), undefined, what);
});

test("joining keeps order and copies", () => {
  const part = Uint8Array.of(1, 2);
  const whole = concat(part, new Uint8Array(0), Uint8Array.of(3));
  part[0] = 9;
  assert.deepEqual(whole, Uint8Array.of(1, 2, 3));
  assert.deepEqual(concat(), new Uint8Array(0));
});

test("comparison is unsigned, lexicographic, a prefix first: the order of the hexadecimal texts", () => {
  assert.ok(compareBytes(Uint8Array.of(0x7f), Uint8Array.of(0x80)) < 0);
  assert.ok(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0)) < 0);
  const close = fc.uint8Array({ maxLength: 3, max: 2 });
  for (const arbitrary of [bytes, close]) {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        const expected = toHex(a) < toHex(b) ? -1 : toHex(a) > toHex(b) ? 1 : 0;
        assert.equal(Math.sign(compareBytes(a, b)), expected);
        assert.equal(equalBytes(a, b), expected === 0);
      }),
      { numRuns: 500 },
    );
  }
});
