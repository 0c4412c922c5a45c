/**
 * A transaction's fields as people read them: the raw value of the chain with its unit, and the one sentence that a
 * kind of transaction says with them. A field of unknown name keeps its raw text; nothing is ever left out.
 */
import { parseInstant } from "#base/time.ts";
import type { TransactionView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";

export interface ReadableField {
  readonly name: string;
  readonly text: string;
  /** Long hexadecimal: shown in groups, small. */
  readonly hex: boolean;
}

export function readableFields(transaction: TransactionView): readonly ReadableField[] {
  return transaction.fields.map(({ name, value }) => ({
    name: tCode(`field.${name}`, {}) ?? name,
    text: fieldText(name, value),
    hex: /^[0-9a-f]{32,}$/.test(value),
  }));
}

/** `Plant 3 sells 1,500 Wh to member 101 at 0.142 €/kWh.`, or the kind's name where a field is missing. */
export function sentenceOf(transaction: TransactionView): string {
  const values: Record<string, string> = { sender: String(transaction.sender) };
  for (const { name, value } of transaction.fields) {
    values[name] = name === "sale" ? `${value.slice(0, 8)}…` : fieldText(name, value);
  }
  const needed = NEEDED[transaction.kind];
  if (needed === undefined || needed.some((name) => values[name] === undefined))
    return kindName(transaction.kind);
  return tCode(`says.${transaction.kind}`, values) ?? kindName(transaction.kind);
}

export function kindName(kind: string): string {
  return tCode(`kind.${kind}`, {}) ?? kind;
}

export function statusText(status: string): string {
  return status === "ok" ? t("explorer.status_ok") : t("explorer.status_refused", { code: status });
}

/** Which fields a kind's sentence speaks of. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  admit_member: ["member", "role"],
  register_key: ["member"],
  revoke_key: ["member"],
  register_plant: ["plant"],
  enrol_supplier: ["member", "name"],
  publish_rate: ["rate", "day"],
  deposit: ["member", "amount"],
  authorise_sale: ["plant", "energy", "supplier", "rate"],
  withdraw_sale: ["sale"],
  submit_interval: ["intervalStart"],
};

function fieldText(name: string, value: string): string {
  const whole = /^-?\d+$/.test(value) ? Number(value) : undefined;
  switch (name) {
    case "rate":
    case "fee":
      return whole === undefined ? value : local.ratePerKwh(whole, decimalsOf(whole));
    case "amount":
      return whole === undefined ? value : local.money(whole);
    case "energy":
    case "capacity":
    case "capacityWh":
      return whole === undefined ? value : `${local.number(whole)}\u202fWh`;
    case "solarPeakW":
    case "chargePowerMaxW":
    case "dischargePowerMaxW":
      return whole === undefined ? value : local.power(whole);
    case "day":
      return local.dayText(value);
    case "role":
      return tCode(`role.${value}`, {}) ?? value;
    case "intervalStart": {
      const instant = whole ?? parseInstant(value);
      return instant === undefined ? value : local.dateTime(instant);
    }
    default:
      return value;
  }
}

/** A rate in full: three decimals, or as many as say something. */
function decimalsOf(microEur: number): number {
  if (microEur % 1_000 === 0) return 3;
  return microEur % 100 === 0 ? 4 : 6;
}
