/** Rule books laid over a street's own readings, asked as the app asks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayStart, ROME } from "#base/time.ts";
import townTariff from "#sim/town-tariff.json" with { type: "json" };
import { createClient } from "#wire/client.ts";
import {
  ANNA,
  BRUNO,
  clientFor,
  foundStreet,
  Meter,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  TODAY,
} from "./test-street.ts";

/** From ten to two Anna's panels give 300 Wh a quarter hour; Bruno takes 250 Wh all day, Anna 100 at other times. */
const GIVING = { first: 40, last: 55 };

type Street = Awaited<ReturnType<typeof openStreet>>;

const visitorOf = ({ platform }: Street) => createClient((input, init) => fetch(input, init), platform.url);

async function streetAfterADay(options: { missing?: number } = {}) {
  const memory = await foundStreet();
  const street = await openStreet({ tariff: townTariff, memory });
  const start = dayStart(ROME, TODAY);
  const [anna, bruno] = [new Meter(PLANT_OF_ANNA, start), new Meter(PLANT_OF_BRUNO, start)];
  memory.time = dayStart(ROME, TODAY + 1) + 60;
  for (let slot = 0; slot < 96; slot++) {
    const gives = slot >= GIVING.first && slot <= GIVING.last;
    const readings = [
      anna.signed(gives ? { solarToGrid: 300 } : { gridToHome: 100 }),
      bruno.signed({ gridToHome: 250 }),
    ].filter((_, home) => home === 0 || slot !== options.missing);
    assert.deepEqual(street.platform.headEnd.receive(readings).refused, []);
  }
  return street;
}

test("each rule book over a street's last day: who shared what, and whom it serves", async () => {
  const street = await streetAfterADay();
  try {
    const visitor = visitorOf(street);
    const of = await visitor.call("GET /v1/community/rules", { query: { days: 1 } });
    assert.deepEqual([of.homes, of.leftOut], [2, 0]);
    const byName = new Map(of.books.map(({ book, outcome }) => [book, outcome!]));
    assert.deepEqual(
      [...byName.keys()],
      ["italy-cer", "austria-static", "austria-dynamic", "germany-42c", "free"],
    );
    // Bruno takes 250 Wh of the 300 in each of the 16 quarter hours.
    for (const book of ["italy-cer", "austria-dynamic", "free"]) {
      assert.equal(byName.get(book)!.sharedWh, 16 * 250, book);
    }
    assert.equal(byName.get("italy-cer")!.gaining, 2);

    const homes = await Promise.all(
      [ANNA, BRUNO].map(async (member) =>
        (await clientFor(street.platform.url, member)).call("GET /v1/home/rules", { query: { days: 1 } }),
      ),
    );
    for (const { book, outcome } of of.books) {
      const gains = homes.map(({ books }) => books.find((one) => one.book === book)!.benefitMicroEur);
      assert.equal(
        gains[0]! + gains[1]!,
        outcome!.benefitMicroEur,
        `${book}: the homes' gains are the street's`,
      );
    }
    assert.equal(homes[0]!.aloneMicroEur + homes[1]!.aloneMicroEur, of.aloneMicroEur);
  } finally {
    await street.close();
  }
});

test("a home of which a quarter hour is missing is left out, and is told so", async () => {
  const street = await streetAfterADay({ missing: 12 });
  try {
    const of = await visitorOf(street).call("GET /v1/community/rules", { query: { days: 1 } });
    assert.deepEqual([of.homes, of.leftOut], [1, 1]);
    await assert.rejects(
      (await clientFor(street.platform.url, BRUNO)).call("GET /v1/home/rules", { query: { days: 1 } }),
      refusedWith("nothing_to_compare"),
    );
  } finally {
    await street.close();
  }
});

test("before the first whole day there is nothing to compare", async () => {
  const street = await openStreet({ tariff: townTariff, memory: await foundStreet() });
  try {
    await assert.rejects(
      visitorOf(street).call("GET /v1/community/rules", { query: {} }),
      refusedWith("nothing_to_compare"),
    );
  } finally {
    await street.close();
  }
});
