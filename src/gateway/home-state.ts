/**
 * How everything stands in a home, as it goes to the platform (`…/state`) and as `contrada gateway status` shows it;
 * and what of it goes along with the live values.
 */
import { toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { Decision, DecisionCode } from "#control/dispatch.ts";
import type { SupplyLimitName } from "#control/supply-limit.ts";
import { FLOW } from "#plant/flows.ts";
import type { LiveMessage, StateMessage } from "#wire/gateway-messages.ts";
import type { HomePlan as HomePlanColumns } from "#wire/home-schemas.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Fault } from "#wire/schemas.ts";
import type { CycleResult } from "./cycle.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnersWord } from "./owners-word.ts";
import type { DeviceImage, ProcessImage } from "./process-image.ts";
import type { StandingOrders } from "./standing-orders.ts";
import type { Telling } from "./state-rhythm.ts";

export interface HomeNow {
  readonly version: string;
  /** Of the last cycle; `undefined` before the first. */
  readonly image: ProcessImage | undefined;
  readonly result: CycleResult | undefined;
  readonly decision: Decision;
  readonly faults: readonly Fault[];
  readonly loads: readonly LoadReport[];
  readonly word: Pick<OwnersWord, "heard" | "report" | "local">;
  readonly plan: HomePlanColumns | undefined;
  readonly orders: Pick<StandingOrders, "refused" | "standing" | "limitLetter">;
  readonly outbox: Pick<Outbox, "waiting" | "oldest">;
}

export function stateOf(now: UnixSeconds, home: HomeNow): StateMessage {
  const { version, image, result, decision, faults, loads, word, plan, orders, outbox } = home;
  const { report: command, heard, local } = word;
  const { waiting } = outbox;
  const { standing, limitLetter } = orders;
  return {
    time: now,
    version,
    devices: (image?.devices ?? []).map(deviceState),
    faults,
    loads,
    decision,
    mode: {
      commanded: (heard.command?.until ?? 0) > now ? heard.command!.mode : "auto",
      override: overrideShown(local),
    },
    ...(command && { command }),
    ...(local && { local }),
    ...(plan && { plan }),
    safeState: result?.safeState ?? "all_lost",
    limits: [result?.limited.bound, result?.limited.inverterBound].filter((name) => name !== undefined),
    ...(limitLetter && { limitLetter }),
    outbox: { waiting, oldest: waiting === 0 ? null : (outbox.oldest ?? null) },
    ordersRefused: orders.refused,
    meterKey: standing === undefined ? "" : toHex(standing.meter.publicKey),
    nextMeterKey: standing?.nextMeter === undefined ? "" : toHex(standing.nextMeter.publicKey),
  };
}

/** What the switch at the box comes to for whoever looks at the home. */
export function overrideShown(set: { readonly mode: string } | null | undefined): "none" | "hold" | "auto" {
  if (set === null || set === undefined) return "none";
  return set.mode === "hold" ? "hold" : "auto";
}

/** What a supply order leaves and withholds now; `undefined` where none binds. `heardMs`: of the platform, Unix ms. */
export function supplyStateOf(
  { supply, measuredW }: Pick<CycleResult, "supply" | "measuredW">,
  heardMs: number,
): LiveMessage["supply"] {
  if (supply.why === "none") return undefined;
  return {
    why: supply.why as Exclude<SupplyLimitName, "none">,
    powerMaxW: supply.powerMaxW,
    unservedW: measuredW?.[FLOW.unserved] ?? 0,
    heardAt: Math.max(0, Math.floor(heardMs / 1000)),
  };
}

/** What of a state is worth telling at once when it differs (`state-rhythm`). */
export function tellingOf(
  home: {
    /** Of the decision that was noted last. */
    readonly code: DecisionCode | undefined;
    /** Why orders are not believed. */
    readonly refused: string | null;
    readonly loads: readonly LoadReport[];
  },
  { safeState, limited }: Pick<CycleResult, "safeState" | "limited">,
): Telling {
  return {
    home: `${home.code} ${safeState} ${limited.bound} ${limited.inverterBound} ${home.refused}`,
    loads: home.loads
      .map(({ code, powerW, change }) => `${code} ${change} ${Math.round(powerW / 50)}`)
      .join(),
  };
}

function deviceState({
  values,
  measuredAt,
  problem,
  ...device
}: DeviceImage): StateMessage["devices"][number] {
  const { id, kind, template, sheet } = device;
  return {
    id,
    kind,
    template,
    sheet,
    values: values as Readonly<Record<string, number>>,
    measuredAt: measuredAt === undefined ? null : Math.max(0, Math.floor(measuredAt / 1000)),
    problem: problem ?? null,
  };
}
