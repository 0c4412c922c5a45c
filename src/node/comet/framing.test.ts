import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FrameError, FrameReader, framed } from "#node/comet/framing.ts";

const LIMIT = 1_000;

function read(bytes: Uint8Array, cuts: readonly number[]): number[][] {
  const reader = new FrameReader(LIMIT);
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  const messages = edges.slice(1).flatMap((end, i) => [...reader.push(bytes.subarray(edges[i], end))]);
  assert.ok(reader.idle, "nothing is left over");
  return messages.map((message) => [...message]);
}

test("messages come back whole however the stream is cut", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 20 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(framed));
      const received = read(
        bytes,
        cuts.map((cut) => cut % (bytes.length + 1)),
      );
      assert.deepEqual(
        received,
        sent.map((message) => [...message]),
      );
    }),
  );
});

test("a stream of single bytes, and one cut at each byte once", () => {
  const sent = [new Uint8Array(0), new Uint8Array(127).fill(1), new Uint8Array(128).fill(2)];
  const bytes = Buffer.concat(sent.map(framed));
  const whole = sent.map((message) => [...message]);
  const everywhere = Array.from(bytes, (_, i) => i);
  assert.deepEqual(read(bytes, everywhere), whole);
  for (const cut of everywhere) assert.deepEqual(read(bytes, [cut]), whole);
});

test("lengths are unsigned varints, lowest seven bits first", () => {
  const prefixes: readonly (readonly [number, readonly number[]])[] = [
    [0, [0]],
    [1, [1]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [16_384, [0x80, 0x80, 1]],
  ];
  for (const [length, prefix] of prefixes) {
    assert.deepEqual([...framed(new Uint8Array(length)).subarray(0, prefix.length)], prefix);
  }
});

test("what is longer than the limit is refused by its length alone", () => {
  const reader = new FrameReader(LIMIT);
  assert.deepEqual([...reader.push(framed(new Uint8Array(LIMIT)))].length, 1);
  const prefix = framed(new Uint8Array(LIMIT + 1)).subarray(0, 2);
  assert.throws(() => [...reader.push(prefix)], FrameError);
});

test("lengths that are no varint are refused", () => {
  const malformed: readonly (readonly number[])[] = [
    [0x80, 0],
    [0x81, 0x80, 0],
    [0x80, 0x80, 0x80, 0x80, 0x80],
    [0xff, 0xff, 0xff, 0xff, 0xff, 1],
    [0xff, 0xff, 0xff, 0xff, 0x0f],
  ];
  for (const bytes of malformed) {
    assert.throws(() => [...new FrameReader(LIMIT).push(Uint8Array.from(bytes))], FrameError, `${bytes}`);
  }
});

test("a message cut short leaves the reader waiting", () => {
  const bytes = framed(new Uint8Array(200));
  for (const end of [1, 2, 100, bytes.length - 1]) {
    const reader = new FrameReader(LIMIT);
    assert.deepEqual([...reader.push(bytes.subarray(0, end))], []);
    assert.equal(reader.idle, false);
  }
});
