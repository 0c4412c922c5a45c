/** The shapes of the best-outlet adviser (`market/outlets`): worths in whole µEUR per kWh, the best outlet first. */
import Type, { type Static } from "typebox";
import { InstantSchema as Instant } from "#wire/schemas.ts";

const PerKwh = Type.Integer({ description: "µEUR per kWh, may be negative" });

export const OutletView = Type.Object({
  kind: Type.Union([
    Type.Literal("keep"),
    Type.Literal("use"),
    Type.Literal("neighbour"),
    Type.Literal("supplier"),
    Type.Literal("community"),
  ]),
  supplier: Type.Union([Type.Object({ member: Type.Integer(), name: Type.String() }), Type.Null()]),
  rank: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: "1 for the best, equals share one; null: no choice now, and `reason` says why",
  }),
  worth: Type.Union(
    [
      Type.Object({
        netMicroEurPerKwh: PerKwh,
        grossMicroEurPerKwh: PerKwh,
        feeMicroEurPerKwh: PerKwh,
        lostMicroEurPerKwh: PerKwh,
        wearMicroEurPerKwh: PerKwh,
      }),
      Type.Null(),
    ],
    { description: "net = gross − fee − lost − wear" },
  ),
  reason: Type.String({ description: "code of `market/outlets`" }),
  risks: Type.Array(Type.String({ description: "codes of `market/outlets`" })),
});
export type OutletView = Static<typeof OutletView>;

/** Of a kWh that the panels give to the MicroGrid, of one in the accumulator, or of both, as there are any. */
export const OutletAdvice = Type.Object({
  time: Instant,
  advice: Type.Array(
    Type.Object({
      source: Type.Union([Type.Literal("panels"), Type.Literal("accumulator")]),
      availableWh: Type.Integer({
        minimum: 0,
        description: "Wh of it: stored above the reserve; of the panels what an hour like this moment brings",
      }),
      outlets: Type.Array(OutletView),
    }),
  ),
});
export type OutletAdvice = Static<typeof OutletAdvice>;
