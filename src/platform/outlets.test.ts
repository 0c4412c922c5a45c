import assert from "node:assert/strict";
import { test } from "node:test";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { sampleOf } from "./test-live.ts";
import { ANNA, BRUNO, clientFor, Meter, NOON, openStreet, PLANT_OF_ANNA } from "./test-street.ts";

test("a home is told what its stored kWh and the one from its panels are best for, in figures that add up", async () => {
  const street = await openStreet();
  try {
    const anna = await clientFor(street.platform.url, ANNA);
    const before = await anna.call("GET /v1/home/outlets");
    assert.equal(before.time, street.memory.time);
    const meter = new Meter(PLANT_OF_ANNA, NOON - 2 * QUARTER_HOUR_S);
    for (const before of [2, 1]) {
      street.platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1_250 } })]);
      await street.platform.headEnd.closeInterval(NOON - before * QUARTER_HOUR_S);
      street.memory.produce();
    }
    street.platform.live.record(NOON, 5, [sampleOf(PLANT_OF_ANNA, { solarToGrid: 1_200 })]);
    const { advice } = await anna.call("GET /v1/home/outlets");
    assert.deepEqual(
      advice.map(({ source, availableWh }) => [source, availableWh > 0]),
      [
        ["panels", true],
        ["accumulator", true],
      ],
    );
    for (const { outlets } of advice) {
      assert.deepEqual(new Set(outlets.map(({ kind }) => kind)).size, 5);
      for (const { worth } of outlets) {
        if (worth === null) continue;
        const { grossMicroEurPerKwh: gross, feeMicroEurPerKwh: fee } = worth;
        assert.equal(
          worth.netMicroEurPerKwh,
          gross - fee - worth.lostMicroEurPerKwh - worth.wearMicroEurPerKwh,
        );
      }
      const ranks = outlets.flatMap(({ rank }) => rank ?? []);
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
    }
    const bruno = await clientFor(street.platform.url, BRUNO);
    assert.deepEqual((await bruno.call("GET /v1/home/outlets")).advice, []);
  } finally {
    await street.close();
  }
});
