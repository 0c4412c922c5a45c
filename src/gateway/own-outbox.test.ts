import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { type Enrolment, ownOutbox } from "#gateway/own-outbox.ts";
import { LoadProfile } from "#metering/load-profile.ts";
import { signReading } from "#metering/signed-reading.ts";
import { FLOWS } from "#plant/flows.ts";
import { meterSigner } from "../../test/support/chain-bench.ts";
import { skippedUnlessLong } from "../../test/support/counterparts.ts";

const FIRST: Enrolment = { gateway: "00000000000000a1", chain: "town", home: 7 };
const NOON = 1_781_604_000;

function threeReadings() {
  const profile = new LoadProfile(FIRST.home, NOON, 0, 0);
  return [0, 1, 2].map(() => {
    profile.add(900, new Float64Array(FLOWS), new Float64Array(8));
    return { signed: signReading(FIRST.chain, profile.close(), meterSigner(7)), isSpread: false };
  });
}

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "contrada-outbox-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A box with three readings, of which the platform has the first. */
function filled(folder: string): string {
  const outbox = ownOutbox(folder, FIRST);
  const name = toHex(outbox.name);
  outbox.add(threeReadings(), { meter: "{}", orders: "{}", last: "1781606700000" });
  outbox.acknowledge({ outbox: name, through: 1, refused: [] });
  outbox.close();
  return name;
}

test("a box that is started again goes on with its outbox", () =>
  inFolder((folder) => {
    const name = filled(folder);
    const outbox = ownOutbox(folder, FIRST);
    assert.deepEqual([toHex(outbox.name), outbox.through, outbox.waiting], [name, 1, 2]);
    assert.equal(outbox.kept("meter"), "{}");
    outbox.close();
  }));

test("one that comes in again for the same home begins an outbox with what had not arrived, and a new meter", () =>
  inFolder((folder) => {
    const name = filled(folder);
    const outbox = ownOutbox(folder, { ...FIRST, gateway: "00000000000000a2" });
    assert.notEqual(toHex(outbox.name), name);
    assert.deepEqual([outbox.through, outbox.waiting, outbox.oldest], [0, 2, NOON + 900]);
    assert.deepEqual([outbox.kept("meter"), outbox.kept("orders")], [undefined, undefined]);
    assert.equal(outbox.kept("last"), "1781606700000", "time goes on from where it was");
    outbox.close();
    assert.ok(readdirSync(folder).includes(`outbox-${FIRST.gateway}.db`), "the former one is kept");
  }));

test("half a year of readings goes along, as one has it whom no installer came to", (t) => {
  if (skippedUnlessLong(t)) return;
  inFolder((folder) => {
    const outbox = ownOutbox(folder, FIRST);
    const [{ signed }] = threeReadings() as [ReturnType<typeof threeReadings>[number]];
    const count = 182 * 96;
    const later = (i: number) => ({ ...signed.reading, intervalStart: NOON + 900 * i });
    outbox.add(
      Array.from({ length: count }, (_, i) => ({
        signed: { ...signed, reading: later(i) },
        isSpread: false,
      })),
    );
    outbox.close();
    const again = ownOutbox(folder, { ...FIRST, gateway: "00000000000000a2" });
    assert.deepEqual([again.waiting, again.oldest], [count, NOON]);
    again.close();
  });
});

test("in another home, or another community, nothing of before goes along", () => {
  for (const change of [{ home: 8 }, { chain: "village" }]) {
    inFolder((folder) => {
      filled(folder);
      const outbox = ownOutbox(folder, { ...FIRST, gateway: "00000000000000a2", ...change });
      assert.deepEqual([outbox.through, outbox.waiting], [0, 0]);
      outbox.close();
    });
  }
});

test("a box that ran before anybody enrolled it keeps what it decided", () =>
  inFolder((folder) => {
    const alone = ownOutbox(folder, undefined);
    alone.decided([{ code: "nothing_flows", numbers: {}, since: NOON }]);
    const name = toHex(alone.name);
    alone.close();
    const outbox = ownOutbox(folder, FIRST);
    assert.equal(toHex(outbox.name), name);
    assert.equal(outbox.decisions(5).length, 1);
    outbox.close();
  }));
