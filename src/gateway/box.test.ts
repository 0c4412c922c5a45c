/** A box's own socket, asked as `contrada gateway status` and a second gateway ask it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { type Device, DeviceError } from "#devices/device.ts";
import type { StateMessage } from "#wire/gateway-messages.ts";
import { type BoxOptions, FolderTakenError, openBox, statusSocketOf } from "./box.ts";

/** A counter that nobody reaches, and that takes its time to say so. */
function absentCounter(opening: Promise<void>): Device {
  const refuse = async (): Promise<never> => {
    await opening;
    throw new DeviceError("unreachable", "nobody is there");
  };
  return {
    ...{ id: "counter", kind: "counter", template: "dsmr-p1", sheet: {} },
    ...{ open: refuse, read: refuse, write: refuse, close: () => Promise.resolve() },
  };
}

function optionsOf(folder: string, device: Device): BoxOptions {
  return {
    ...{ folder, devices: [device], standing: undefined, link: undefined },
    ...{ clock: "box", version: "1.0.0", note: () => undefined, watchdogS: 0 },
  };
}

test("who asks before the first cycle is over hears how the home is after it; a second box is told at once", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-box-"));
  const opening = Promise.withResolvers<void>();
  const options = optionsOf(folder, absentCounter(opening.promise));
  const box = await openBox(options);
  t.after(async () => {
    await box.close();
    rmSync(folder, { recursive: true });
  });
  const socket = connect(statusSocketOf(folder));
  await once(socket, "connect");
  const told = text(socket);
  await assert.rejects(openBox(options), FolderTakenError);
  assert.equal(box.counts.cycles, 0);
  opening.resolve();
  const { devices, decision } = JSON.parse(await told) as StateMessage;
  assert.deepEqual(
    devices.map(({ id, problem, measuredAt }) => [id, problem, measuredAt]),
    [["counter", "unreachable", null]],
  );
  assert.ok(decision.since > 0, "since a time that was, not since 1970");
});
