/**
 * What seller and buyer of a supply agree on: the price, how it is billed and paid, and whether a supply that
 * is not paid may be reduced and suspended, after which delays and down to what. The wording that people read
 * stays off the chain; its hash stands in the terms.
 *
 * A supply is suspended only where both agreed to it, and never sooner or deeper than the community's law says
 * (`market/parameters`, by default the practice in Italy for households). Prices are stated here and not
 * applied: what a bill comes to is computed from the readings (`tariff`) and proved by its document.
 */
import { type Codec, CodecError } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { DELAY_MAX_S, type Parameters, PRICE_MAX, VITAL_MAX_W } from "#market/parameters.ts";

export const INDEX_NAME_MAX_BYTES = 32;

export type SupplyPrice =
  | { readonly type: "flat"; readonly price: MicroEurPerKwh }
  /** The Italian bands F1, F2, F3, in this order. */
  | { readonly type: "bands"; readonly prices: readonly [MicroEurPerKwh, MicroEurPerKwh, MicroEurPerKwh] }
  /** A published index of that name plus the spread, which may be negative. */
  | { readonly type: "index"; readonly index: string; readonly spread: MicroEurPerKwh };

const PRICES = ["flat", "bands", "index"] as const satisfies readonly SupplyPrice["type"][];

/** Paid out of what the buyer put aside, or after each invoice. */
export const BILLINGS = ["prepaid", "invoiced"] as const;
export type Billing = (typeof BILLINGS)[number];

/** How a supply that is not paid may be suspended. */
export interface SuspensionTerms {
  /** Seconds from the notice to the reduction. */
  readonly noticeS: number;
  /** Seconds from the reduction to the suspension. */
  readonly reducedS: number;
  /** What may be drawn while it is reduced, in thousandths of the connection's power. */
  readonly reducedPerMille: number;
  /** W that may be drawn then in any case. */
  readonly vitalW: number;
}

export interface SupplyTerms {
  readonly price: SupplyPrice;
  readonly billing: Billing;
  /** Seconds from an invoice to the day it is due. */
  readonly payWithinS: number;
  /** `undefined` = it is never suspended. */
  readonly suspension: SuspensionTerms | undefined;
  /** The supply begins. */
  readonly from: UnixSeconds;
  /** And ends, at the latest. */
  readonly until: UnixSeconds;
  /** SHA-256 of what people read and agree to. */
  readonly text: Uint8Array;
}

const priceCodec: Codec<SupplyPrice> = {
  write(writer, price) {
    writer.u8(PRICES.indexOf(price.type));
    if (price.type === "flat") writer.u64(price.price);
    else if (price.type === "bands") for (const band of price.prices) writer.u64(band);
    else writer.text(price.index, INDEX_NAME_MAX_BYTES).i64(price.spread);
  },
  read(reader) {
    const code = reader.u8();
    const type = PRICES[code];
    if (type === undefined) throw new CodecError(`price ${code}`);
    const price = () => MicroEurPerKwh(reader.u64());
    if (type === "flat") return { type, price: price() };
    if (type === "bands") return { type, prices: [price(), price(), price()] };
    return { type, index: reader.text(INDEX_NAME_MAX_BYTES), spread: MicroEurPerKwh(reader.i64()) };
  },
};

export const supplyTermsCodec: Codec<SupplyTerms> = {
  write(writer, terms) {
    priceCodec.write(writer, terms.price);
    writer.u8(BILLINGS.indexOf(terms.billing)).u32(terms.payWithinS);
    const { suspension } = terms;
    writer.boolean(suspension !== undefined);
    if (suspension !== undefined) {
      writer.u32(suspension.noticeS).u32(suspension.reducedS);
      writer.u16(suspension.reducedPerMille).u32(suspension.vitalW);
    }
    writer.uint(terms.from).uint(terms.until).fixed(terms.text, 32);
  },
  read(reader) {
    const price = priceCodec.read(reader);
    const code = reader.u8();
    const billing = BILLINGS[code];
    if (billing === undefined) throw new CodecError(`billing ${code}`);
    return {
      price,
      billing,
      payWithinS: reader.u32(),
      suspension: reader.boolean()
        ? {
            noticeS: reader.u32(),
            reducedS: reader.u32(),
            reducedPerMille: reader.u16(),
            vitalW: reader.u32(),
          }
        : undefined,
      from: reader.uint(),
      until: reader.uint(),
      text: reader.fixed(32),
    };
  },
};

const LATEST = 2 ** 48;
/** Thirty years. */
const TERM_MAX_S = 30 * 366 * 86_400;

/** What makes terms unfit or less than the law asks for, in words; `undefined` where nothing does. */
export function termsProblem(terms: SupplyTerms, laws: Parameters): string | undefined {
  const prices =
    terms.price.type === "flat"
      ? [terms.price.price]
      : terms.price.type === "bands"
        ? terms.price.prices
        : [terms.price.spread];
  if (prices.some((price) => price > PRICE_MAX || price < -PRICE_MAX)) return "price: at most 1,000 €/kWh";
  if (terms.price.type === "index" && !/^\S.*$/.test(terms.price.index)) return "price: an index has a name";
  if (terms.payWithinS < laws.supplyPayMinimumS || terms.payWithinS > DELAY_MAX_S) {
    return `payWithinS: from the law's ${laws.supplyPayMinimumS} s to 366 days`;
  }
  if (terms.until > LATEST) return "until: beyond all calendars";
  if (terms.until <= terms.from || terms.until - terms.from > TERM_MAX_S) {
    return "until: after from, by thirty years at most";
  }
  const { suspension } = terms;
  return suspension === undefined ? undefined : suspensionProblem(suspension, laws);
}

function suspensionProblem(terms: SuspensionTerms, laws: Parameters): string | undefined {
  if (terms.noticeS < laws.supplyNoticeMinimumS || terms.noticeS > DELAY_MAX_S) {
    return `noticeS: from the law's ${laws.supplyNoticeMinimumS} s to 366 days`;
  }
  if (terms.reducedS < laws.supplyReducedMinimumS || terms.reducedS > DELAY_MAX_S) {
    return `reducedS: from the law's ${laws.supplyReducedMinimumS} s to 366 days`;
  }
  if (terms.reducedPerMille < laws.supplyReducedPerMille || terms.reducedPerMille > 1000) {
    return `reducedPerMille: from the law's ${laws.supplyReducedPerMille} to 1000`;
  }
  if (terms.vitalW < laws.supplyVitalMinimumW || terms.vitalW > VITAL_MAX_W) {
    return `vitalW: from the law's ${laws.supplyVitalMinimumW} W to ${VITAL_MAX_W} W`;
  }
  return undefined;
}

/** The terms of suspension as they count: what was agreed, or what the law of today asks for where that is milder. */
export function suspensionInForce(
  { suspension }: SupplyTerms,
  laws: Parameters,
): SuspensionTerms | undefined {
  if (suspension === undefined) return undefined;
  return {
    noticeS: Math.max(suspension.noticeS, laws.supplyNoticeMinimumS),
    reducedS: Math.max(suspension.reducedS, laws.supplyReducedMinimumS),
    reducedPerMille: Math.max(suspension.reducedPerMille, laws.supplyReducedPerMille),
    vitalW: Math.max(suspension.vitalW, laws.supplyVitalMinimumW),
  };
}
