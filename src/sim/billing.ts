/**
 * The bills of a simulated town: every home's invoice of each civil month, the statement of what it sold to each
 * supplier, its part of the community's incentive. Readings are those that its meter signed and the head-end
 * accepted; meter keys, rates and sales are rows of the town's own chain, proved under its last block.
 */
import { toHex } from "#base/bytes.ts";
import { civilDate, type DayNumber, dayOf, dayStart, QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { type CommunityMonth, communityMonth } from "#billing/community-month.ts";
import type { BillHead, BillKind, Evidence, Period, SignedBatch } from "#billing/document.ts";
import { isBilled, makeBill, rowsFor } from "#billing/make.ts";
import { exportWh, importWh } from "#metering/reading.ts";
import type { EmbeddedNode } from "#node/node.ts";
import type { Metered } from "#rules/rule-book.ts";
import { DEFAULT_TERMS, LONG_AGO } from "#rules/terms.ts";
import type { HomePlan, TownPlan } from "#sim/plan.ts";
import type { SignedDays } from "#sim/signed-days.ts";
import { hourlyIndex } from "#tariff/index-series.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import { type BillJson, billJson, type Published } from "#wire/bill.ts";
import { type Seal, sealed } from "#wire/bill-seal.ts";

export type SealedBill = BillJson & { readonly seal: Seal };

export interface BilledTown {
  readonly plan: TownPlan;
  readonly node: EmbeddedNode;
  readonly readings: SignedDays;
  /** Sales that closed, by plant. */
  readonly sales: ReadonlyMap<number, readonly Uint8Array[]>;
  /** A tariff file's content. */
  readonly tariff: unknown;
}

/** Civil months that lie in [from, until), and what is left of days at both ends. */
export function monthsOf({ from, until }: Period): Period[] {
  const months: Period[] = [];
  let first: DayNumber = from;
  for (let day = from + 1; day <= until; day++) {
    if (day < until && civilDate(day).day !== 1) continue;
    months.push({ from: first, until: day });
    first = day;
  }
  return months;
}

/** One after the other, so that a quarter of a hundred homes needs no room for all at once. */
export function* billsOfTown(town: BilledTown, period: Period): Generator<SealedBill> {
  const numbers = new Map<string, number>();
  for (const month of monthsOf(period)) {
    const incentive = incentiveOf(town, month);
    for (const home of town.plan.homes) {
      const batches = batchesOf(town, home, month);
      yield supplyBill(town, home, month, batches, numbers);
      for (const { member } of town.plan.suppliers) {
        const bill = salesBill(town, home, month, member, numbers);
        if (bill !== undefined) yield bill;
      }
      if (incentive !== undefined) yield incentiveBill(town, home, month, incentive, numbers);
    }
  }
}

function batchesOf({ plan, readings }: BilledTown, { plant }: HomePlan, { from, until }: Period) {
  return readings.batchesOf(plant, dayStart(plan.zone, from), dayStart(plan.zone, until));
}

function headOf(
  { plan, node }: BilledTown,
  home: HomePlan,
  period: Period,
  of: { readonly kind: BillKind; readonly issuer: number },
  numbers: Map<string, number>,
): BillHead {
  const issued = period.until;
  const { year } = civilDate(issued);
  const name = `${of.issuer} ${year}`;
  const count = (numbers.get(name) ?? 0) + 1;
  numbers.set(name, count);
  return {
    chain: node.chain,
    kind: of.kind,
    number: { issuer: of.issuer, year, count },
    issued,
    recipient: { member: home.owner, home: home.plant },
    zone: plan.zone,
    period,
  };
}

const NOTHING: Evidence = {
  checkpoint: undefined,
  rows: [],
  meters: [],
  readings: [],
  tariffed: undefined,
  incentive: undefined,
  takenBack: undefined,
};

/** The evidence that every bill of a home has. */
function provenFor(
  { plan, node }: BilledTown,
  home: HomePlan,
  saleIds: readonly Uint8Array[] = [],
): Evidence {
  const view = node.view();
  const { header, signature } = view.tip!;
  const meters = [{ plant: home.plant, key: home.meter.publicKey }];
  const sales = saleIds.map((id) => ({ id, sale: view.sale(id)! }));
  const rows = rowsFor((table, key) => view.proveRow(table, key), {
    sealer: plan.operator.member,
    meters,
    sales,
  });
  return { ...NOTHING, checkpoint: { by: "producer", header, signature }, rows, meters };
}

function finish(town: BilledTown, head: BillHead, evidence: Evidence, published: Published): SealedBill {
  const bill = makeBill(head, evidence);
  if (!bill.ok) throw new RangeError(`no bill of home ${head.recipient.home}: ${bill.error.code}`);
  const { member, key: signer } = town.plan.operator;
  return sealed(billJson(bill.value, published), { member, signer });
}

const CONTRACTED_W = 3_000n;

function supplyBill(
  town: BilledTown,
  home: HomePlan,
  month: Period,
  readings: readonly SignedBatch[],
  numbers: Map<string, number>,
): SealedBill {
  const tariff = tariffFrom(town.tariff);
  if (!tariff.ok) throw tariff.error;
  const tariffed = { tariff: tariff.value, indices: new Map(), contractedPowerW: CONTRACTED_W };
  const issuer = town.plan.suppliers[0]!.member;
  const head = headOf(town, home, month, { kind: "supply", issuer }, numbers);
  return finish(town, head, { ...provenFor(town, home), readings, tariffed }, { tariff: town.tariff });
}

/** `undefined` where nothing was sold to this supplier. */
function salesBill(
  town: BilledTown,
  home: HomePlan,
  month: Period,
  supplier: number,
  numbers: Map<string, number>,
): SealedBill | undefined {
  const view = town.node.view();
  const of = { number: { issuer: supplier, year: 0, count: 0 }, zone: town.plan.zone, period: month };
  const own = new Set([home.owner]);
  const ids = (town.sales.get(home.plant) ?? []).filter((id) => isBilled(of, view.sale(id)!, own));
  if (ids.length === 0) return undefined;
  const head = headOf(town, home, month, { kind: "sales", issuer: supplier }, numbers);
  return finish(town, head, provenFor(town, home, ids), {});
}

const ZONAL_PRICE = MicroEurPerKwh(120_000n);

/** The community's hours as one plant and one point, and each home's part of what was shared. */
function incentiveOf(town: BilledTown, month: Period): CommunityMonth | undefined {
  const { plan } = town;
  const start = dayStart(plan.zone, month.from);
  const slots = (dayStart(plan.zone, month.until) - start) / QUARTER_HOUR_S;
  const participants = plan.homes.map((home) => {
    const imported = new Array<Wh>(slots).fill(Wh(0n));
    const exported = new Array<Wh>(slots).fill(Wh(0n));
    for (const { readings } of batchesOf(town, home, month)) {
      for (const { intervalStart, flows } of readings) {
        const slot = (intervalStart - start) / QUARTER_HOUR_S;
        imported[slot] = Wh(BigInt(importWh(flows)));
        exported[slot] = Wh(BigInt(exportWh(flows)));
      }
    }
    return { id: String(home.plant), imported, exported };
  });
  const zonalPrice = hourlyIndex(start, start + slots * QUARTER_HOUR_S, () => ZONAL_PRICE);
  const peaks = plan.homes.filter(({ solarPeakW }) => solarPeakW > 0);
  if (peaks.length === 0) return undefined;
  const powers = peaks.map(
    ({ plant, solarPeakW }) => [String(plant), BigInt(Math.round(solarPeakW))] as const,
  );
  const metered: Metered = { start, slots, participants };
  const terms = { ...DEFAULT_TERMS.italy, inOperation: LONG_AGO, zonalPrice, powerW: new Map(powers) };
  const made = communityMonth(metered, terms);
  if (!made.ok) throw new RangeError(`no incentive: ${made.error.code}`);
  return made.value;
}

function incentiveBill(
  town: BilledTown,
  home: HomePlan,
  month: Period,
  { statement, shares: incentive }: CommunityMonth,
  numbers: Map<string, number>,
): SealedBill {
  const issuer = town.plan.operator.member;
  const head = headOf(town, home, month, { kind: "incentive", issuer }, numbers);
  return finish(town, head, { ...provenFor(town, home), incentive }, { statement });
}

/** Sales by plant, in the order in which they closed, from the events of a node that runs from its beginning. */
export function followSales(node: EmbeddedNode): ReadonlyMap<number, readonly Uint8Array[]> {
  const sales = new Map<number, Uint8Array[]>();
  const seen = new Set<string>();
  node.onBlock((block) => {
    for (const event of [...block.events, ...block.transactions.flatMap(({ events }) => events)]) {
      if (event.type !== "sale_closed" || seen.has(toHex(event.sale))) continue;
      seen.add(toHex(event.sale));
      const own = sales.get(event.plant);
      if (own === undefined) sales.set(event.plant, [event.sale]);
      else own.push(event.sale);
    }
  });
  return sales;
}

/** The civil days that a town has lived through from its start. */
export function daysLived({ zone, start }: TownPlan, now: number): Period {
  const first = dayOf(zone, start);
  const from = dayStart(zone, first) === start ? first : first + 1;
  return { from, until: dayOf(zone, now) };
}
