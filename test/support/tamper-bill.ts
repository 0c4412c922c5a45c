/**
 * Tamperings with a bill, each with the place that `verifyBill` has to name. `outsider`: somebody alters the file and
 * has no key. `issuer`: whoever made the bill alters it and seals it anew; what only the seal fixes (number, tariff)
 * is then altered unseen, so those tamperings are the outsider's alone.
 */
import type { Random } from "#base/random.ts";
import type { Signer } from "#crypto/keys.ts";
import type { SealedBill } from "#sim/billing.ts";
import { sealed } from "#wire/bill-seal.ts";

export const TAMPERINGS = [
  "quantity",
  "price",
  "amount",
  "line's tax",
  "line taken away",
  "line added",
  "period",
  "number",
  "recipient",
  "reading",
  "meter's signature",
  "meter key",
  "rate",
  "tariff",
  "proof",
  "statement",
  "ledger's day",
  "day's version",
  "VAT",
  "total",
] as const;
export type Tampering = (typeof TAMPERINGS)[number];
const SEAL_ALONE: ReadonlySet<Tampering> = new Set(["number", "recipient", "tariff", "rate"]);

export interface Tampered {
  readonly tampering: Tampering;
  readonly by: "outsider" | "issuer";
  readonly bill: unknown;
  readonly place: string;
}

/** `undefined` where the bill has nothing of the kind to tamper with. */
export function tamper(
  bill: SealedBill,
  tampering: Tampering,
  random: Random,
  issuer: { readonly member: number; readonly signer: Signer },
): Tampered | undefined {
  const copy = structuredClone(bill) as unknown as Loose;
  const place = change(copy, tampering, random);
  if (place === undefined) return undefined;
  const resealed = !SEAL_ALONE.has(tampering) && random.integer(2) === 1;
  if (!resealed) return { tampering, by: "outsider", bill: copy, place };
  const { seal: _, ...bare } = copy;
  return { tampering, by: "issuer", bill: sealed(bare, issuer), place };
}

// biome-ignore lint/suspicious/noExplicitAny: a bill whose every value may become anything.
type Loose = any;

/** Changes one thing; the place that must be named. */
function change(bill: Loose, tampering: Tampering, random: Random): string | undefined {
  const more = () => 1 + random.integer(1000);
  const one = (list: readonly unknown[]) => random.integer(list.length);
  const line = (has: (line: Loose) => boolean, alter: (line: Loose) => void) => {
    const fitting = [...bill.lines.entries()].filter(([, of]: [number, Loose]) => has(of));
    if (fitting.length === 0) return undefined;
    const [i, of] = fitting[random.integer(fitting.length)]!;
    alter(of);
    return `lines[${i}]`;
  };
  const row = (table: number, alter: (row: Loose) => void) => {
    const fitting = [...bill.rows.entries()].filter(
      ([, of]: [number, Loose]) => table === 0 || of.table === table,
    );
    if (fitting.length === 0) return undefined;
    const [i, of] = fitting[random.integer(fitting.length)]!;
    alter(of);
    return `rows[${i}]`;
  };
  const version = (alter: (version: Loose) => void) => {
    if (bill.market_days === undefined) return undefined;
    const i = one(bill.market_days);
    const { versions } = bill.market_days[i];
    alter(versions[one(versions)]);
    return `market_days[${i}]`;
  };
  switch (tampering) {
    case "quantity":
      return line(
        ({ quantity_wh }) => quantity_wh !== null,
        (of) => (of.quantity_wh += more()),
      );
    case "price":
      return line(
        ({ price_micro_eur_per_kwh }) => price_micro_eur_per_kwh !== null,
        (of) => (of.price_micro_eur_per_kwh += more()),
      );
    case "amount":
      return line(
        () => true,
        (of) => (of.amount_micro_eur += random.integer(2) === 0 ? more() : -more()),
      );
    case "line's tax":
      return line(
        () => true,
        (of) => (of.vat_per_million = of.vat_per_million === 0 ? 40_000 : 0),
      );
    case "line taken away": {
      if (bill.lines.length === 0) return undefined;
      const i = one(bill.lines);
      bill.lines.splice(i, 1);
      return `lines[${i}]`;
    }
    case "line added": {
      if (bill.lines.length === 0) return undefined;
      bill.lines.push({ ...bill.lines[0], label: "service" });
      return `lines[${bill.lines.length - 1}]`;
    }
    case "period": {
      const [name, days] = random.integer(2) === 0 ? ["from", -1] : ["until", 1];
      bill.period[name] = otherDay(bill.period[name], days * (1 + random.integer(3)));
      return "period";
    }
    case "number":
      bill.number = bill.number.replace(/\d{6}$/, (count: string) =>
        `${Number(count) + more()}`.padStart(6, "0"),
      );
      return "number";
    case "recipient":
      bill.recipient[random.integer(2) === 0 ? "member" : "home"] += more();
      return "recipient";
    case "reading": {
      if (bill.readings.length === 0) return undefined;
      const i = one(bill.readings);
      const { intervals } = bill.readings[i];
      intervals[one(intervals)][1 + random.integer(17)] += more();
      return `readings[${i}]`;
    }
    case "meter's signature": {
      if (bill.readings.length === 0) return undefined;
      const i = one(bill.readings);
      const { signatures } = bill.readings[i];
      const s = one(signatures);
      signatures[s] = otherHex(signatures[s], random);
      return `readings[${i}]`;
    }
    case "meter key":
      bill.meters[0].key = otherHex(bill.meters[0].key, random);
      return "meters[0]";
    case "rate": {
      const rates = 13;
      return row(rates, (of) => (of.row = otherHex(of.row, random)));
    }
    case "tariff":
      if (bill.tariff === undefined) return undefined;
      bill.tariff.components[1].price.micro_eur_per_kwh += more();
      return "tariff";
    case "proof":
      return row(0, (of) => {
        const name = random.integer(2) === 0 ? "row" : "path";
        // The last byte: of a path the sibling nearest to the root, of a row its content.
        of[name] = of[name].slice(0, -2) + otherHex(of[name].slice(-2), random);
      });
    case "statement":
      return version((of) => (of.statement = otherHex(of.statement, random)));
    case "ledger's day":
      return version((of) => {
        // The last byte: of the path the sibling nearest to the root.
        of.booked = of.booked.slice(0, -2) + otherHex(of.booked.slice(-2), random);
      });
    case "day's version":
      return version((of) => (of.index += 1 + random.integer(of.count)));
    case "VAT": {
      if (bill.vat.length === 0) return undefined;
      const i = one(bill.vat);
      bill.vat[i][random.integer(2) === 0 ? "base_micro_eur" : "amount_micro_eur"] += more();
      return `vat[${i}]`;
    }
    case "total": {
      const names = ["net_micro_eur", "vat_micro_eur", "total_micro_eur", "payable_cent"];
      const name = names[one(names)]!;
      bill.totals[name] += more();
      return `totals.${name}`;
    }
  }
}

function otherDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Another digit in one place. */
function otherHex(hex: string, random: Random): string {
  const at = random.integer(hex.length);
  const digit = (Number.parseInt(hex[at]!, 16) + 1 + random.integer(15)) % 16;
  return hex.slice(0, at) + digit.toString(16) + hex.slice(at + 1);
}
