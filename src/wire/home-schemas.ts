/**
 * The shapes of a home's remote management, in the conventions of `wire/schemas`: what its owner asks of the energy
 * accumulator, how the home shall be run, what it made of that, what it plans and why it did what it did.
 */

import Type, { type Static } from "typebox";
import { COMMAND_BOUNDS, COMMAND_MODES, COMMAND_STATES } from "#control/command.ts";
import {
  InstantSchema as Instant,
  PublicKeySchema as PublicKey,
  SignatureSchema as Signature,
} from "#wire/schemas.ts";
import { Nullable, oneOf } from "#wire/shape.ts";

const Percent = Type.Integer({ minimum: 0, maximum: 100, description: "of the capacity" });
const PowerW = Type.Integer({ minimum: 1, maximum: 1_000_000, description: "W at the terminals" });
const Wh = Type.Number({ minimum: 0, description: "Wh" });
const Change = Type.Integer({ minimum: 1, description: "`changes` of the present one and one more" });

export const CommandMode = oneOf(
  COMMAND_MODES,
  "auto: the BEC decides; hold: nothing leaves the accumulator; charge, discharge: now",
);

export const HomeCommand = Type.Object({
  mode: CommandMode,
  powerW: Nullable(PowerW, { description: "of charge and discharge; null: as much as it can" }),
  until: Type.Integer({ minimum: 0, description: "Unix seconds: nobody obeys it from then on" }),
  reservePercent: Nullable(Percent, { description: "while it holds, in the stead of the usual reserve" }),
  target: Nullable(
    Type.Object({
      socPercent: Type.Integer({ minimum: 1, maximum: 100, description: "of the capacity" }),
      by: Instant,
    }),
    { description: "only of auto: charged so far by that time, at the cheapest hours" },
  ),
});
export type HomeCommand = Static<typeof HomeCommand>;

export const SignedHomeCommand = Type.Object({
  command: Nullable(HomeCommand, { description: "null: take the present one back" }),
  change: Change,
  issuedAt: Instant,
  publicKey: PublicKey,
  signature: Signature,
});
export type SignedHomeCommand = Static<typeof SignedHomeCommand>;

/** What lasts until the owner says otherwise; a planner weighs by it. */
export const HomePreferences = Type.Object({
  reservePercent: Type.Integer({ minimum: 0, maximum: 100, description: "stays inside for the home" }),
  communityFirst: Type.Boolean({
    description: "surplus is offered to the neighbours before it fills the accumulator",
  }),
  wearMicroEurPerKwh: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    description: "ageing of the accumulator per kWh at its terminals, µEUR/kWh: below, a cycle does not pay",
  }),
  comfort: oneOf(["save", "balanced", "comfort"], "how far heat and appliances may wait for cheap energy"),
});
export type HomePreferences = Static<typeof HomePreferences>;

export const SignedHomePreferences = Type.Object({
  preferences: HomePreferences,
  change: Change,
  issuedAt: Instant,
  publicKey: PublicKey,
  signature: Signature,
});
export type SignedHomePreferences = Static<typeof SignedHomePreferences>;

export const CommandState = oneOf(COMMAND_STATES);
export const CommandBound = oneOf(COMMAND_BOUNDS);

/** What somebody at the gateway set: it wins over any command from afar. */
export const LocalSwitch = Type.Object({
  mode: CommandMode,
  since: Instant,
  reason: Nullable(Type.String({ description: "in the words of whoever set it" })),
});
export type LocalSwitch = Static<typeof LocalSwitch>;

/** A command as it was given, and what its home made of it. */
export const GivenCommand = Type.Object({
  command: HomeCommand,
  issuedAt: Instant,
  change: Type.Integer(),
  state: CommandState,
  bound: Nullable(CommandBound, { description: "what kept the accumulator from what was asked" }),
  refusal: Nullable(Type.String(), { description: "why the home itself would not have it" }),
  since: Instant,
});
export type GivenCommand = Static<typeof GivenCommand>;

/** What the planner means to do, in columns of equal length; a step's values belong to the interval from `time[i]`. */
export const HomePlan = Type.Object({
  made: Instant,
  until: Type.Integer({ description: "Unix seconds: the BEC follows it up to here" }),
  time: Type.Array(Instant),
  seconds: Type.Array(Type.Integer()),
  /** Expected means, W. */
  solarW: Type.Array(Type.Number()),
  loadW: Type.Array(Type.Number()),
  /** Nine of ten expected days lie between these, W; empty where the forecast does not say. */
  solarLowW: Type.Array(Type.Number()),
  solarHighW: Type.Array(Type.Number()),
  accumulatorW: Type.Array(Type.Number({ description: "positive gives, negative takes" })),
  gridW: Type.Array(Type.Number({ description: "positive comes in, negative goes out" })),
  storedWh: Type.Array(Type.Number({ description: "at the end of the step" })),
  storedValueMicroEurPerKwh: Type.Array(
    Type.Number({ description: "what the next stored kWh is worth at the end of the step" }),
  ),
  importPriceMicroEurPerKwh: Type.Array(Type.Number()),
  exportPriceMicroEurPerKwh: Type.Array(Type.Number()),
  code: Type.Array(Type.String({ description: "why, as the BEC would say it" })),
});
export type HomePlan = Static<typeof HomePlan>;

export const PlanNow = Nullable(HomePlan);
export type PlanNow = Static<typeof PlanNow>;

export const HomeAccumulator = Type.Object({
  home: Type.Integer({ description: "what a letter names: the home's id" }),
  capacityWh: Wh,
  chargePowerMaxW: Type.Number(),
  dischargePowerMaxW: Type.Number(),
  storedWh: Nullable(Wh, { description: "null while nothing was heard of it" }),
  command: Nullable(GivenCommand, { description: "the last that was given and not taken back" }),
  changes: Type.Integer({ description: "how often one was given; the next letter signs one more" }),
  preferences: HomePreferences,
  preferenceChanges: Type.Integer(),
  local: Nullable(LocalSwitch, { description: "what somebody at the gateway set" }),
  /** Who obeys: a simulated home, or the gateway in a real one. */
  runBy: oneOf(["simulation", "gateway"]),
  heardAt: Nullable(Instant, { description: "when the home last reported" }),
  /** Of the coming two days: the price of the MicroGrid from each instant at which it changes. */
  importPrices: Type.Array(Type.Object({ from: Instant, microEurPerKwh: Type.Number() })),
});
export type HomeAccumulator = Static<typeof HomeAccumulator>;
