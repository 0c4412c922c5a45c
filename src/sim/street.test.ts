import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_FEEDER } from "#market/participant.ts";
import { addressOf, streetMap } from "#sim/street.ts";

const SIZES = Array.from({ length: 200 }, (_, i) => i + 1);

test("every home has an address of its own, up to the largest town", () => {
  const addresses = Array.from({ length: 2_000 }, (_, i) => addressOf(i));
  assert.equal(new Set(addresses.map(({ address }) => address)).size, addresses.length);
  assert.equal(new Set(addresses.map(({ name }) => name)).size, addresses.length);
  assert.deepEqual(addresses[0], { name: "Casa 1", address: "Via dell’Olmo 2", feeder: 1 });
  assert.equal(addressOf(11).address, "Via dell’Olmo 24");
  assert.equal(addressOf(12).address, "Via del Pozzo 2");
  assert.ok(addressOf(99_999).feeder <= MAX_FEEDER);
});

test("the map of 1 to 200 homes lies inside its box, every home at its own place", () => {
  for (const homes of SIZES) {
    const map = streetMap(homes);
    const inside = (x: number, y: number, what: string) =>
      assert.ok(
        x >= 0 && x <= map.width && y >= 0 && y <= map.height,
        `${homes} homes: ${what} at ${x}, ${y} in ${map.width} × ${map.height}`,
      );
    assert.equal(map.homes.length, homes);
    for (const { plant, x, y, streetX, streetY } of map.homes) {
      inside(x, y, `home ${plant}`);
      inside(streetX, streetY, `the door of home ${plant}`);
    }
    for (const { path } of [...map.streets, ...map.feeders])
      for (const [x, y] of path) inside(x, y, "a street");
    inside(map.transformer.x, map.transformer.y, "the transformer");
    for (const [i, one] of map.homes.entries()) {
      for (const other of map.homes.slice(i + 1)) {
        assert.ok(
          Math.hypot(one.x - other.x, one.y - other.y) > 40,
          `${homes} homes: ${one.plant} and ${other.plant} stand on each other`,
        );
      }
    }
  }
});

test("a home stands at the street and on the feeder of its address", () => {
  const map = streetMap(40);
  assert.deepEqual(
    map.feeders.map(({ feeder }) => feeder),
    [1, 2, 3, 4],
  );
  assert.equal(new Set(map.streets.map(({ name }) => name)).size, 4);
  for (const { plant, name, feeder, x, y, streetX, streetY } of map.homes) {
    const known = addressOf(plant - 1);
    assert.deepEqual([name, feeder], [known.name, known.feeder]);
    assert.ok(known.address.startsWith(map.streets[feeder - 1]!.name));
    assert.equal(x, streetX);
    assert.ok(Math.abs(y - streetY) > 50 && Math.abs(y - streetY) < 80, `home ${plant}`);
  }
});

test("streets whose names have come round are told apart on the map, too", () => {
  const map = streetMap(150);
  assert.equal(new Set(map.streets.map(({ name }) => name)).size, 13);
  assert.equal(addressOf(144).address, `${map.streets[12]!.name} 2`);
});

test("the same number of homes has the same map", () => {
  assert.deepEqual(streetMap(24), streetMap(24));
});
