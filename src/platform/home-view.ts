/** F1, F2 and F3 of one home, put together from what is live, archived and on the chain. */
import { dayOf, dayStart, formatDay, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import type { Commanded } from "#control/command.ts";
import type { Plant } from "#market/participant.ts";
import { sellableFrom } from "#market/sale.ts";
import type { HomeAccumulator, HomePreferences } from "#wire/home-schemas.ts";
import type { FlowsWh, Live, Plant as PlantSheet, Sale, SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { reserveOf } from "./directory.ts";
import type { IndexedSale } from "./index.ts";
import { NO_FLOWS } from "./live.ts";
import type { Parts } from "./parts.ts";
import { Refused } from "./problems.ts";
import { saleView } from "./sale-view.ts";

/** Out of an accumulator and through the inverter, of what is stored: the half of a usual 90 % round trip. */
const DISCHARGE_EFFICIENCY_PER_MILLE = 950;
const LOOK_AHEAD_S = 86_400;
/** 0.02 € for each kWh through the terminals: some 6,000 cycles of what such an accumulator costs. */
const USUAL_WEAR = 20_000;

/**
 * The plant of a home id on the ledger, with the sheet that was registered: a renewal rounds sheets up and leaves the
 * panels out. Refused: home_unknown.
 */
export function plantOf(parts: Pick<Parts, "host" | "numbers">, home: number): Plant {
  const view = parts.host.view();
  const row = view.plant(parts.numbers.plantNow(home));
  const first = view.plant(home);
  if (row === undefined || first === undefined) throw new Refused("home_unknown");
  const { feeder, solarPeakW, capacity, chargePowerMaxW, dischargePowerMaxW } = first;
  return { ...row, feeder, solarPeakW, capacity, chargePowerMaxW, dischargePowerMaxW };
}

export function saleOfHome(parts: Parts, sale: IndexedSale): Sale {
  return saleView(sale, supplierName(parts, sale.supplier));
}

export function supplierName({ host, directory, numbers }: Parts, member: number): string {
  return (
    host.view().supplier(member)?.name ??
    directory.member(numbers.accountOf(member))?.name ??
    `Member ${member}`
  );
}

/** `undefined` while the home has sent nothing since the platform started. */
export function liveOf(parts: Parts, plant: number): Live | undefined {
  const home = parts.live.home(plant);
  const sheet = parts.host.view().plant(plant);
  if (home === undefined || sheet === undefined) return undefined;
  const { time, flowsW, storedSolarWh, storedGridWh, soldReservedWh, decision } = home;
  const capacityWh = Number(sheet.capacity);
  return {
    time,
    flowsW,
    accumulator:
      capacityWh === 0
        ? null
        : {
            capacityWh,
            storedSolarWh,
            storedGridWh,
            reserveWh: parts.homeCommands.reserveWh(plant, capacityWh),
            soldReservedWh: Math.round(soldReservedWh),
            powerMaxW: sheet.dischargePowerMaxW,
          },
    solarPeakW: sheet.solarPeakW,
    decision: { ...decision, numbers: finite(decision.numbers) },
    supply: home.supply ?? null,
    operatorLimit: standingLimit(parts, plant),
    today: todayOf(parts, plant, time),
    importPriceMicroEurPerKwh: Math.round(parts.importPrice(time)),
  };
}

function standingLimit({ limits, host }: Parts, home: number): Live["operatorLimit"] {
  const limit = limits.limitAt(home, host.now());
  if (limit === null) return null;
  const { importPowerMaxW, exportPowerMaxW, until, reason } = limit;
  return { importPowerMaxW, exportPowerMaxW, until, reason };
}

/** JSON knows no infinity and no "not a number": what a device could not tell is left out. */
export function finite(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));
}

/** Since midnight: the readings, and what has flowed after them. */
function todayOf(
  { archive, live, index, zone, numbers }: Parts,
  plant: number,
  time: UnixSeconds,
): Live["today"] {
  const day = dayOf(zone, time);
  const from = dayStart(zone, day);
  const to = dayStart(zone, day + 1);
  const read = archive.daysOf(plant, day, day)[0]?.flowsWh ?? NO_FLOWS;
  const since = live.sinceReadings(plant, from);
  const flowsWh: FlowsWh = { ...NO_FLOWS };
  for (const flow of Object.keys(flowsWh) as (keyof FlowsWh)[]) flowsWh[flow] = read[flow] + since[flow];
  let soldWh = 0;
  let earnedMicroEur = 0;
  for (const number of numbers.plantsOf(plant)) {
    for (const delivery of index.deliveries(number, from, to)) {
      soldWh += delivery.energyWh;
      earnedMicroEur += delivery.netMicroEur;
    }
  }
  return { flowsWh, soldWh, earnedMicroEur };
}

export function plantSheet(parts: Parts, plant: number): PlantSheet {
  const row = plantOf(parts, plant);
  const known = parts.directory.plant(plant);
  const admitted = parts.index.plant(plant) ?? { height: row.registered, time: 0 };
  return {
    plant: parts.numbers.plantNow(plant),
    name: known?.name ?? `Plant ${plant}`,
    address: known?.address ?? "",
    microgrid: known?.microgrid ?? parts.map.name,
    feeder: row.feeder,
    admitted: { height: admitted.height, time: admitted.time },
    devices: parts.live.devicesOf(plant).map((device) => ({ ...device, numbers: finite(device.numbers) })),
    faults: parts.live.faultsOf(plant).map((fault) => ({ ...fault, numbers: finite(fault.numbers) })),
    mode: parts.live.home(plant)?.decision.code ?? "unknown",
    reserveWh: parts.homeCommands.reserveWh(plant, Number(row.capacity)),
  };
}

