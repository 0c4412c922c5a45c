import assert from "node:assert/strict";
import { test } from "node:test";
import { DoorLimit } from "./door-limit.ts";

const BOUNDS = { withinMs: 250, least: 64, most: 1_000 };

/** Answers so many that came behind `behind` others and took `eachMs` each. */
function answer(door: DoorLimit, count: number, behind: number, eachMs: number): void {
  for (let i = 0; i < count; i++) door.answered(behind, (behind + 1) * eachMs);
}

test("as many may wait as are answered within the time, whatever number waited when it was measured", () => {
  for (const behind of [20, 200, 900]) {
    const door = new DoorLimit(BOUNDS);
    answer(door, 1_000, behind, 0.5);
    assert.ok(Math.abs(door.limit - 500) <= 1, `${door.limit}`);
  }
});

test("a machine that gets slow lets fewer wait, not below the least, and one that gets fast again lets more", () => {
  const door = new DoorLimit(BOUNDS);
  assert.equal(door.limit, 1_000);
  answer(door, 1_000, 400, 2);
  assert.equal(door.limit, 125);
  answer(door, 1_000, 100, 100);
  assert.equal(door.limit, 64);
  answer(door, 2_000, 60, 0.1);
  assert.equal(door.limit, 1_000);
});

test("one slow answer changes little, and one that hardly waited says nothing", () => {
  const door = new DoorLimit(BOUNDS);
  answer(door, 1_000, 200, 0.5);
  door.answered(200, 500);
  assert.ok(door.limit > 450, `${door.limit}`);
  answer(door, 1_000, 3, 50);
  assert.ok(door.limit > 450, `${door.limit}`);
});
