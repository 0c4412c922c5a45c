/**
 * What an owner asks of the energy accumulator (EA) from afar, and what that means now. The platform, a simulated home
 * and a gateway judge and obey a command by these very functions, so that a screen can say before what will happen.
 *
 * Who goes before whom, first to last:
 *
 * 1. What the devices, the connection and the supply contract bear (`control/dispatch`, `control/commanded`).
 * 2. What somebody at the gateway itself set: a *local override* always wins over what comes from afar.
 * 3. What was sold and is not delivered yet: the owner signed that, too, and a buyer counts on it.
 * 4. The owner's command, until it expires; a link that is lost does not lengthen it.
 * 5. The BEC's own decision.
 *
 * A command with a *target* leaves the BEC its own choice but buys, in the cheapest quarter hours before the time that
 * was named, what is missing. It looks at prices alone: what the sun may bring until then is the planner's to know.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";

/**
 * `auto`: the BEC decides; `hold`: nothing leaves the accumulator, surplus of the panels may still fill it;
 * `charge`: from the panels, and what they lack from the MicroGrid; `discharge`: to the home, then to the MicroGrid.
 */
export const COMMAND_MODES = ["auto", "hold", "charge", "discharge"] as const;
export type CommandMode = (typeof COMMAND_MODES)[number];

export interface Target {
  /** Of the capacity, whole, 1 to 100. */
  readonly socPercent: number;
  readonly by: UnixSeconds;
}

export interface Command {
  readonly mode: CommandMode;
  /** At the accumulator's terminals, W; `null` = as much as it can. Only of charge and discharge. */
  readonly powerW: number | null;
  /** When the owner signed it. */
  readonly issuedAt: UnixSeconds;
  /** From then on nobody obeys it any more. */
  readonly until: UnixSeconds;
  /** What stays inside while it holds, in the stead of the usual reserve; per cent of the capacity. */
  readonly reservePercent: number | null;
  /** Only of `auto`; `by` is not after `until`. */
  readonly target: Target | null;
}

/** A command as it stands in a home, with its number: the first that an owner gives is 1. */
export interface Heard {
  readonly change: number;
  /** `null`: taken back. */
  readonly command: Command | null;
}

export const NOTHING_HEARD: Heard = { change: 0, command: null };

/** The command that stands after one was heard: the later of the two, however they arrive. */
export function heedCommand(standing: Heard, heard: Heard): Heard {
  return heard.change <= standing.change ? standing : heard;
}

/** What of a home's accumulator bounds a command. */
export interface Commanded {
  readonly capacityWh: number;
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
}

/** Signed longer ago, a command is not taken any more: whoever kept it back must have it signed again. */
export const COMMAND_STALE_S = 900;
/** Clocks differ a little. */
const AHEAD_S = 60;
/** The longest that a command may hold: a week. What shall last is a preference. */
export const COMMAND_MAX_S = 7 * 86_400;

/** Why a command is not taken, in order of precedence. */
export const COMMAND_REFUSALS = [
  "command_superseded",
  "no_accumulator",
  "command_stale",
  "command_ahead",
  "command_expired",
  "command_too_long",
  "command_power_invalid",
  "command_reserve_invalid",
  "command_target_invalid",
] as const;
export type CommandRefusal = (typeof COMMAND_REFUSALS)[number];

/** Why a home that checks signatures itself does not ask what a letter says. */
export const LETTER_REFUSALS = ["unknown_key", "bad_signature"] as const;
export type LetterRefusal = (typeof LETTER_REFUSALS)[number];

