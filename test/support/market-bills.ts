/**
 * Bills of the neighbours' market out of a real node's settled days: homes trade for some days, every tenth day is
 * settled twice because readings come late, and each home has a bill of each civil month. But for the last month such a
 * day is billed in its first version, and what the second one changed stands on the next bill.
 */
import { ROME } from "#base/time.ts";
import type { BilledDay, BillHead, BillNumber, ProvenStatement } from "#billing/document.ts";
import { makeBill, rowsFor } from "#billing/make.ts";
import { marketLines, saysTheSame } from "#billing/market-days.ts";
import type { Signer } from "#crypto/keys.ts";
import type { RowProof } from "#ledger/proof.ts";
import { leafOf, proveStatements, type Statement, type StatementProof } from "#market/auction/statement.ts";
import { openNode } from "#node/node.ts";
import { NOTHING } from "#platform/bill-source.ts";
import { monthsOf, type SealedBill } from "#sim/billing.ts";
import { billJson } from "#wire/bill.ts";
import { sealed } from "#wire/bill-seal.ts";
import { FIRST_DAY, foundMonth, MarketMonth, OPERATOR } from "./market-month.ts";
import { citizen, GENESIS, Load, PRODUCER, signerOf } from "./node-load.ts";

/** Enough for every day at the cap, µEUR. */
const MONEY_A_DAY = 5_000_000n;
const LATE_EVERY = 10;

interface Version {
  readonly statements: readonly Statement[];
  readonly proofs: readonly StatementProof[];
  readonly booked: RowProof;
}

export interface MarketBilled {
  readonly trust: { readonly chain: string; readonly producer: Uint8Array };
  readonly issuer: { readonly member: number; readonly signer: Signer };
}

/** One after the other, because a quarter of a hundred homes has no room for all at once. */
export async function marketBills(
  of: { readonly folder: string; readonly homes: number; readonly days: number },
  onBill: (bill: SealedBill, of: MarketBilled) => void,
): Promise<void> {
  const { folder, homes, days } = of;
  let clock = GENESIS.time;
  const node = await openNode({
    folder,
    genesis: GENESIS,
    producer: PRODUCER,
    now: () => clock,
    blockIntervalMs: "manual",
  });
  try {
    const at = (time: number) => {
      clock = time;
    };
    const load = new Load();
    await foundMonth(node, load, { homes, money: MONEY_A_DAY * BigInt(days + 1) }, at);
    const settled = new Map<number, Version[]>();
    const month = new MarketMonth(homes, days, node, load, {
      isLate: (day) => (day - FIRST_DAY) % LATE_EVERY === 1,
      onSettled(day, statements) {
        const versions = settled.get(day) ?? [];
        const proofs = proveStatements(statements.map(leafOf));
        settled.set(day, [...versions, { statements, proofs, booked: node.view().proveMarketDay(day)! }]);
      },
    });
    await month.run(at);
    month.check();

    const view = node.view();
    const { header, signature } = view.tip!;
    const issuer = { member: OPERATOR, signer: signerOf(OPERATOR) };
    const trust = { chain: GENESIS.chain, producer: PRODUCER.publicKey };
    let count = 0;
    /** By home: the bill that has a day's first version alone. */
    const open = new Map<number, Map<number, BillNumber>>();
    for (const period of monthsOf({ from: FIRST_DAY, until: FIRST_DAY + days })) {
      const last = period.until >= FIRST_DAY + days;
      for (let home = 1; home <= homes; home++) {
        const number = { issuer: OPERATOR, year: 2026, count: count + 1 };
        const marketDays: BilledDay[] = [];
        const early = open.get(home) ?? new Map<number, BillNumber>();
        open.set(home, early);
        for (const [day, versions] of settled) {
          const billedBy = early.get(day);
          if (day >= period.until || (day < period.from && billedBy === undefined)) continue;
          const proven = versions.map((version) => provenOf(version, home));
          // Before the last bill the second version is taken not to be there yet.
          const isEarly = versions.length > 1 && billedBy === undefined && !last;
          if (isEarly) early.set(day, number);
          else early.delete(day);
          const shown = isEarly ? proven.slice(0, 1) : proven;
          const differs = shown.filter(
            ({ statement }, i) => i === 0 || !saysTheSame(statement, shown[i - 1]!.statement),
          );
          const one = { day, billedBy, versions: differs };
          if (marketLines([one]).length > 0) marketDays.push(one);
        }
        if (marketDays.length === 0) continue;
        const meters = [{ plant: home, key: signerOf(`meter ${home}`).publicKey }];
        const rows = rowsFor((table, key) => view.proveRow(table, key), { sealer: OPERATOR, meters });
        const checkpoint = { by: "producer", header, signature } as const;
        const head: BillHead = {
          ...{ chain: GENESIS.chain, kind: "market", number, issued: period.until },
          ...{ recipient: { member: citizen(home), home }, zone: ROME, period },
        };
        const bill = makeBill(head, { ...NOTHING, checkpoint, rows, meters, marketDays });
        if (!bill.ok) throw new Error(`no bill of home ${home}: ${bill.error.code}`);
        count += 1;
        onBill(sealed(billJson(bill.value, {}), issuer), { trust, issuer });
      }
    }
  } finally {
    await node.close();
  }
}

function provenOf({ statements, proofs, booked }: Version, home: number): ProvenStatement {
  return { statement: statements[home - 1]!, proof: proofs[home - 1]!, booked };
}
