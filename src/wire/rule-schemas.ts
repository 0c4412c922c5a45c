/** The shapes of what each rule book would have made of the community's last days (`rules/compare`); whole µEUR, Wh. */
import Type, { type Static } from "typebox";
import { InstantSchema as Instant } from "#wire/schemas.ts";

const Count = Type.Integer({ minimum: 0 });
const Share = Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]);
const MicroEur = Type.Integer({ description: "µEUR; of a cost below zero: received" });

const RuleOutcome = Type.Object({
  sharedWh: Count,
  costMicroEur: MicroEur,
  benefitMicroEur: Type.Integer({ description: "what the street pays alone less what it pays so" }),
  gaining: Count,
  losing: Count,
  withoutPanels: Count,
  withoutPanelsGaining: Count,
  withoutPanelsLosing: Count,
  gini: Share,
  jain: Share,
});

export const RuleComparison = Type.Object({
  from: Instant,
  until: Instant,
  homes: Type.Integer({ description: "compared" }),
  leftOut: Type.Integer({ description: "homes of which a quarter hour is missing" }),
  aloneMicroEur: MicroEur,
  books: Type.Array(
    Type.Object({
      book: Type.String({ description: "name of a rule book" }),
      refused: Type.Union([Type.String({ description: "why it is not possible here" }), Type.Null()]),
      outcome: Type.Union([RuleOutcome, Type.Null()]),
    }),
  ),
});
export type RuleComparison = Static<typeof RuleComparison>;

export const HomeUnderRules = Type.Object({
  from: Instant,
  until: Instant,
  aloneMicroEur: MicroEur,
  books: Type.Array(Type.Object({ book: Type.String(), benefitMicroEur: Type.Integer() })),
});
export type HomeUnderRules = Static<typeof HomeUnderRules>;

export const ComparedDays = Type.Object({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 31, description: "whole days before today, 7" })),
});
