import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayLog } from "#gateway/gateway-log.ts";
import { ReadingSender } from "#gateway/reading-sender.ts";
import type { NumberedReading } from "#wire/gateway-messages.ts";

/** A sender of two readings over a way that is up; what it sent, by the highest number. */
function sending({ fails = false } = {}) {
  const sent: number[] = [];
  const failed: unknown[] = [];
  const outbox = {
    name: new Uint8Array(8),
    waiting: 2,
    through: 0,
    next: () => [{ sequence: 1 }, { sequence: 2 }] as NumberedReading[],
  };
  const link = {
    isUp: true,
    async sendReadings({ readings }: { readonly readings: readonly NumberedReading[] }) {
      if (fails) throw new Error("the way is lost");
      sent.push(readings.at(-1)!.sequence);
    },
  };
  const log = new GatewayLog((note) => failed.push(note.about === "failure" && note.part));
  return { sender: new ReadingSender(link, outbox, log), outbox, link, sent, failed };
}

test("one message is under way at a time, and goes again after ten seconds without an answer", () => {
  const { sender, sent } = sending();
  for (const steadyMs of [0, 5_000, 9_999]) sender.send(steadyMs);
  assert.deepEqual(sent, [2]);
  sender.send(10_000);
  assert.deepEqual(sent, [2, 2]);
});

test("what was answered, and what says something else by now, makes way for the next at once", () => {
  const { sender, outbox, sent } = sending();
  sender.send(0);
  outbox.through = 2;
  sender.send(1);
  sender.again();
  sender.send(2);
  assert.equal(sent.length, 3);
});

test("nothing goes where nothing waits or nobody is there; a message that the way lost is told, and goes again", async () => {
  const idle = sending();
  idle.link.isUp = false;
  idle.sender.send(0);
  idle.link.isUp = true;
  idle.outbox.waiting = 0;
  idle.sender.send(0);
  assert.deepEqual(idle.sent, []);
  const { sender, failed } = sending({ fails: true });
  sender.send(0);
  await Promise.resolve();
  await Promise.resolve();
  sender.send(1);
  await new Promise(setImmediate);
  assert.deepEqual(failed, ["link", "link"]);
});
