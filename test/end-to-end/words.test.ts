import assert from "node:assert/strict";
import { test } from "node:test";
import { foreign } from "./words.ts";

test("what is not in the language is found", () => {
  const wrong = ["Used today", "trade.title", "undefined", "NaN kWh", "5 sales", "Casa 3, no panels"];
  assert.deepEqual(foreign(wrong, "it"), wrong);
  assert.deepEqual(
    foreign(["Consumata oggi", "5 vendite", "Casa 3, senza pannelli", "1,5 kWh · 12:44"], "it"),
    [],
  );
  assert.deepEqual(foreign(["Heute verbraucht"], "de"), []);
});
