import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant, ROME } from "#base/time.ts";
import { pseudonym } from "./sale-view.ts";

const secret = new Uint8Array(32).fill(5);
const named = (supplier: number, seller: number, instant: string, by = secret) =>
  pseudonym(by, ROME, { supplier, seller, time: parseInstant(instant)! });

test("a pseudonym holds for a supplier and a civil month, and says nothing of the seller's number", () => {
  const name = named(4, 2, "2026-06-16T10:00Z");
  assert.match(name, /^[0-9a-f]{10}$/);
  assert.equal(named(4, 2, "2026-06-30T21:59Z"), name, "to the last minute of June in Rome");
  assert.notEqual(named(4, 2, "2026-06-30T22:00Z"), name, "July in Rome");
  assert.notEqual(named(5, 2, "2026-06-16T10:00Z"), name, "another supplier");
  assert.notEqual(named(4, 3, "2026-06-16T10:00Z"), name, "another seller");
  assert.notEqual(named(4, 2, "2026-06-16T10:00Z", new Uint8Array(32)), name, "another platform's secret");
  const many = new Set(Array.from({ length: 2000 }, (_, seller) => named(4, seller, "2026-06-16T10:00Z")));
  assert.equal(many.size, 2000);
});