/** What a home's sheet says of its accumulator; `undefined` where it has none. */
export function accumulatorOf({ host }: Pick<Parts, "host">, home: number): Commanded | undefined {
  const sheet = host.view().plant(home);
  const capacityWh = Number(sheet?.capacity ?? 0n);
  if (sheet === undefined || capacityWh === 0) return undefined;
  const { chargePowerMaxW, dischargePowerMaxW } = sheet;
  return { capacityWh, chargePowerMaxW, dischargePowerMaxW };
}

/** How a home is run whose owner has said nothing. */
export function usualPreferences(parts: Pick<Parts, "host" | "directory">, home: number): HomePreferences {
  const capacityWh = accumulatorOf(parts, home)?.capacityWh ?? 0;
  const reserveWh = reserveOf(parts.directory.plant(home), capacityWh);
  return {
    reservePercent: capacityWh === 0 ? 0 : Math.round((100 * reserveWh) / capacityWh),
    communityFirst: false,
    wearMicroEurPerKwh: USUAL_WEAR,
    comfort: "balanced",
  };
}

/** F2's remote management; `undefined` where the home has no accumulator. */
export function accumulatorView(parts: Parts, home: number): HomeAccumulator | undefined {
  const accumulator = accumulatorOf(parts, home);
  if (accumulator === undefined) return undefined;
  const { homeCommands, live } = parts;
  const now = live.home(home);
  const gateway = live.gatewayOf(home);
  const { heard } = homeCommands.orders(home);
  return {
    home,
    ...accumulator,
    storedWh: now === undefined ? null : Math.round(now.storedSolarWh + now.storedGridWh),
    command: heard.command === null ? null : (homeCommands.given(home)[0] ?? null),
    changes: heard.change,
    preferences: homeCommands.preferencesOf(home),
    preferenceChanges: homeCommands.preferenceChanges(home),
    local: (gateway ?? now)?.local ?? null,
    runBy: gateway === undefined ? "simulation" : "gateway",
    heardAt: now?.time ?? null,
    importPrices: pricesAhead(parts),
  };
}

function pricesAhead({ host, importPrice }: Parts): HomeAccumulator["importPrices"] {
  const prices: { from: UnixSeconds; microEurPerKwh: number }[] = [];
  const start = quarterHourOf(host.now());
  for (let from = start; from < start + 2 * LOOK_AHEAD_S; from += QUARTER_HOUR_S) {
    const microEurPerKwh = importPrice(from);
    if (prices.at(-1)?.microEurPerKwh !== microEurPerKwh) prices.push({ from, microEurPerKwh });
  }
  return prices;
}

/** By home id; the desk names the plant as a sale must. Refused: home_unknown, no_accumulator. */
export function saleDesk(parts: Parts, home: number): SaleDesk {
  const { host, zone, index, numbers } = parts;
  const view = host.view();
  const row = plantOf(parts, home);
  const plant = numbers.plantNow(home);
  const capacityWh = Number(row.capacity);
  if (capacityWh === 0) throw new Refused("no_accumulator");
  const { solar, grid, pending, free } = view.store(plant);
  const { storeMarginPerMille } = view.parameters;
  const reserveWh = parts.homeCommands.reserveWh(home, capacityWh);
  // The ledger sells whatever is free; the owner's reserve is kept by not offering it. It is of the whole
  // content, and energy from the MicroGrid fills it first, since that is not for sale anyway.
  const keptOfSolar = Math.max(0, reserveWh - (view.parameters.gridEnergySellable ? 0 : Number(grid)));
  const sellable = sellableFrom(Wh(free - BigInt(keptOfSolar)), storeMarginPerMille);
  const now = host.now();
  const day = dayOf(zone, now);
  return {
    plant,
    day: formatDay(day),
    capacityWh,
    ledgerSolarWh: Number(solar),
    ledgerGridWh: Number(grid),
    pendingWh: Number(pending),
    reserveWh,
    sellableWh: Number(sellable),
    exportPowerW: row.dischargePowerMaxW,
    keepValueMicroEurPerKwh: keepValue(parts, now),
    suppliers: view.suppliers().map(({ key }) => supplierCard(parts, key, day)),
    openSales: index.openSalesOfPlant(plant).map((sale) => saleOfHome(parts, sale)),
  };
}

/**
 * What a stored kWh is worth at home, µEUR: what it saves when it replaces the dearest kWh from the MicroGrid
 * in the coming 24 hours, less what is lost on the way out (5 %). An upper estimate: it asks neither whether
 * the home will need that much then, nor whether the sun will refill the accumulator before.
 */
export function keepValue({ importPrice }: Pick<Parts, "importPrice">, now: UnixSeconds): number {
  let dearest = 0;
  const start = quarterHourOf(now);
  for (let time = start; time < start + LOOK_AHEAD_S; time += QUARTER_HOUR_S) {
    dearest = Math.max(dearest, importPrice(time));
  }
  return Math.round((dearest * DISCHARGE_EFFICIENCY_PER_MILLE) / 1000);
}

function supplierCard(parts: Parts, member: number, day: number): SupplierCard {
  const view = parts.host.view();
  const supplier = view.supplier(member)!;
  const rate = view.rate(member, day);
  const { posted, pendingOut } = view.money(member);
  return {
    member,
    name: supplier.name,
    day: formatDay(day),
    rateMicroEurPerKwh: rate === undefined || supplier.suspended ? null : Number(rate.rate),
    ratePublished: rate === undefined ? null : { height: rate.height, time: rate.time },
    salesPaid: supplier.salesPaid,
    sales: supplier.salesClosed,
    fundsMicroEur: Number(posted - pendingOut),
  };
}
