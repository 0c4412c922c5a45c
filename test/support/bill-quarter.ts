/**
 * A simulated town's bills, all checked, and some of them tampered with: what issue 5 wants shown of `verify-bill`.
 * The town is the real one: node, head-end, meters that sign once a day, sales; from 1 April 2026. The neighbours trade
 * on a chain of their own (`market-bills`).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Random } from "#base/random.ts";
import { dayStart, parseDay, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import type { Signer } from "#crypto/keys.ts";
import type { Trust } from "#ledger/proof.ts";
import { billsOfTown, daysLived, followSales, type SealedBill } from "#sim/billing.ts";
import { HeadlessTown } from "#sim/headless.ts";
import { planTown } from "#sim/plan.ts";
import { SignedDays } from "#sim/signed-days.ts";
import tariff from "#sim/town-tariff.json" with { type: "json" };
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";
import { marketBills } from "./market-bills.ts";
import { TAMPERINGS, tamper } from "./tamper-bill.ts";

export interface QuarterChoices {
  readonly folder: string;
  readonly homes: number;
  readonly days: number;
  readonly tamperings: number;
  readonly seed: number;
  readonly signatures?: "day" | "interval";
}

export interface QuarterFigures {
  readonly homes: number;
  readonly days: number;
  readonly bills: { readonly [kind: string]: number };
  readonly accepted: number;
  /** Sentences of what was refused although it is right, and of what was named elsewhere or not at all. */
  readonly refused: readonly string[];
  readonly misnamed: readonly string[];
  readonly tampered: number;
  readonly tampered_by: { readonly [who: string]: number };
  readonly lines: number;
  readonly largest_bill_kb: number;
  readonly billed_eur: number;
  readonly town_s: number;
  readonly bills_s: number;
  /** Living and settling the neighbours' days, and their bills. */
  readonly market_s: number;
}

interface KeptBill {
  readonly bill: SealedBill;
  readonly trust: Trust;
  readonly issuer: { readonly member: number; readonly signer: Signer };
}

/** One bill in so many is kept to be tampered with. */
const KEPT = 250;

export async function billQuarter(choices: QuarterChoices): Promise<QuarterFigures> {
  const { folder, homes, days, tamperings, seed, signatures = "day" } = choices;
  const plan = planTown({
    seed,
    homes,
    measured: undefined,
    start: dayStart(ROME, parseDay("2026-04-01")!),
    solarHomes: "default",
    solarPeakKwp: undefined,
    solarColumn: undefined,
    accumulatorKwh: undefined,
    accumulatorKw: undefined,
  });
  const readings = new SignedDays();
  const options = { folder, stepS: 900, trade: true, signatures, archive: readings } as const;
  const headless = await HeadlessTown.open(plan, options);
  try {
    const began = performance.now();
    const sales = followSales(headless.node);
    const end = dayStart(ROME, parseDay("2026-04-01")! + days);
    await headless.run((end - plan.start) / QUARTER_HOUR_S);
    const lived = performance.now();
    const town = { plan, node: headless.node, readings, sales, tariff };
    const trust = { chain: headless.node.chain, producer: plan.producer.publicKey };
    const issuer = { member: plan.operator.member, signer: plan.operator.key };
    const bills: Record<string, number> = {};
    const refused: string[] = [];
    const kept: KeptBill[] = [];
    const random = new Random(seed).fork("tampering");
    let [accepted, lines, largest, billed] = [0, 0, 0, 0n];
    const take = (bill: SealedBill, of: Pick<KeptBill, "trust" | "issuer">) => {
      const text = JSON.stringify(bill);
      const checked = verifyBill(JSON.parse(text), {
        trust: of.trust,
        tariff: bill.kind === "supply" ? tariff : undefined,
      });
      const kind = String(bill.kind);
      bills[kind] = (bills[kind] ?? 0) + 1;
      largest = Math.max(largest, text.length);
      if (!checked.ok) refused.push(`${bill.number}: ${sentenceOf(checked.error)}`);
      else {
        accepted += 1;
        lines += checked.value.bill.lines.length;
        billed += checked.value.bill.totals.total;
      }
      if (kept.length < KEPT) kept.push({ bill, ...of });
      else if (random.integer(accepted) < KEPT) kept[random.integer(KEPT)] = { bill, ...of };
    };
    for (const bill of billsOfTown(town, daysLived(plan, headless.town.time))) take(bill, { trust, issuer });
    const marketBegan = performance.now();
    const market = join(folder, "market");
    mkdirSync(market, { recursive: true });
    await marketBills({ folder: market, homes, days }, take);
    const made = performance.now();
    const misnamed: string[] = [];
    const by: Record<string, number> = { outsider: 0, issuer: 0 };
    let tampered = 0;
    for (let attempt = 0; tampered < tamperings && attempt < 20 * tamperings; attempt++) {
      const { bill, trust: believed, issuer: sealer } = kept[random.integer(kept.length)]!;
      const done = tamper(bill, TAMPERINGS[attempt % TAMPERINGS.length]!, random, sealer);
      if (done === undefined) continue;
      tampered += 1;
      by[done.by]! += 1;
      const checked = verifyBill(JSON.parse(JSON.stringify(done.bill)), { trust: believed });
      const named = checked.ok ? "nothing" : checked.error.place.replace(/^(\w+\[\d+\]).*/, "$1");
      if (named === done.place) continue;
      const sentence = checked.ok ? "accepted" : `${checked.error.problem}, ${sentenceOf(checked.error)}`;
      misnamed.push(
        `${bill.kind} ${bill.number}, ${done.tampering} by ${done.by} at ${done.place}: ${sentence}`,
      );
    }
    return {
      homes,
      days,
      bills,
      accepted,
      refused,
      misnamed,
      tampered,
      tampered_by: by,
      lines,
      largest_bill_kb: Math.round(largest / 1000),
      billed_eur: Number(billed) / 1_000_000,
      town_s: Math.round(lived - began) / 1000,
      bills_s: Math.round(marketBegan - lived) / 1000,
      market_s: Math.round(made - marketBegan) / 1000,
    };
  } finally {
    await headless.close();
  }
}
