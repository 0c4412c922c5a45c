/**
 * Whether everything that a box signed arrived: it stands in the archive of a town that has ended, each reading once
 * and in order under its signature, and on its chain under the box's key.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { readIdentity, standingOf } from "#gateway/identity.ts";
import { Outbox } from "#gateway/outbox.ts";
import { OUTBOX_FILE } from "#gateway/own-outbox.ts";
import type { Reading } from "#metering/reading.ts";
import { verifyReading } from "#metering/signed-reading.ts";
import { openNode } from "#node/node.ts";
import { Archive } from "#platform/archive.ts";
import { HOME, type RealHome } from "./real-home.ts";

/** Asserts it of every reading that was acknowledged, and returns them. Box and town have ended. */
export async function assertArrived(scene: RealHome): Promise<Reading[]> {
  await scene.says(["verify", scene.town]);
  const { chain, meter } = standingOf(readIdentity(scene.home)!);
  const outbox = new Outbox(join(scene.home, OUTBOX_FILE));
  const { through } = outbox;
  const kept = outbox.next(100_000, 0);
  const refused = outbox.refused();
  const { from } = (JSON.parse(outbox.kept("orders")!) as { meter: { from: number } }).meter;
  outbox.close();
  assert.deepEqual(refused, []);
  const arrived = kept.filter(({ sequence }) => sequence <= through);
  assert.equal(arrived.length, through);
  const archive = new Archive(join(scene.town, "readings.sqlite"), ROME);
  for (const [i, { sequence, signed }] of arrived.entries()) {
    const { reading, signature } = signed;
    const start = from + i * QUARTER_HOUR_S;
    assert.deepEqual([sequence, reading.intervalStart], [i + 1, start], "none is missing, none comes twice");
    assert.ok(verifyReading(chain, signed, meter.publicKey));
    assert.deepEqual(archive.find(HOME, start)?.reading, reading);
    const [told] = archive.signaturesOf(HOME, start, start + QUARTER_HOUR_S);
    assert.deepEqual([told?.signed, told?.signature], ["each", signature]);
  }
  assert.equal(archive.span(HOME, from, Number.MAX_SAFE_INTEGER).length, through, "and nothing else");
  archive.close();
  const newest = arrived.at(-1)!.signed.reading;
  const { producer } = scene.plan;
  const node = await openNode({ folder: scene.town, producer, now: () => newest.intervalStart + 86_400 });
  try {
    const view = node.view();
    const plant = view.plant(HOME)!;
    assert.deepEqual(plant.meterKey, meter.publicKey);
    assert.equal(plant.lastInterval, newest.intervalStart);
    const { solar, grid } = view.store(HOME);
    assert.deepEqual([Number(solar), Number(grid)], [newest.closingSolarWh, newest.closingGridWh]);
  } finally {
    await node.close();
  }
  return arrived.map(({ signed }) => signed.reading);
}
