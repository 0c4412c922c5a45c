import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";

test("a seed gives these numbers on every machine, for ever", () => {
  const random = new Random(42);
  assert.deepEqual([random.uint32(), random.uint32(), random.uint32()], PINNED.words);
  assert.equal(random.float(), PINNED.float);
  assert.equal(random.integer(1_000_000), PINNED.integer);
  assert.equal(random.integer(2 ** 52 + 1), PINNED.wide);
  assert.equal(random.normal(), PINNED.normal);
  assert.equal(toHex(random.bytes(7)), PINNED.bytes);
  assert.equal(random.fork("weather").uint32(), PINNED.forked);
});

test("a number and its decimal text are one seed, and other seeds are others", () => {
  assert.equal(new Random(7).uint32(), new Random("7").uint32());
  const first = new Set<number>();
  for (let seed = 0; seed < 1000; seed++) first.add(new Random(seed).uint32());
  for (const seed of ["", " ", "a", "b", "aa", "-1", "è"]) first.add(new Random(seed).uint32());
  assert.equal(first.size, 1007);
});

test("a fork depends on seed and label, not on what was drawn", () => {
  const parent = new Random("town");
  const before = parent.fork("home/3");
  for (let i = 0; i < 100; i++) parent.uint32();
  const after = parent.fork("home/3");
  assert.equal(before.seed, "town/home/3");
  for (let i = 0; i < 20; i++) assert.equal(before.uint32(), after.uint32());
  assert.notEqual(parent.fork("a").uint32(), parent.fork("b").uint32());
});

test("neighbouring forks are not correlated", () => {
  const streams = Array.from({ length: 50 }, (_, i) => new Random(1).fork(String(i)));
  const draws = streams.map((stream) => Array.from({ length: 2000 }, () => stream.float() - 0.5));
  for (let i = 1; i < draws.length; i++) {
    let product = 0;
    for (let k = 0; k < 2000; k++) product += draws[i]![k]! * draws[i - 1]![k]!;
    const correlation = product / 2000 / (1 / 12);
    assert.ok(Math.abs(correlation) < 5 / Math.sqrt(2000), `forks ${i - 1} and ${i}: ${correlation}`);
  }
});

test("every bit of a word is one half of the time", () => {
  const random = new Random("bits");
  const ones = new Array<number>(32).fill(0);
  for (let i = 0; i < 20_000; i++) {
    const word = random.uint32();
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1;
  }
  for (const count of ones) assert.ok(Math.abs(count - 10_000) < 5 * Math.sqrt(5000), String(count));
});

test("whole numbers below a bound are uniform, also where the bound is no power of two", () => {
  const random = new Random("dice");
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[random.integer(7)]! += 1;
  let chiSquare = 0;
  for (const count of counts) chiSquare += (count - 10_000) ** 2 / 10_000;
  assert.ok(chiSquare < 30, `${chiSquare} with 6 degrees of freedom`);
  assert.equal(random.integer(1), 0);
  // A bound of 2/3 of the range, where taking the remainder alone would favour the lower half two to one.
  let low = 0;
  for (let i = 0; i < 10_000; i++) if (random.integer(0xaaaa_aaaa) < 0x5555_5555) low += 1;
  assert.ok(Math.abs(low - 5000) < 300, String(low));
  for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 53]) assert.throws(() => random.integer(bound));
});

test("floats lie in [0, 1) and use 53 bits", () => {
  const random = new Random("floats");
  let sum = 0;
  let oddLastBit = 0;
  for (let i = 0; i < 10_000; i++) {
    const value = random.float();
    assert.ok(value >= 0 && value < 1);
    sum += value;
    if ((value * 2 ** 53) % 2 === 1) oddLastBit += 1;
  }
  assert.ok(Math.abs(sum / 10_000 - 0.5) < 0.015);
  assert.ok(Math.abs(oddLastBit - 5000) < 300);
});

test("normal draws have mean 0, variance 1, and no skew", () => {
  const random = new Random("normal");
  const count = 50_000;
  let [sum, squares, cubes, beyondTwo] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const value = random.normal();
    assert.ok(Math.abs(value) < 6);
    sum += value;
    squares += value ** 2;
    cubes += value ** 3;
    if (Math.abs(value) > 2) beyondTwo += 1;
  }
  assert.ok(Math.abs(sum / count) < 0.025);
  assert.ok(Math.abs(squares / count - 1) < 0.03);
  assert.ok(Math.abs(cubes / count) < 0.1);
  assert.ok(Math.abs(beyondTwo / count - 0.0455) < 0.006, String(beyondTwo / count));
});
const PINNED = {
  words: [593414377, 967369043, 1493445297],
  float: 0.5864584278496238,
  integer: 395421,
  wide: 2653543935153742,
  normal: 1.3848357882816344,
  bytes: "40bfe586b57de8",
  forked: 1633110937,
};
