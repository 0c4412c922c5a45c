/**
 * What a home's next kWh is best for, by all that the platform knows: the live values, the store on the ledger, the
 * tariff, suppliers' rates of today, the market's indication, and what a day like the last one would still need.
 *
 * Figures to begin with, until a community states its own: the efficiency of the way through accumulator and
 * inverter, its wear, the feed-in price, the producers' part of the incentive. They stand here and in
 * docs/market/outlets.md.
 */
import { dayOf, type UnixSeconds } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { type DayStep, keptWorth, pastDay } from "#control/kept-worth.ts";
import { type Outlet, rankOutlets, type Situation, type Source } from "#market/outlets.ts";
import { capOn } from "#market/participation.ts";
import { tip } from "#rules/italy/tip.ts";
import { DEFAULT_TERMS } from "#rules/terms.ts";
import type { OutletAdvice, OutletView } from "#wire/outlet-schemas.ts";
import type { SaleDesk } from "#wire/schemas.ts";
import { keepValue, plantOf, saleDesk, supplierName } from "./home-view.ts";
import { NOISE_W } from "./live.ts";
import type { Parts } from "./parts.ts";
import { seriesOf } from "./series.ts";

const DAY_S = 86_400;
const QUARTER_HOUR_S = 900;
/** Half of a usual round trip of 90 %, each way. */
const ONE_WAY_PER_MILLE = 950;
/** An accumulator of 200 € per kWh that lasts 6,000 cycles, rounded: 0.033 € for each kWh out of it. */
const WEAR = 33_000;
/** What the Italian minimum for small plants was in 2025, rounded up; the market's tariff counts where there is one. */
const FEED_IN = 80_000;
/** Of electricity for homes in Italy. */
const VAT_PPM = 100_000n;

/** Refused: home_unknown. */
export function adviceOf(parts: Parts, home: number): OutletAdvice {
  const time = parts.host.now();
  const capacityWh = Number(plantOf(parts, home).capacity);
  const desk = capacityWh === 0 ? undefined : saleDesk(parts, home);
  const flowsW = parts.live.home(home)?.flowsW;
  const surplusW = flowsW?.solarToGrid ?? 0;
  const stored = desk === undefined ? 0 : contentOf(desk) - desk.reserveWh;
  const day = desk === undefined ? undefined : dayBefore(parts, home, time);
  const advice: OutletAdvice["advice"] = [];
  const ask = (source: Source, availableWh: number) => {
    const drawsNow = (flowsW?.gridToHome ?? 0) > NOISE_W;
    const situation = situationOf(parts, { home, source, desk, day, drawsNow });
    advice.push({
      source,
      availableWh: Math.floor(availableWh),
      outlets: rankOutlets(situation).map((outlet) => outletView(parts, outlet)),
    });
  };
  if (surplusW > NOISE_W) ask("panels", surplusW);
  if (stored > 0) ask("accumulator", stored);
  return { time, advice };
}

interface Known {
  readonly home: number;
  readonly source: Source;
  /** `undefined`: no accumulator. */
  readonly desk: SaleDesk | undefined;
  /** `undefined`: less than 20 hours are known. */
  readonly day: readonly DayStep[] | undefined;
  readonly drawsNow: boolean;
}

function situationOf(parts: Parts, { home, source, desk, day, drawsNow }: Known): Situation {
  const { host } = parts;
  const view = host.view();
  const { parameters } = view;
  const price = (microEur: number) => MicroEurPerKwh(BigInt(Math.round(microEur)));
  return {
    source,
    chargePerMille: BigInt(ONE_WAY_PER_MILLE),
    dischargePerMille: BigInt(ONE_WAY_PER_MILLE),
    wear: price(WEAR),
    importNow: price(parts.importPrice(host.now())),
    vatPpm: VAT_PPM,
    deductsVat: false,
    drawsNow,
    store:
      desk === undefined
        ? undefined
        : {
            full: contentOf(desk) >= desk.capacityWh,
            laterPrice: price(laterPrice(parts, desk, day, source)),
            sellable: sellableOf(desk, Number(parameters.minimumSale)),
          },
    market: marketOf(parts, home),
    suppliers: view.suppliers().map(({ key: member, row }) => {
      const card = desk?.suppliers.find((one) => one.member === member);
      const rate = card?.rateMicroEurPerKwh ?? undefined;
      return {
        member,
        rate: rate === undefined ? undefined : price(rate),
        suspended: row.suspended,
        covers: (card?.fundsMicroEur ?? 0) * 1000 >= (rate ?? 0) * Number(parameters.minimumSale),
      };
    }),
    saleFee: parameters.saleFee,
    feedIn: price(feedInOf(parts)),
    incentive: incentiveOf(parts),
  };
}

