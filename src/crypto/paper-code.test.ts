import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { PAPER_CODE_BYTES, paperCode, seedOfPaperCode } from "#crypto/paper-code.ts";

const random = new Random("paper");
const code = paperCode(random.bytes(PAPER_CODE_BYTES));
const seed = seedOfPaperCode(code)!;

test("a code is six groups of four characters, and gives the seed of a key", () => {
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
  assert.equal(signerFromSeed(seed).publicKey.length, 32);
  assert.equal(paperCode(new Uint8Array(PAPER_CODE_BYTES)).slice(0, 24), "0000-0000-0000-0000-0000");
  assert.equal(
    paperCode(new Uint8Array(PAPER_CODE_BYTES).fill(255)).slice(0, 24),
    "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ",
  );
  assert.throws(() => paperCode(new Uint8Array(13)), RangeError);
});

test("it may be typed in small letters, without dashes, and with letters that look alike", () => {
  for (const typed of [
    code.toLowerCase(),
    code.replaceAll("-", ""),
    ` ${code.replaceAll("-", "  ")}\n`,
    code.replaceAll("0", "O").replaceAll("1", "l"),
    code.replaceAll("0", "o").replaceAll("1", "I"),
  ]) {
    assert.equal(toHex(seedOfPaperCode(typed)!), toHex(seed), typed);
  }
  const ones = paperCode(Uint8Array.from({ length: PAPER_CODE_BYTES }, () => 0b00001000));
  assert.ok(seedOfPaperCode(ones.replaceAll("1", "L").replaceAll("0", "O")) !== undefined);
});

test("every bit of the code is in the seed", () => {
  const bytes = random.bytes(PAPER_CODE_BYTES);
  const seeds = new Set([toHex(seedOfPaperCode(paperCode(bytes))!)]);
  for (let bit = 0; bit < 110; bit++) {
    const other = bytes.slice();
    other[bit >> 3]! ^= 0x80 >> (bit & 7);
    seeds.add(toHex(seedOfPaperCode(paperCode(other))!));
  }
  assert.equal(seeds.size, 111);
});

test("a slip of the pen is noticed: one wrong character, two exchanged, one too few or too many", () => {
  let slips = 0;
  let unnoticed = 0;
  for (let n = 0; n < 60; n++) {
    const right = paperCode(random.bytes(PAPER_CODE_BYTES)).replaceAll("-", "");
    const expected = toHex(seedOfPaperCode(right)!);
    for (let i = 0; i < 24; i++) {
      const others = [
        right.slice(0, i) + (right[i] === "7" ? "8" : "7") + right.slice(i + 1),
        right.slice(0, i) + right[i + 1] + right[i] + right.slice(i + 2),
      ];
      for (const other of others) {
        if (other === right || i === 23) continue;
        slips += 1;
        const got = seedOfPaperCode(other);
        if (got !== undefined) unnoticed += 1;
        assert.notEqual(got && toHex(got), expected);
      }
    }
    assert.equal(seedOfPaperCode(right.slice(1)), undefined);
    assert.equal(seedOfPaperCode(`${right}0`), undefined);
  }
  assert.ok(unnoticed <= slips / 200, `${unnoticed} of ${slips}`);
  for (const typed of ["", "hello", code.replace(/.$/, "U"), code.replace(/^./, "é")]) {
    assert.equal(seedOfPaperCode(typed), undefined, typed);
  }
});

test("a code gives a key more for each renewal, and its first as it always was", () => {
  const written = "000G-40R4-0M30-E209-185G-R3T8";
  assert.equal(paperCode(Uint8Array.from({ length: PAPER_CODE_BYTES }, (_, i) => i)), written);
  // Reckoned apart from this code, with another implementation of SHA-256.
  for (const [renewals, expected] of [
    [0, "dee3f779b4b056da676eacdbf71c3356c42b98422488b3df31e85d1db664d01b"],
    [1, "39526110cb8b6db5274e09f0555135d87611f9e131f2db7081127d11a89611af"],
    [60, "731340c89191a0f7afc2448825a6d3e062798e92b5a76a701fbe9359a766b285"],
  ] as const) {
    assert.equal(toHex(seedOfPaperCode(written, renewals)!), expected);
  }
  assert.equal(
    toHex(signerFromSeed(seedOfPaperCode(written, 1)!).publicKey),
    "1b877e6d0cccf2ffb9d7c918f30c61221caedc245d9fdfd52876b84dc70e4485",
  );
  const seeds = Array.from({ length: 300 }, (_, i) => toHex(seedOfPaperCode(written, i)!));
  assert.equal(new Set(seeds).size, 300);
  assert.equal(seedOfPaperCode("hello", 1), undefined);
  for (const wrong of [-1, 0.5, 65_536]) {
    assert.throws(() => seedOfPaperCode(written, wrong), RangeError);
  }
});
