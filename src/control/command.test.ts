import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import {
  type Command,
  type CommandedHome,
  type CommandRefusal,
  chargingHours,
  directiveOf,
  heedCommand,
  NOTHING_HEARD,
  refusalOf,
  reportOf,
} from "#control/command.ts";

const NOW = parseInstant("2026-11-26T20:05Z")!;
const HOUR = 3600;
const EA = { capacityWh: 10_000, chargePowerMaxW: 4000, dischargePowerMaxW: 3000 };

function command(change: Partial<Command> = {}): Command {
  return {
    ...{ mode: "hold", powerW: null, issuedAt: NOW, until: NOW + HOUR },
    ...{ reservePercent: null, target: null },
    ...change,
  } as Command;
}

/** 0.21 from 22 to 7 o'clock Rome's winter time, 0.33 else. */
function importPriceAt(time: number): number {
  const hour = Math.floor((time % 86_400) / HOUR) + 1;
  return hour % 24 < 7 || hour >= 22 ? 210_000 : 330_000;
}

function home(change: Partial<CommandedHome> = {}): CommandedHome {
  return {
    ...EA,
    now: NOW,
    storedWh: 5000,
    oneWayEfficiency: 0.95,
    reserveWh: 2000,
    importPriceAt,
    ...change,
  };
}

const heard = (one: Command | null, change = 1) => ({ heard: { change, command: one }, local: null });
const target = { socPercent: 80, by: parseInstant("2026-11-27T06:00Z")! };
const TARGET = command({ mode: "auto", until: target.by, target });

const REFUSED: readonly [title: string, given: Partial<Command>, refusal: CommandRefusal | undefined][] = [
  ["a command signed now is taken", {}, undefined],
  ["one kept back for a quarter of an hour is taken still", { issuedAt: NOW - 900 }, undefined],
  ["one kept back for longer is not", { issuedAt: NOW - 901 }, "command_stale"],
  ["one from the future is not", { issuedAt: NOW + 61 }, "command_ahead"],
  ["one whose time is over is not", { until: NOW }, "command_expired"],
  ["one for longer than a week is not", { until: NOW + 7 * 86_400 + 1 }, "command_too_long"],
  ["a power is not for holding", { powerW: 1000 }, "command_power_invalid"],
  [
    "more power than the terminals take is not asked",
    { mode: "charge", powerW: 4001 },
    "command_power_invalid",
  ],
  ["all that they give may be asked", { mode: "discharge", powerW: 3000 }, undefined],
  ["a reserve is a share of the whole", { reservePercent: 101 }, "command_reserve_invalid"],
  [
    "a target is for the BEC that decides by itself",
    { target: { ...target, by: NOW + 60 } },
    "command_target_invalid",
  ],
  [
    "a target after the end of its command is none",
    { mode: "auto", target: { ...target, by: NOW + HOUR + 1 } },
    "command_target_invalid",
  ],
  [
    "a target in the past is none",
    { mode: "auto", target: { ...target, by: NOW } },
    "command_target_invalid",
  ],
  [
    "what is kept too long is said before what is expired",
    { issuedAt: NOW - 901, until: NOW },
    "command_stale",
  ],
];

for (const [title, given, refusal] of REFUSED) {
  test(title, () => {
    const asked = { change: 1, command: command(given) };
    assert.equal(refusalOf(asked, { standing: NOTHING_HEARD, accumulator: EA, now: NOW }), refusal);
  });
}

test("a letter heard twice, or after a later one, changes nothing", () => {
  const first = { change: 1, command: command() };
  const second = { change: 2, command: null };
  const home = { accumulator: EA, now: NOW };
  assert.equal(refusalOf(first, { ...home, standing: first }), "command_superseded");
  assert.equal(refusalOf(first, { ...home, standing: second }), "command_superseded");
  assert.equal(refusalOf(second, { ...home, standing: first }), undefined);
  assert.equal(heedCommand(second, first), second);
  assert.equal(heedCommand(first, second), second);
});

