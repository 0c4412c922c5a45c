import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDay, ROME } from "#base/time.ts";
import { archive } from "../../strings/archive.ts";
import { area, setLanguage } from "../../strings/dictionary.ts";
import { type Slot, slotsOf } from "./period.ts";
import { axisText, slotText } from "./words.ts";

area(archive);
const hours = (text: string): readonly Slot[] => {
  const day = parseDay(text)!;
  return slotsOf(ROME, "hour", { first: day, last: day });
};

test("both hours called 02:00 say which clock they are of, and only those two", () => {
  setLanguage("en");
  const names = hours("2026-10-25").map((slot) => slotText(slot, "hour"));
  assert.deepEqual(names.slice(1, 5), ["01:00", "02:00 (summer time)", "02:00 (winter time)", "03:00"]);
  assert.equal(names.filter((name) => name.includes("(")).length, 2);
  assert.deepEqual(
    hours("2026-03-29")
      .slice(0, 4)
      .map((slot) => slotText(slot, "hour")),
    ["00:00", "01:00", "03:00", "04:00"],
  );
});

test("a slot is said in the language chosen, in full in the sentence and short under the axis", () => {
  setLanguage("de");
  const day = parseDay("2026-06-16")!;
  const [slot] = slotsOf(ROME, "day", { first: day, last: day });
  assert.equal(slotText(slot!, "day"), "Di 16. Juni");
  const month = slotsOf(ROME, "month", { first: day, last: day })[0]!;
  assert.equal(slotText(month, "month"), "Juni 2026");
  setLanguage("it");
  assert.equal(slotText(month, "month"), "Giugno 2026");
  assert.equal(axisText(month, { bucket: "month", period: "year" }), "Giu");
  const week = { bucket: "day", period: "week" } as const;
  assert.deepEqual([axisText(slot!, week), axisText(slot!, week, true)], ["mar 16", "mar"]);
});