/** Why a command is refused when it is heard; `undefined` where it is taken. Takes back: only `command_superseded`. */
export function refusalOf(
  { change, command }: Heard,
  home: {
    readonly standing: Heard;
    readonly accumulator: Commanded | undefined;
    readonly now: UnixSeconds;
  },
): CommandRefusal | undefined {
  const { standing, accumulator, now } = home;
  if (change <= standing.change) return "command_superseded";
  if (command === null) return undefined;
  if (accumulator === undefined || accumulator.capacityWh <= 0) return "no_accumulator";
  const { mode, powerW, issuedAt, until, reservePercent, target } = command;
  if (issuedAt < now - COMMAND_STALE_S) return "command_stale";
  if (issuedAt > now + AHEAD_S) return "command_ahead";
  if (until <= now) return "command_expired";
  if (until > now + COMMAND_MAX_S) return "command_too_long";
  if (powerW !== null) {
    const most = mode === "charge" ? accumulator.chargePowerMaxW : accumulator.dischargePowerMaxW;
    if ((mode !== "charge" && mode !== "discharge") || !(powerW > 0 && powerW <= most)) {
      return "command_power_invalid";
    }
  }
  if (reservePercent !== null && !isPercent(reservePercent)) return "command_reserve_invalid";
  if (target !== null) {
    const { socPercent, by } = target;
    const fits = mode === "auto" && isPercent(socPercent) && socPercent > 0 && by > now && by <= until;
    if (!fits) return "command_target_invalid";
  }
  return undefined;
}

function isPercent(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100;
}

/** What the BEC is to do with the accumulator, until something changes. */
export interface Directive {
  /** `free`: as the BEC decides by itself. */
  readonly act: "free" | "hold" | "charge" | "discharge";
  /** At the terminals, W; Infinity = as much as it can. */
  readonly powerW: number;
  /** What a discharge leaves inside, Wh of content. */
  readonly reserveWh: number;
  /** Above this content a charge ends, Wh. */
  readonly fullWh: number;
  readonly by: "nobody" | "owner" | "target" | "local";
  /** When it must be asked for again, at the latest; Infinity = when something new is heard. */
  readonly until: UnixSeconds;
  /** Of the command that it comes from: when that ends. */
  readonly endsAt: UnixSeconds;
  readonly target: Target | null;
}

export interface CommandedHome extends Commanded {
  readonly now: UnixSeconds;
  readonly storedWh: number;
  /** Into the cells, and out of them. */
  readonly oneWayEfficiency: number;
  /** The usual reserve, Wh. */
  readonly reserveWh: number;
  /** µEUR/kWh of the MicroGrid in the quarter hour that begins then. */
  importPriceAt(start: UnixSeconds): number;
}

/** What the standing command asks for now. A local override is a command too, whose change number nobody counts. */
export function directiveOf(
  { heard, local }: { readonly heard: Heard; readonly local: Command | null },
  home: CommandedHome,
): Directive {
  const { now } = home;
  const command = local !== null && local.until > now ? local : heard.command;
  const free: Directive = {
    act: "free",
    powerW: Number.POSITIVE_INFINITY,
    reserveWh: home.reserveWh,
    fullWh: home.capacityWh,
    by: "nobody",
    until: Number.POSITIVE_INFINITY,
    endsAt: Number.POSITIVE_INFINITY,
    target: null,
  };
  if (command === null || command.until <= now) return free;
  const { mode, powerW, until, reservePercent, target } = command;
  const by = command === local ? ("local" as const) : ("owner" as const);
  const reserveWh =
    reservePercent === null ? home.reserveWh : Math.round((home.capacityWh * reservePercent) / 100);
  const mine: Directive = { ...free, reserveWh, by, until, endsAt: until };
  if (mode !== "auto") return { ...mine, act: mode, powerW: powerW ?? Number.POSITIVE_INFINITY };
  return target !== null && target.by > now ? towards(target, mine, home) : mine;
}

