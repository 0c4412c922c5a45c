import assert from "node:assert/strict";
import { test } from "node:test";
import { FaultBook, type FaultCode, type Symptom } from "./fault-book.ts";

const NOON = Date.parse("2026-06-16T12:00:00Z") / 1000;

const symptom = (code: FaultCode, device = "counter", numbers: Symptom["numbers"] = {}): Symptom => ({
  code,
  device,
  numbers,
});

/** What is told of each second of these symptoms, as "counter device_silent stands". */
function told(book: FaultBook, from: number, seconds: number, symptoms: readonly Symptom[]): string[] {
  const lines: string[] = [];
  for (let second = 0; second < seconds; second++) {
    for (const { id, resolvedAt } of book.note(symptoms, NOON + from + second)) {
      lines.push(
        `${from + second}: ${id.split(" ").slice(0, 2).join(" ")} ${resolvedAt === null ? "stands" : "is over"}`,
      );
    }
  }
  return lines;
}

test("a symptom becomes a fault when it has stood for its while, and is over when it has been gone for one", () => {
  const book = new FaultBook();
  assert.deepEqual(told(book, 0, 15, [symptom("device_silent")]), ["10: counter device_silent stands"]);
  assert.deepEqual(told(book, 15, 20, []), ["24: counter device_silent is over"]);
  const [fault] = book.all();
  assert.deepEqual([fault!.since, fault!.resolvedAt], [NOON, NOON + 14], "from its first second to its last");
});

test("a symptom that passes is no fault, and one that flickers is one", () => {
  const passing = new FaultBook();
  told(passing, 0, 9, [symptom("device_silent")]);
  told(passing, 9, 60, []);
  assert.deepEqual(passing.all(), []);
  const book = new FaultBook();
  for (let from = 0; from < 200; from += 10) {
    told(book, from, 5, [symptom("value_frozen")]);
    told(book, from + 5, 5, []);
  }
  assert.equal(book.all().length, 1);
});

test("each fault is told by its own name, whatever else stands: what began later, and what begins at once", () => {
  const book = new FaultBook();
  const silent = symptom("device_silent");
  told(book, 0, 3, [silent]);
  assert.deepEqual(
    told(book, 3, 1, [silent, symptom("clock_wrong", "gateway"), symptom("clock_jumped", "gateway")]),
    ["3: gateway clock_wrong stands", "3: gateway clock_jumped stands"],
  );
  assert.deepEqual(told(book, 4, 8, [silent, symptom("clock_wrong", "gateway")]), [
    "10: counter device_silent stands",
  ]);
  assert.deepEqual(told(book, 12, 12, [symptom("clock_wrong", "gateway")]), [
    "21: counter device_silent is over",
  ]);
});

test("what stands comes before what is over, the newest first, with the numbers of its last second", () => {
  const book = new FaultBook();
  told(book, 0, 5, [symptom("wrong_sign", "meter")]);
  told(book, 5, 40, []);
  told(book, 45, 5, [symptom("wrong_sign"), symptom("value_frozen", "accumulator", { powerW: 1 })]);
  told(book, 50, 5, [symptom("wrong_sign", "counter", { powerW: 7 })]);
  assert.deepEqual(
    book.all().map(({ id, resolvedAt }) => [id.split(" ")[0], resolvedAt]),
    [
      ["counter", null],
      ["accumulator", null],
      ["meter", NOON + 4],
    ],
  );
  assert.deepEqual(book.all()[0]!.numbers, { powerW: 7 });
});

test("what was over is kept for two weeks, also by the next start; what stood then must show again", () => {
  const book = new FaultBook();
  told(book, 0, 5, [symptom("wrong_sign")]);
  told(book, 5, 40, []);
  told(book, 45, 5, [symptom("wrong_sign", "meter")]);
  const next = new FaultBook(book.all());
  assert.deepEqual(
    next.all().map(({ id }) => id.split(" ")[0]),
    ["counter"],
  );
  const later = 15 * 86_400;
  told(next, later, 5, [symptom("value_frozen")]);
  told(next, later + 5, 40, []);
  assert.deepEqual(
    next.all().map(({ code }) => code),
    ["value_frozen"],
  );
});

test("a clock that is set back makes no fault last longer", () => {
  const book = new FaultBook();
  told(book, 3_600, 20, [symptom("device_silent")]);
  assert.deepEqual(told(book, 0, 12, []), ["10: counter device_silent is over"]);
});