/** The price that the next quarter hour is expected to have; the fee of the way is the buyer's. */
function marketOf(parts: Parts, home: number): Situation["market"] {
  const { market, host, numbers } = parts;
  if (market === undefined) return undefined;
  const view = host.view();
  const price = market.indications()[0]?.priceMicroEurPerKwh ?? null;
  const row = view.participation(view.plant(numbers.plantNow(home))?.owner ?? 0);
  return {
    joined: capOn(row, dayOf(parts.zone, host.now())) > 0n,
    price: price === null ? undefined : MicroEurPerKwh(BigInt(Math.round(price))),
    fee: MicroEurPerKwh(0n),
  };
}

function feedInOf(parts: Parts): number {
  return feedInAt(parts, parts.host.now());
}

/** What unsold surplus brings at an instant, µEUR/kWh. */
export function feedInAt({ market }: Pick<Parts, "market">, time: UnixSeconds): number {
  return market === undefined ? FEED_IN : Math.round(market.feedInPrice(time));
}

function contentOf({ ledgerSolarWh, ledgerGridWh, pendingWh }: SaleDesk): number {
  return ledgerSolarWh + ledgerGridWh - pendingWh;
}

function sellableOf({ sellableWh, ledgerSolarWh, ledgerGridWh }: SaleDesk, minimumWh: number) {
  if (sellableWh >= minimumWh) return "yes";
  return ledgerSolarWh === 0 && ledgerGridWh > 0 ? "grid_energy" : "too_little_stored";
}

function dayBefore(parts: Parts, home: number, now: number): readonly DayStep[] | undefined {
  const from = Math.max(0, Math.floor((now - DAY_S) / QUARTER_HOUR_S) * QUARTER_HOUR_S);
  return pastDay(seriesOf(parts, { plant: home, from, to: now }));
}

/**
 * What a kWh that leaves the accumulator for the house saves, µEUR before losses: what the day like the last one would
 * pay more without it. Where no such day is known, the dearest price of the coming 24 hours, which is the most.
 */
function laterPrice(
  parts: Parts,
  desk: SaleDesk,
  day: readonly DayStep[] | undefined,
  source: Source,
): number {
  const most = (keepValue(parts, parts.host.now()) * 1000) / ONE_WAY_PER_MILLE;
  if (day === undefined) return most;
  const { reserveWh, capacityWh } = desk;
  // Of the panels the kWh on top of what is stored, out of the accumulator the one that would be sold first.
  const chargedWh = source === "panels" ? Math.min(ONE_WAY_PER_MILLE, capacityWh - contentOf(desk)) : 0;
  const contentWh = contentOf(desk) + chargedWh;
  const askedWh = source === "panels" ? chargedWh : Math.min(1000, contentWh - reserveWh);
  if (askedWh <= 0) return 0;
  const worth = keptWorth(day, { contentWh, reserveWh, capacityWh }, askedWh);
  return Math.min(most, ((worth * 1000) / askedWh) * (1000 / ONE_WAY_PER_MILLE));
}

/**
 * The Italian incentive, where the community lies in Italy: what is given counts as far as neighbours take it in the
 * same hour, which is judged by what the street gives and takes at this moment. The zonal price is taken to be the
 * feed-in price.
 */
function incentiveOf(parts: Parts): Situation["incentive"] {
  const { zone, live, map } = parts;
  if (zone.name !== "Europe/Rome") return undefined;
  const { region, grantPpm, producersPpm } = DEFAULT_TERMS.italy;
  const { importW, exportW } = live.street();
  const peakW = map.homes.length * 3_000;
  return {
    tariff: tip(
      { kind: "photovoltaic", powerW: BigInt(Math.min(peakW, 1_000_000)), region, grantPpm },
      MicroEurPerKwh(BigInt(feedInOf(parts))),
    ),
    producersPpm,
    sharedPpm: exportW <= 0 ? 1_000_000n : BigInt(Math.floor(Math.min(1, importW / exportW) * 1_000_000)),
  };
}

function outletView(parts: Parts, { kind, supplier, rank, worth, reason, risks }: Outlet): OutletView {
  return {
    kind,
    supplier: supplier === undefined ? null : { member: supplier, name: supplierName(parts, supplier) },
    rank: rank ?? null,
    worth:
      worth === undefined
        ? null
        : {
            netMicroEurPerKwh: Number(worth.net),
            grossMicroEurPerKwh: Number(worth.gross),
            feeMicroEurPerKwh: Number(worth.fee),
            lostMicroEurPerKwh: Number(worth.lost),
            wearMicroEurPerKwh: Number(worth.wear),
          },
    reason,
    risks: [...risks],
  };
}
