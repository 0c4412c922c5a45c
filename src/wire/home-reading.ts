/**
 * Reading by hand what a gateway says of its owner's letters, of the switch at the box, and of its plan: each function
 * returns the value in the form that `wire/home-schemas` names, or throws with a sentence that says what is wrong.
 */
import {
  COMMAND_BOUNDS,
  COMMAND_MODES,
  COMMAND_REFUSALS,
  COMMAND_STATES,
  type CommandReport,
  LETTER_REFUSALS,
} from "#control/command.ts";
import type { HomePlan, LocalSwitch } from "#wire/home-schemas.ts";
import {
  instantOf,
  numberOf,
  objectOf,
  oneOf,
  orNull,
  shortList,
  textOf,
  UnreadableError,
  wholeOf,
} from "#wire/json-reading.ts";

const REFUSALS = [...LETTER_REFUSALS, ...COMMAND_REFUSALS];

export function commandReportOf(value: unknown): CommandReport {
  const report = objectOf(value, "command");
  return {
    change: wholeOf(report.change, "command.change", 1, Number.MAX_SAFE_INTEGER),
    state: oneOf(report.state, "command.state", COMMAND_STATES),
    bound: orNull(report.bound, "command.bound", (bound, what) => oneOf(bound, what, COMMAND_BOUNDS)),
    refusal: orNull(report.refusal, "command.refusal", (refusal, what) => oneOf(refusal, what, REFUSALS)),
    since: instantOf(report.since, "command.since"),
  };
}

export function localSwitchOf(value: unknown): LocalSwitch {
  const local = objectOf(value, "local");
  return {
    mode: oneOf(local.mode, "local.mode", COMMAND_MODES),
    since: instantOf(local.since, "local.since"),
    reason: orNull(local.reason, "local.reason", textOf),
  };
}

/** Steps of a plan, at the most: two days of quarter hours. */
const STEPS_MAX = 192;

export function homePlanOf(value: unknown): HomePlan {
  const plan = objectOf(value, "plan");
  const column = <T>(name: keyof HomePlan, read: (value: unknown, what: string) => T): T[] =>
    shortList(plan[name], `plan.${name}`, STEPS_MAX).map((item) => read(item, `plan.${name}`));
  const read: HomePlan = {
    made: instantOf(plan.made, "plan.made"),
    until: instantOf(plan.until, "plan.until"),
    time: column("time", instantOf),
    seconds: column("seconds", (item, what) => wholeOf(item, what, 1, 86_400)),
    solarW: column("solarW", numberOf),
    loadW: column("loadW", numberOf),
    solarLowW: column("solarLowW", numberOf),
    solarHighW: column("solarHighW", numberOf),
    accumulatorW: column("accumulatorW", numberOf),
    gridW: column("gridW", numberOf),
    storedWh: column("storedWh", numberOf),
    storedValueMicroEurPerKwh: column("storedValueMicroEurPerKwh", numberOf),
    importPriceMicroEurPerKwh: column("importPriceMicroEurPerKwh", numberOf),
    exportPriceMicroEurPerKwh: column("exportPriceMicroEurPerKwh", numberOf),
    code: column("code", textOf),
  };
  for (const [name, list] of Object.entries(read)) {
    if (!Array.isArray(list) || list.length === read.time.length) continue;
    // A forecast that knows no band leaves it out.
    if (list.length === 0 && (name === "solarLowW" || name === "solarHighW")) continue;
    throw new UnreadableError(`plan.${name} must have as many steps as plan.time.`);
  }
  return read;
}