/** Ways from here to a target: charge in this quarter hour, keep what is inside, or let the BEC decide. */
function towards(target: Target, mine: Directive, home: CommandedHome): Directive {
  const { now, importPriceAt, oneWayEfficiency } = home;
  const next = quarterHourOf(now) + QUARTER_HOUR_S;
  const aimed: Directive = {
    ...mine,
    by: mine.by === "local" ? "local" : "target",
    until: Math.min(mine.until, next, target.by),
    endsAt: target.by,
    target,
  };
  const fullWh = (home.capacityWh * target.socPercent) / 100;
  const chosen = chargingHours(target, home);
  if (chosen.has(quarterHourOf(now))) {
    return { ...aimed, act: "charge", fullWh };
  }
  // What leaves now must come in again: at the dearest of the chosen quarter hours, or the cheapest that is left.
  let again = Number.POSITIVE_INFINITY;
  for (let start = next; start < target.by; start += QUARTER_HOUR_S) {
    if (!chosen.has(start)) again = Math.min(again, importPriceAt(start));
  }
  const pays = importPriceAt(quarterHourOf(now)) * oneWayEfficiency * oneWayEfficiency > again;
  return pays ? aimed : { ...aimed, act: "hold" };
}

/**
 * The quarter hours, by their start, in which a home must buy to hold its target by the time named: as many as full
 * power needs from the present content, the cheapest first, of equally cheap ones the later, so that as much as can
 * be is left to the sun. All that are left where even they are too few. Empty where the target is held already.
 */
export function chargingHours(target: Target, home: CommandedHome): ReadonlySet<UnixSeconds> {
  const { now, capacityWh, storedWh, chargePowerMaxW, oneWayEfficiency, importPriceAt } = home;
  const missingWh = (capacityWh * target.socPercent) / 100 - storedWh;
  if (missingWh <= 0) return new Set();
  const open: { start: UnixSeconds; seconds: number; price: number }[] = [];
  for (let start = quarterHourOf(now); start < target.by; start += QUARTER_HOUR_S) {
    const seconds = Math.min(start + QUARTER_HOUR_S, target.by) - Math.max(start, now);
    open.push({ start, seconds, price: importPriceAt(start) });
  }
  open.sort((a, b) => a.price - b.price || b.start - a.start);
  const chosen = new Set<UnixSeconds>();
  let neededS = (missingWh / (chargePowerMaxW * oneWayEfficiency)) * 3600;
  for (const { start, seconds } of open) {
    if (neededS <= 0) break;
    chosen.add(start);
    neededS -= seconds;
  }
  return chosen;
}

/** What a command has come to, as its home reports it. */
export const COMMAND_STATES = [
  /** The platform keeps it; the home has not heard it yet. */
  "pending",
  /** The home has it and will act by it: a target whose hours have not come. */
  "accepted",
  "obeyed",
  /** Obeyed as far as a limit lets it. */
  "bound",
  /** Somebody at the gateway set something else. */
  "overridden",
  "expired",
  /** The owner took it back. */
  "withdrawn",
  /** The home itself would not have it. */
  "refused",
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** What kept the accumulator from what was asked of it. */
export const COMMAND_BOUNDS = [
  "sale",
  "supply",
  "import_limit",
  "export_limit",
  "power_limit",
  "reserve",
  "full",
  "provenance",
  /** The grid operator's, for a time. */
  "operator",
  /** A device or the clock is not to be trusted: the accumulator rests. */
  "safe_state",
] as const;
export type CommandBound = (typeof COMMAND_BOUNDS)[number];

export interface CommandReport {
  readonly change: number;
  readonly state: CommandState;
  readonly bound: CommandBound | null;
  readonly refusal: CommandRefusal | LetterRefusal | null;
  readonly since: UnixSeconds;
}

/** What a home says of the command that it heard. `bound`: of the step that was just decided. */
export function reportOf(
  heard: Heard,
  directive: Directive,
  bound: CommandBound | null,
  now: UnixSeconds,
): Pick<CommandReport, "state" | "bound"> {
  const { command } = heard;
  if (command === null) return { state: "withdrawn", bound: null };
  if (command.until <= now) return { state: "expired", bound: null };
  if (directive.by === "local") return { state: "overridden", bound: null };
  if (bound !== null) return { state: "bound", bound };
  const waits = command.target !== null && directive.act !== "charge";
  return { state: waits ? "accepted" : "obeyed", bound: null };
}
