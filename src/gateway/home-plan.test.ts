import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import { priceOf, pricesOfTariff } from "#gateway/home-prices.ts";
import { HomeSettingsError, readHomeSettings } from "#gateway/home-settings.ts";
import { LiveRing } from "#gateway/live-ring.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import { VirtualGateway } from "../../test/support/virtual-gateway.ts";

/** Four in the morning of the Roman clock, when a kWh costs least. */
const NIGHT = parseInstant("2026-11-10T03:00Z")!;
const DEAR_EVENING = Array.from({ length: 24 }, (_, hour) =>
  hour >= 17 && hour < 22 ? 500_000 : hour === 4 ? 150_000 : 250_000,
);
const dark = { loadW: () => 200, solarW: () => 0 };

/** Days of a home that draws 200 W, and 2 kW in the evening, minute by minute. */
function live(ring: LiveRing, days: number, until: number, gap: readonly [number, number] = [0, 0]): void {
  for (let time = until - days * 86_400; time < until; time += 60) {
    if (time >= gap[0] && time < gap[1]) continue;
    const hour = (time / 3600) % 24;
    const loadW = hour >= 16 && hour < 21 ? 2_000 : 200;
    ring.record(time, [0, 0, 0, 0, 0, loadW, 0, 1_000]);
  }
  ring.flush();
}

async function atNight(ring: LiveRing, start = NIGHT) {
  const box = new VirtualGateway({
    start,
    source: dark,
    stateOfCharge: 0.1,
    settings: { importPrice: DEAR_EVENING },
    ring,
  });
  let result = await box.second();
  for (let i = 0; i < 8; i++) result = await box.second();
  return { box, setpointW: result.outputs.find(({ point }) => point === "setPowerW")!.value };
}

test("a home that has lived a day and a half buys at night for its dear evening", async () => {
  const ring = new LiveRing(":memory:");
  live(ring, 1.5, NIGHT);
  const { box, setpointW } = await atNight(ring);
  assert.ok(setpointW < -1_000, `${setpointW} W`);
  assert.equal(box.gateway.decision.code, "microgrid_charges_accumulator");
});

test("without a past nothing is planned: the home lives by self-consumption", async () => {
  const { setpointW } = await atNight(new LiveRing(":memory:"));
  assert.ok(setpointW >= 0, `${setpointW} W`);
});

test("a restart forgets nothing, and quarter hours without the gateway count as those of a day before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-plan-"));
  try {
    const before = new LiveRing(join(folder, "live.db"));
    live(before, 1.5, NIGHT, [NIGHT - 12 * 3600, NIGHT - 7 * 3600]);
    before.close();
    const after = new LiveRing(join(folder, "live.db"));
    const { setpointW } = await atNight(after);
    assert.ok(setpointW < -1_000, `${setpointW} W`);
    after.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("who was away for three days has no past any more", async () => {
  const ring = new LiveRing(":memory:");
  live(ring, 2, NIGHT - 3 * 86_400);
  const { setpointW } = await atNight(ring);
  assert.ok(setpointW >= 0, `${setpointW} W`);
});

test("a price by the hour follows the civil day of the community", () => {
  const price = priceOf(DEAR_EVENING);
  assert.equal(price(parseInstant("2026-11-10T15:59Z")!), 250_000);
  assert.equal(price(parseInstant("2026-11-10T16:00Z")!), 500_000);
  assert.equal(price(parseInstant("2026-06-10T15:00Z")!), 500_000);
});

test("of a tariff the next kWh counts, with bands, fees and tax; an index is refused with what to do", () => {
  const file = new URL("../tariff/examples/italy-home.json", import.meta.url);
  const content = JSON.parse(readFileSync(file, "utf8")) as { components: Record<string, unknown>[] };
  const perKwh = content.components.filter(({ price }) => {
    const { kind } = price as { kind: string };
    return kind === "flat" || kind === "bands";
  });
  const tariff = tariffFrom({ ...content, components: perKwh });
  assert.ok(tariff.ok);
  const { importPrice } = pricesOfTariff(tariff.value);
  const expected = (at: string) => {
    const start = parseInstant(at)!;
    return importPrice(start);
  };
  assert.ok(
    expected("2026-06-16T10:00Z") > expected("2026-06-14T10:00Z"),
    "a working day is dearer than a Sunday",
  );
  const indexed = tariffFrom({
    ...content,
    components: [
      {
        id: "energy",
        part: "energy",
        direction: "import",
        price: {
          kind: "index",
          index: "pun",
          per: "hour",
          factor_per_million: 1_000_000,
          spread_micro_eur_per_kwh: 0,
        },
      },
    ],
  });
  assert.ok(indexed.ok);
  assert.throws(() => pricesOfTariff(indexed.value), /price by index, .* give importPrice as 24 prices/);
});

test("24 prices are 24", () => {
  assert.throws(() => readHomeSettings({ importPrice: [1, 2] }), HomeSettingsError);
  assert.equal((readHomeSettings({ importPrice: DEAR_EVENING }).importPrice as number[]).length, 24);
});
