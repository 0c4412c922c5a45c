/**
 * What a command will probably do, before it is signed: how much is stored when, and what has to be bought. By the very
 * functions that the home obeys (`control/command`); what the sun and the household do meanwhile is left out, so it is
 * told as "about" and "at most".
 */
import type { UnixSeconds } from "#base/time.ts";
import { type Command, chargingHours } from "#control/command.ts";
import type { HomeAccumulator } from "#wire/home-schemas.ts";

/** In or out, where nobody said: the half of a usual 90 % round trip. */
const ONE_WAY = 0.95;
const QUARTER_HOUR_S = 900;

export interface Prospect {
  /** Stored when the command ends, Wh. */
  readonly endWh: number;
  /** When nothing is left to do: full, at the reserve, at the target; `undefined` = not before the end. */
  readonly doneAt: UnixSeconds | undefined;
  /** Through the terminals until then, Wh. */
  readonly movedWh: number;
  /** What all of it costs from the MicroGrid, µEUR; 0 where nothing is bought. */
  readonly costMicroEur: number;
  /** Of a target: the quarter hours in which it buys, as spans. */
  readonly spans: readonly { readonly from: UnixSeconds; readonly to: UnixSeconds }[];
}

/** The price of the MicroGrid at an instant; the last one known goes on. */
export function priceAt({ importPrices }: Pick<HomeAccumulator, "importPrices">, time: UnixSeconds): number {
  let price = importPrices[0]?.microEurPerKwh ?? 0;
  for (const { from, microEurPerKwh } of importPrices) if (from <= time) price = microEurPerKwh;
  return price;
}

export function prospectOf(
  command: Omit<Command, "issuedAt">,
  home: HomeAccumulator,
  now: UnixSeconds,
): Prospect {
  const { capacityWh, chargePowerMaxW, dischargePowerMaxW } = home;
  const storedWh = home.storedWh ?? 0;
  const resting: Prospect = { endWh: storedWh, doneAt: undefined, movedWh: 0, costMicroEur: 0, spans: [] };
  const { mode, target, until } = command;
  if (mode === "charge") {
    const powerW = Math.min(command.powerW ?? chargePowerMaxW, chargePowerMaxW);
    const moved = move(capacityWh - storedWh, powerW * ONE_WAY, until - now);
    return {
      ...resting,
      endWh: storedWh + moved.contentWh,
      doneAt: moved.seconds < until - now ? now + moved.seconds : undefined,
      movedWh: (powerW * moved.seconds) / 3600,
      costMicroEur: cost(home, powerW, now, now + moved.seconds),
    };
  }
  if (mode === "discharge") {
    const powerW = Math.min(command.powerW ?? dischargePowerMaxW, dischargePowerMaxW);
    const percent = command.reservePercent ?? home.preferences.reservePercent;
    const moved = move(storedWh - (capacityWh * percent) / 100, powerW / ONE_WAY, until - now);
    return {
      ...resting,
      endWh: storedWh - moved.contentWh,
      doneAt: moved.seconds < until - now ? now + moved.seconds : undefined,
      movedWh: (powerW * moved.seconds) / 3600,
    };
  }
  if (mode !== "auto" || target === null) return resting;
  const hours = chargingHours(target, {
    ...{ now, capacityWh, storedWh, chargePowerMaxW, dischargePowerMaxW, reserveWh: 0 },
    oneWayEfficiency: ONE_WAY,
    importPriceAt: (time) => priceAt(home, time),
  });
  let missingWh = (capacityWh * target.socPercent) / 100 - storedWh;
  let movedWh = 0;
  let costMicroEur = 0;
  const spans: { from: UnixSeconds; to: UnixSeconds }[] = [];
  for (const start of [...hours].sort((a, b) => a - b)) {
    const from = Math.max(start, now);
    const full = Math.min(start + QUARTER_HOUR_S, target.by) - from;
    const { seconds, contentWh } = move(missingWh, chargePowerMaxW * ONE_WAY, full);
    missingWh -= contentWh;
    movedWh += (chargePowerMaxW * seconds) / 3600;
    costMicroEur += cost(home, chargePowerMaxW, from, from + seconds);
    const last = spans.at(-1);
    if (last?.to === start) last.to = from + full;
    else spans.push({ from, to: from + full });
  }
  return {
    endWh: Math.max(storedWh, (capacityWh * target.socPercent) / 100 - Math.max(0, missingWh)),
    doneAt: missingWh <= 1 ? (spans.at(-1)?.to ?? now) : undefined,
    movedWh,
    costMicroEur,
    spans,
  };
}

function move(roomWh: number, wattsOfContent: number, mostS: number): { seconds: number; contentWh: number } {
  const seconds = Math.min(mostS, Math.max(0, (roomWh / wattsOfContent) * 3600));
  return { seconds, contentWh: (wattsOfContent * seconds) / 3600 };
}

/** Of a constant power over a span, by the prices in it, µEUR. */
function cost(home: HomeAccumulator, powerW: number, from: UnixSeconds, to: UnixSeconds): number {
  let sum = 0;
  for (let at = from; at < to; ) {
    const end = Math.min(to, (Math.floor(at / QUARTER_HOUR_S) + 1) * QUARTER_HOUR_S);
    sum += (((powerW * (end - at)) / 3600) * priceAt(home, at)) / 1000;
    at = end;
  }
  return sum;
}