test("a home without an accumulator has nothing to command, and can take a command back", () => {
  const home = { standing: NOTHING_HEARD, accumulator: undefined, now: NOW };
  assert.equal(refusalOf({ change: 1, command: command() }, home), "no_accumulator");
  assert.equal(refusalOf({ change: 1, command: null }, home), undefined);
});

test("nothing heard, taken back or expired leaves the BEC free with the usual reserve", () => {
  for (const standing of [NOTHING_HEARD, heard(null).heard, heard(command({ until: NOW })).heard]) {
    const directive = directiveOf({ heard: standing, local: null }, home());
    assert.deepEqual([directive.act, directive.by, directive.reserveWh], ["free", "nobody", 2000]);
  }
});

test("what is set at the gateway wins over what comes from afar, as long as it holds", () => {
  const local = command({ mode: "charge", until: NOW + 600 });
  const standing = heard(command({ mode: "discharge" })).heard;
  const under = directiveOf({ heard: standing, local }, home());
  assert.deepEqual([under.act, under.by, under.until], ["charge", "local", NOW + 600]);
  assert.equal(reportOf(standing, under, null, NOW).state, "overridden");
  const after = directiveOf({ heard: standing, local }, home({ now: NOW + 600 }));
  assert.deepEqual([after.act, after.by], ["discharge", "owner"]);
});

test("a command may keep more or less inside than is usual, while it holds", () => {
  const directive = directiveOf(heard(command({ mode: "auto", reservePercent: 90 })), home());
  assert.deepEqual([directive.act, directive.reserveWh], ["free", 9000]);
  assert.equal(directiveOf(heard(command({ reservePercent: 0 })), home()).reserveWh, 0);
});

test("a target buys in the cheapest quarter hours, the last of them", () => {
  const hours = [...chargingHours(target, home())].sort();
  // 3,000 Wh missing ÷ (4,000 W × 0.95) = 47 min: four quarter hours of the night, the last before seven o'clock.
  const last = Array.from({ length: 4 }, (_, i) => target.by - (4 - i) * 900);
  assert.deepEqual(hours, last);
  assert.ok(hours.every((start) => importPriceAt(start) === 210_000));
});

test("a target that even every hour left cannot reach takes all of them", () => {
  const soon = { socPercent: 100, by: NOW + HOUR };
  assert.equal(chargingHours(soon, home()).size, 5);
  assert.equal(directiveOf(heard(command({ mode: "auto", target: soon })), home()).act, "charge");
});

test("until its hours come a target lets the home live from the accumulator only where that is cheaper to refill", () => {
  assert.equal(directiveOf(heard(TARGET), home()).act, "free", "0.33 now, 0.21 later");
  const night = NOW + 3 * HOUR;
  const waiting = directiveOf(heard(TARGET), home({ now: night }));
  assert.deepEqual([waiting.act, waiting.by], ["hold", "target"], "0.21 now, 0.21 later");
  assert.equal(reportOf(heard(TARGET).heard, waiting, null, night).state, "accepted");
});

test("a target in its hours charges to the share that was named, and is over at its time", () => {
  const late = directiveOf(heard(TARGET), home({ now: target.by - 600 }));
  assert.deepEqual([late.act, late.fullWh, late.until], ["charge", 8000, target.by]);
  assert.equal(reportOf(heard(TARGET).heard, late, null, target.by - 600).state, "obeyed");
  assert.equal(directiveOf(heard(TARGET), home({ now: target.by })).act, "free");
});

test("what a home reports: obeyed, bound, expired, taken back", () => {
  const standing = heard(command({ mode: "charge" })).heard;
  const directive = directiveOf({ heard: standing, local: null }, home());
  assert.deepEqual(reportOf(standing, directive, null, NOW), { state: "obeyed", bound: null });
  assert.deepEqual(reportOf(standing, directive, "sale", NOW), { state: "bound", bound: "sale" });
  assert.deepEqual(reportOf(standing, directive, "sale", NOW + HOUR), { state: "expired", bound: null });
  assert.deepEqual(reportOf({ change: 2, command: null }, directive, null, NOW), {
    state: "withdrawn",
    bound: null,
  });
});
