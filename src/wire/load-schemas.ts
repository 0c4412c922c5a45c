/**
 * The shapes of what uses power in a home and can wait, follow or give way: heat pump, micro-CHP, car and appliances,
 * each with its owner's preferences. A simulated home and a gateway report in the same shape, so that screens do not
 * care who runs a home.
 */
import Type, { type Static } from "typebox";
import { LOAD_KINDS, LOAD_LEVELS, LOAD_MODES, LOAD_STATES } from "#wire/load-preferences.ts";
import {
  DaySchema as Day,
  InstantSchema as Instant,
  Period,
  PublicKeySchema as PublicKey,
  SignatureSchema as Signature,
} from "#wire/schemas.ts";
import { Nullable, oneOf } from "#wire/shape.ts";

export const LoadKindSchema = oneOf(LOAD_KINDS, "chp: a micro-CHP, which makes power with its heat");

const tankC = (description: string) =>
  Nullable(Type.Integer({ minimum: 20, maximum: 80 }), { description: `${description}, °C` });

/** Each kind has its own: `preferencesFit` of `wire/load-preferences`. What a kind does not have is null. */
export const LoadPreferences = Type.Object({
  mode: oneOf(
    LOAD_MODES,
    "sun: from the own surplus; cheapest: at the least cost; now: at once; always: never switched by price; off",
  ),
  readyByMinute: Nullable(Type.Integer({ minimum: 0, maximum: 1439 }), {
    description: "minute of the civil day by which a car is charged or a programme done",
  }),
  targetPercent: Nullable(Type.Integer({ minimum: 10, maximum: 100 }), {
    description: "of a car's battery",
  }),
  roomMinC: Nullable(Type.Number({ minimum: 5, maximum: 28, multipleOf: 0.5 }), {
    description: "rooms are never let colder, °C",
  }),
  tankMinC: tankC("the buffer tank is never let colder"),
  tankMaxC: tankC("the buffer tank is never made warmer"),
  priority: Type.Integer({
    minimum: 1,
    maximum: 9,
    description: "1 gives way first where less may come in than all want",
  }),
});
export type LoadPreferences = Static<typeof LoadPreferences>;

/** Within a home; no line break, since a letter names it. */
export const LoadId = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}$" });

export const SignedLoadPreferences = Type.Object({
  preferences: LoadPreferences,
  change: Type.Integer({ minimum: 1, description: "`changes` of the load and one more" }),
  issuedAt: Instant,
  publicKey: PublicKey,
  signature: Signature,
});
export type SignedLoadPreferences = Static<typeof SignedLoadPreferences>;

/** A load as its home says it stands. */
const reported = {
  id: LoadId,
  kind: LoadKindSchema,
  name: Nullable(Type.String({ maxLength: 60 }), { description: "as its owner calls it" }),
  powerW: Type.Number({ description: "positive uses, negative makes (a micro-CHP)" }),
  todayWh: Type.Number({ minimum: 0, description: "since midnight: used, or made by a micro-CHP" }),
  state: oneOf(LOAD_STATES, "away: a car that is not there; limited: it gives way to a limit"),
  code: Type.String({ description: "why: docs/home/loads.md" }),
  numbers: Type.Record(Type.String(), Type.Number()),
  nextRun: Nullable(Type.Object({ from: Instant, to: Instant }), { description: "as planned now" }),
};

export const LoadReport = Type.Object({
  ...reported,
  preferences: LoadPreferences,
  change: Type.Integer({ minimum: 0, description: "of the last letter that the home heard; 0 = none" }),
});
export type LoadReport = Static<typeof LoadReport>;

export const HomeLoad = Type.Object({
  ...reported,
  modes: Type.Array(oneOf(LOAD_MODES, "those that this kind knows")),
  preferences: LoadPreferences,
  changes: Type.Integer({ minimum: 0, description: "letters given so far; the next signs one more" }),
  heard: Type.Boolean({ description: "whether the home runs by these preferences already" }),
});
export type HomeLoad = Static<typeof HomeLoad>;

const Wh = Type.Integer({ minimum: 0 });

/** A load's way through a span: what a micro-CHP made, what the others took. */
export const LoadHistory = Type.Object({
  id: LoadId,
  kind: LoadKindSchema,
  name: Nullable(Type.String()),
  totalWh: Wh,
  energyWh: Type.Array(Nullable(Wh), {
    description: "one for each of `starts`; null: nothing was heard of it",
  }),
  states: Type.Array(Nullable(oneOf(LOAD_STATES)), { description: "of quarter hours; else null" }),
  levels: Type.Array(
    Type.Object({
      of: oneOf(LOAD_LEVELS, "charge: of a car, percent; tank, room: °C"),
      values: Type.Array(Nullable(Type.Number()), { description: "as each quarter hour ended" }),
    }),
    { description: "of a day, what its device told; empty where it told nothing, and of longer spans" },
  ),
});
export type LoadHistory = Static<typeof LoadHistory>;

export const LoadArchive = Type.Object({
  period: Period,
  from: Instant,
  to: Instant,
  fromDay: Day,
  toDay: Day,
  starts: Type.Array(Instant, {
    description: "of the quarter hours of a day, the days of a week or month, the months of a year or of all",
  }),
  loads: Type.Array(LoadHistory),
});
export type LoadArchive = Static<typeof LoadArchive>;

export const HomeLoads = Type.Object({
  home: Type.Integer({ description: "what a letter names: the home's id" }),
  loads: Type.Array(HomeLoad),
});
export type HomeLoads = Static<typeof HomeLoads>;
