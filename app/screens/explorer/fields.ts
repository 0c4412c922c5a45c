/**
 * A transaction's fields as people read them, and the one sentence that a kind of transaction says with them. The
 * platform writes values with their units and in the chain's own spelling (`0.142000 EUR/kWh`, `1500 Wh`); here they
 * get the language's. A field or value of unknown form keeps its raw text; nothing is ever left out.
 */
import { parseDay, parseInstant } from "#base/time.ts";
import type { TransactionView } from "#wire/schemas.ts";
import { UNIT_SPACE } from "../../format.ts";
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
    name: fieldName(name),
    text: fieldText(name, value),
    hex: isHex(value),
  }));
}

/** `Plant 3 sells 1,500 Wh to member 101 at 0.142 €/kWh.`, or the kind's name where a field is missing. */
export function sentenceOf(transaction: TransactionView): string {
  const values: Record<string, string> = { sender: String(transaction.sender) };
  for (const { name, value } of transaction.fields) {
    const text = isHex(value) ? `${value.slice(0, 8)}…` : fieldText(name, value);
    values[wordOf(name)] ??= text;
  }
  return tCode(`says.${transaction.kind}`, values) ?? kindName(transaction.kind);
}

export function kindName(kind: string): string {
  return tCode(`kind.${kind}`, {}) ?? kind;
}

export function statusText(status: string): string {
  return status === "ok" ? t("explorer.status_ok") : t("explorer.status_refused", { code: status });
}

/** `root of the readings' commitments` → `root_of_the_readings_commitments`, the name of its string. */
function wordOf(name: string): string {
  return name.replaceAll(/[^a-z0-9]+/gi, "_");
}

function isHex(value: string): boolean {
  return /^[0-9a-f]{32,}$/.test(value);
}

function fieldName(name: string): string {
  const plant = /^plant (\d+)$/.exec(name);
  if (plant !== null) return t("field.one_plant", { plant: plant[1]! });
  const member = /^for member (\d+)$/.exec(name);
  if (member !== null) return t("field.for_member", { member: member[1]! });
  const order = /^order (\d+\/\d+)$/.exec(name);
  if (order !== null) return t("field.one_order", { order: order[1]! });
  const approval = /^approved by guardian (\d+)$/.exec(name);
  if (approval !== null) return t("field.approved_by_guardian", { guardian: approval[1]! });
  return tCode(`field.${wordOf(name)}`, {}) ?? name;
}

/** Whole values that are words. */
const PLAIN: Readonly<
  Record<
    string,
    | "value.yes"
    | "value.no"
    | "value.none"
    | "value.anybody"
    | "value.own_book"
    | "value.forward_book"
    | "value.unlimited"
  >
> = {
  "own book": "value.own_book",
  "forward book": "value.forward_book",
  unlimited: "value.unlimited",
  yes: "value.yes",
  no: "value.no",
  true: "value.yes",
  false: "value.no",
  none: "value.none",
  anybody: "value.anybody",
};

/** What people wrote themselves. */
const OWN_WORDS = ["purpose", "bank reference", "name", "index", "reason"];
/** Fields whose value is one of some codes, each with its word. */
const CODES = ["role", "motion", "billing", "dispute reason", "protection reason"];

const MOVEMENT = /(solar|grid) (charged|used|exported|lost) (\d+) Wh/g;

function fieldText(name: string, value: string): string {
  if (OWN_WORDS.includes(name)) return value;
  if (CODES.includes(name)) return tCode(`${wordOf(name)}.${value}`, {}) ?? value;
  if (name === "marketMechanism") return tCode(`explorer.mechanism.${value}`, {}) ?? value;
  const plain = PLAIN[value];
  if (plain !== undefined) return t(plain);
  const member = /^member (\d+)$/.exec(value);
  if (member !== null) return t("explorer.member", { member: member[1]! });
  const counted = /^(\d+) (blocks|quarter hours|sales|days|proposals)$/.exec(value);
  if (counted !== null) {
    const count = Number(counted[1]);
    const unit = wordOf(counted[2]!);
    return tCode(`value.${unit}`, { count, shown: local.number(count) }) ?? value;
  }
  const span = /^(\d+) s$/.exec(value);
  if (span !== null) return exactSpan(Number(span[1]));
  const share = /^(\d+) ‰$/.exec(value);
  if (share !== null) return `${local.number(Number(share[1]))}${UNIT_SPACE}‰`;
  const price = priceText(value);
  if (price !== undefined) return price;
  const order = /^(bid|ask) (\d+) Wh, (.+)$/.exec(value);
  if (order !== null) {
    const [, side, wh, limit] = order;
    return t(`one_order.${side as "bid" | "ask"}`, {
      wh: local.number(Number(wh)),
      price: priceText(limit!) ?? limit!,
    });
  }
  const amount = /^(-?\d+\.\d{6}) EUR$/.exec(value);
  if (amount !== null) return local.money(Math.round(Number(amount[1]) * 1e6));
  const energy = /^(\d+) Wh$/.exec(value);
  if (energy !== null) return `${local.number(Number(energy[1]))}${UNIT_SPACE}Wh`;
  const power = /^(\d+) W( peak)?$/.exec(value);
  if (power !== null) return local.power(Number(power[1]));
  const instant = parseInstant(value);
  if (instant !== undefined) return local.dateTime(instant);
  if (parseDay(value) !== undefined) return local.dayText(value);
  if (value === "nothing moved") return t("moved.nothing");
  if (new RegExp(`^(${MOVEMENT.source}(, )?)+$`).test(value)) {
    return value.replaceAll(MOVEMENT, (_, origin: string, what: string, wh: string) =>
      t(`moved.${origin as "solar" | "grid"}_${what as "charged" | "used" | "exported" | "lost"}`, {
        wh: local.number(Number(wh)),
      }),
    );
  }
  return name === "nonce" || name === "valid until block" ? local.number(Number(value)) : value;
}

/** Of `0.142000 EUR/kWh`. */
function priceText(value: string): string | undefined {
  const price = /^(-?)(\d+)\.(\d{6}) EUR\/kWh$/.exec(value);
  if (price === null) return undefined;
  const [, sign, whole, decimals] = price;
  return local.ratePerKwh(Number(`${sign}${whole}${decimals}`), decimalsOf(decimals!));
}

/** In the largest unit that leaves nothing over: a law is told exactly. */
function exactSpan(seconds: number): string {
  const unit = [2 * 86_400, 3_600, 60].find((least) => seconds >= least);
  const whole = unit !== undefined && seconds % (unit === 2 * 86_400 ? 86_400 : unit) === 0;
  return whole ? local.span(seconds) : `${local.number(seconds)}${UNIT_SPACE}s`;
}

/** A price in full: three decimals, or as many as say something. */
function decimalsOf(sixDecimals: string): number {
  return Math.max(3, sixDecimals.replace(/0+$/, "").length);
}
