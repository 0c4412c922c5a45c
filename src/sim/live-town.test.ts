import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseInstant } from "#base/time.ts";
import { LiveTown, type Stepped } from "#sim/live-town.ts";
import { planTown } from "#sim/plan.ts";
import { choicesOf } from "../../test/support/headless-town.ts";

const START = parseInstant("2026-06-16T08:00Z")!;
const PLAN = planTown(choicesOf({ homes: 3 }));

/** A town without homes that takes its steps and remembers them. */
class Paper implements Stepped {
  time: number;
  stepS = 900;
  readonly homes = [];
  readonly steps: [time: number, stepS: number][] = [];
  readonly quarterHours: number[] = [];

  constructor(time: number) {
    this.time = time;
  }

  step(): Promise<void> {
    this.time += this.stepS;
    return Promise.resolve();
  }

  readonly watcher = {
    onStep: (time: number, stepS: number) => void this.steps.push([time, stepS]),
    onQuarterHour: (time: number) => void this.quarterHours.push(time),
  };
}

function open({ start = START, present = START, speed = 0, stepS = 5 } = {}) {
  const live = new LiveTown(PLAN, start, present, { speed, stepS });
  const town = new Paper(start);
  return { live, town, running: () => live.run(town, town.watcher) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 6_000 && !condition(); i++) await sleep(5);
  assert.ok(condition(), "it does not come to be");
}

test("up to its present a town takes quarter hours whole, from there on its own steps", async () => {
  const { live, town, running } = open({ start: START - 3_600, speed: 60 });
  const ended = running();
  live.control({ paused: true });
  await until(() => town.time >= START);
  await sleep(40);
  assert.equal(town.time, START, "then it stands, as it was told");
  assert.deepEqual(town.steps, [
    [START - 2_700, 900],
    [START - 1_800, 900],
    [START - 900, 900],
    [START, 900],
  ]);
  assert.deepEqual(town.quarterHours, [START - 2_700, START - 1_800, START - 900, START]);
  live.control({ seekTo: START + 10 });
  await until(() => town.time === START + 10);
  assert.deepEqual(town.steps.slice(4), [
    [START + 5, 5],
    [START + 10, 5],
  ]);
  await live.stop();
  await ended;
});

test("a town that is stopped comes to the end of its quarter hour, and no further", async () => {
  const { live, town, running } = open({ speed: 60 });
  const ended = running();
  live.control({ paused: true, seekTo: START + 455 });
  await until(() => town.time === START + 455);
  await live.stop();
  await ended;
  assert.deepEqual(town.steps.at(-1), [START + 900, 445]);
  assert.deepEqual(town.quarterHours, [START + 900]);
});

test("time passes at the speed of the clock, and the platform gets its turn even at full speed", async (t) => {
  const { live, town, running } = open({ speed: 600 });
  t.after(() => live.stop());
  const ended = running();
  const opened = performance.now();
  await until(() => town.time - START > 60);
  const [passed, realS] = [town.time - START, (performance.now() - opened) / 1_000];
  // A step may have begun before we looked.
  assert.ok(passed <= 600 * realS + 60, `${passed} s in ${realS} s`);
  live.control({ speed: 0 });
  let turns = 0;
  const steps = town.steps.length;
  const began = performance.now();
  // For a fifth of a second at least, and as long as a machine needs that does something else as well.
  while (
    performance.now() - began < 200 ||
    (town.time <= START + 3_600 && performance.now() - began < 30_000)
  ) {
    await new Promise(setImmediate);
    turns += 1;
  }
  assert.ok(turns >= 4, `${turns} turns in ${town.steps.length - steps} steps`);
  assert.ok(town.time > START + 3_600, "as fast as it goes");
  await live.stop();
  await ended;
});

test("a town that breaks ends its run with the reason", async () => {
  const { live, town } = open({ speed: 0 });
  town.step = () => Promise.reject(new Error("no more sun"));
  await assert.rejects(live.run(town, town.watcher), /no more sun/);
  await assert.rejects(live.stop(), /no more sun/);
});

test("one can enter as every home, every supplier and the operator, and as nobody else", () => {
  const { live } = open();
  const identities = live.identities();
  assert.deepEqual(
    identities.map(({ id, role }) => `${role} ${id}`),
    [
      "citizen home-1",
      "citizen home-2",
      "citizen home-3",
      "supplier supplier-2",
      "supplier supplier-3",
      "supplier supplier-4",
      "supplier supplier-5",
      "operator operator",
    ],
  );
  assert.deepEqual(
    identities.map(({ id }) => live.memberOf(id)),
    [101, 102, 103, 2, 3, 4, 5, 1],
  );
  for (const id of [
    "",
    "home",
    "home-",
    "home-0",
    "home-4",
    "home-1e0",
    "home-1-1",
    "Home-1",
    "supplier-1",
    "supplier-6",
    "member-1",
  ]) {
    assert.equal(live.memberOf(id), undefined, id);
  }
  const [first, second] = identities;
  const { solarPeakW, site } = PLAN.homes[0]!;
  const { capacityWh } = site.accumulator!;
  assert.deepEqual(first, {
    id: "home-1",
    role: "citizen",
    name: "Casa 1",
    address: "Via dell’Olmo 2",
    solarPeakW,
    capacityWh,
  });
  assert.deepEqual([second!.address, second!.solarPeakW, second!.capacityWh], ["Via dell’Olmo 4", 0, 0]);
});

test("jumps go to the next such moment of the town's place, on a step", () => {
  const at = (text: string) => parseInstant(text)!;
  const jump = (now: string, seekTo: "sunrise" | "noon" | "sunset" | "midnight" | number) => {
    const { live } = open({ start: at(now), present: at(now), speed: 60 });
    return live.control({ seekTo }).seekingTo;
  };
  assert.equal(jump("2026-06-16T08:00Z", "noon"), at("2026-06-16T10:00Z"));
  assert.equal(jump("2026-06-16T10:00Z", "noon"), at("2026-06-17T10:00Z"));
  assert.equal(jump("2026-06-16T08:00Z", "midnight"), at("2026-06-16T22:00Z"));
  assert.equal(jump("2026-03-28T23:00Z", "noon"), at("2026-03-29T10:00Z"), "the day of 23 hours");
  assert.equal(jump("2026-10-24T22:00Z", "noon"), at("2026-10-25T11:00Z"), "the day of 25 hours");
  assert.equal(jump("2026-10-24T22:00Z", "midnight"), at("2026-10-25T23:00Z"));
  const sunset = jump("2026-06-16T08:00Z", "sunset")!;
  assert.ok(sunset > at("2026-06-16T18:40Z") && sunset < at("2026-06-16T18:55Z") && sunset % 5 === 0);
  const sunrise = jump("2026-06-16T08:00Z", "sunrise")!;
  assert.ok(sunrise > at("2026-06-17T03:25Z") && sunrise < at("2026-06-17T03:40Z"));
  assert.equal(jump("2026-06-16T08:00Z", at("2026-06-16T08:00Z") + 7), at("2026-06-16T08:00Z") + 10);
  assert.equal(jump("2026-06-16T08:00Z", at("2026-06-16T07:00Z")), null, "what has passed is no jump");
});

test("who listens to the clock hears what it shows", () => {
  const { live } = open({ speed: 60 });
  const heard: unknown[] = [];
  const stop = live.onClock((clock) => heard.push(clock));
  live.control({ speed: 600, paused: true });
  stop();
  live.control({ speed: 60 });
  assert.deepEqual(heard.at(-1), { time: START, paused: true, speed: 600, seekingTo: null, fixed: false });
  assert.equal(live.clock().paused, false);
});
