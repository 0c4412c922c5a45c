/**
 * The laws as a form: how each is typed, read back, and held against the bounds of `market/parameters`. A law is a
 * text of its value in the ledger's own unit, as the platform serves it: `"4000"`, `"true"`, `"Europe/Rome"`.
 */
import { encode } from "#base/codec.ts";
import type { Zone } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { MECHANISM_NAMES, type Parameters, parametersCodec, parametersProblem } from "#market/parameters.ts";

export type LawName = keyof Parameters;
export type LawKind =
  | "zone"
  | "price"
  | "money"
  | "energy"
  | "quarters"
  | "blocks"
  | "count"
  | "share"
  | "yes"
  | "choice"
  | "power"
  | "span";

/** How people say and type each law, in the order in which the ledger keeps them. */
export const LAWS = {
  zone: "zone",
  saleFee: "price",
  minimumSale: "energy",
  deliveryIntervals: "quarters",
  saleExpiryBlocks: "blocks",
  maxOpenSales: "count",
  storeMarginPerMille: "share",
  gridEnergySellable: "yes",
  rateLowest: "price",
  rateHighest: "price",
  rateDaysAhead: "count",
  rateClosesS: "span",
  maxExpiryAhead: "blocks",
  meterTolerancePerMille: "share",
  votingPeriodS: "span",
  enactmentDelayS: "span",
  delayBlocks: "blocks",
  quorumPerMille: "share",
  maxOpenProposals: "count",
  operatorIsRegistrar: "yes",
  keyDelayS: "span",
  recoveryDelayS: "span",
  renewalUnit: "money",
  renewalMinimum: "count",
  marketMechanism: "choice",
  marketGateS: "span",
  marketForwardGateS: "span",
  marketClearingS: "span",
  marketFallback: "yes",
  marketCorrectionDays: "count",
  marketCapHighest: "money",
  marketFeeFeeder: "price",
  marketFeeTransformer: "price",
  marketFeeBeyond: "price",
  supplyPayMinimumS: "span",
  supplyNoticeMinimumS: "span",
  supplyReducedMinimumS: "span",
  supplyReducedPerMille: "share",
  supplyVitalMinimumW: "power",
  supplyEndNoticeS: "span",
  supplyFinalBillS: "span",
} as const satisfies { readonly [law in LawName]: LawKind };

/** The laws that the form can change: the zone of a community moves with no vote that a form could explain. */
export const CHANGEABLE = (Object.keys(LAWS) as LawName[]).filter((name) => LAWS[name] !== "zone");

export function isLaw(name: string): name is LawName {
  return name in LAWS;
}

/** What a law of the kind `choice` may be. */
export const CHOICES = MECHANISM_NAMES;

export const SPAN_UNITS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
export type SpanUnit = keyof typeof SPAN_UNITS;

/** What stands in the field, and for spans its unit. */
export interface Typed {
  readonly text: string;
  readonly unit: SpanUnit;
}

/** A law's value as its field shows it, with a point before decimals. */
export function typedOf(name: LawName, value: string): Typed {
  const kind = LAWS[name];
  if (kind === "price" || kind === "money") return { text: decimal(value, 6), unit: "s" };
  if (kind === "share") return { text: decimal(value, 1), unit: "s" };
  if (kind !== "span") return { text: value, unit: "s" };
  const unit = spanUnitOf(Number(value));
  return { text: String(Number(value) / SPAN_UNITS[unit]), unit };
}

/** The largest unit that says a span without a rest. */
export function spanUnitOf(seconds: number): SpanUnit {
  for (const unit of ["d", "h", "min"] as const) {
    if (seconds > 0 && seconds % SPAN_UNITS[unit] === 0) return unit;
  }
  return "s";
}

/** The value in the ledger's unit of what was typed; `undefined` where it is no such number. */
export function ledgerValue(name: LawName, { text, unit }: Typed): string | undefined {
  switch (LAWS[name]) {
    case "zone":
      return undefined;
    case "yes":
      return text === "true" || text === "false" ? text : undefined;
    case "choice":
      return CHOICES.find((choice) => choice === text);
    case "price":
    case "money":
      return scaled(text, 6);
    case "share":
      return scaled(text, 1);
    case "span": {
      const whole = scaled(text, 0);
      return whole === undefined ? undefined : String(BigInt(whole) * BigInt(SPAN_UNITS[unit]));
    }
    default:
      return scaled(text, 0);
  }
}

/** `"4000"` with 6 decimals is `0.004`. */
function decimal(value: string, decimals: number): string {
  const digits = value.padStart(decimals + 1, "0");
  const rest = digits.slice(-decimals).replace(/0+$/, "");
  return digits.slice(0, -decimals) + (rest === "" ? "" : `.${rest}`);
}

/** `0.004` or `0,004` with 6 decimals is `"4000"`. */
function scaled(text: string, decimals: number): string | undefined {
  const parts = /^\s*(\d{1,12})(?:[.,](\d*))?\s*$/.exec(text);
  if (parts === null || (parts[2] ?? "").length > decimals) return undefined;
  return String(BigInt(parts[1]! + (parts[2] ?? "").padEnd(decimals, "0")));
}

/** The text of a law out of the ledger's own record of all. */
export function lawText(parameters: Parameters, name: LawName): string {
  const law = parameters[name];
  return typeof law === "object" ? law.name : String(law);
}

/** What two records of all laws differ in. */
export function differences(
  from: Parameters,
  to: Parameters,
): readonly { readonly name: LawName; readonly from: string; readonly to: string }[] {
  return (Object.keys(LAWS) as LawName[]).flatMap((name) => {
    const [before, after] = [lawText(from, name), lawText(to, name)];
    return before === after ? [] : [{ name, from: before, to: after }];
  });
}

/** The ledger's record of all laws, of the texts that the platform serves; `undefined` where one is missing. */
export function parametersFrom(
  texts: readonly { readonly name: string; readonly value: string }[],
  zone: Zone,
): Parameters | undefined {
  const of = new Map(texts.map(({ name, value }) => [name, value]));
  if ((Object.keys(LAWS) as LawName[]).some((name) => !of.has(name))) return undefined;
  const whole = (name: LawName) => Number(of.get(name));
  const price = (name: LawName) => MicroEurPerKwh(BigInt(of.get(name)!));
  return {
    zone,
    saleFee: price("saleFee"),
    minimumSale: Wh(BigInt(of.get("minimumSale")!)),
    deliveryIntervals: whole("deliveryIntervals"),
    saleExpiryBlocks: whole("saleExpiryBlocks"),
    maxOpenSales: whole("maxOpenSales"),
    storeMarginPerMille: whole("storeMarginPerMille"),
    gridEnergySellable: of.get("gridEnergySellable") === "true",
    rateLowest: price("rateLowest"),
    rateHighest: price("rateHighest"),
    rateDaysAhead: whole("rateDaysAhead"),
    rateClosesS: whole("rateClosesS"),
    maxExpiryAhead: whole("maxExpiryAhead"),
    meterTolerancePerMille: whole("meterTolerancePerMille"),
    votingPeriodS: whole("votingPeriodS"),
    enactmentDelayS: whole("enactmentDelayS"),
    delayBlocks: whole("delayBlocks"),
    quorumPerMille: whole("quorumPerMille"),
    maxOpenProposals: whole("maxOpenProposals"),
    operatorIsRegistrar: of.get("operatorIsRegistrar") === "true",
    keyDelayS: whole("keyDelayS"),
    recoveryDelayS: whole("recoveryDelayS"),
    renewalUnit: MicroEur(BigInt(of.get("renewalUnit")!)),
    renewalMinimum: whole("renewalMinimum"),
    marketMechanism: CHOICES.find((choice) => choice === of.get("marketMechanism")) ?? "uniform",
    marketGateS: whole("marketGateS"),
    marketForwardGateS: whole("marketForwardGateS"),
    marketClearingS: whole("marketClearingS"),
    marketFallback: of.get("marketFallback") === "true",
    marketCorrectionDays: whole("marketCorrectionDays"),
    marketCapHighest: MicroEur(BigInt(of.get("marketCapHighest")!)),
    marketFeeFeeder: price("marketFeeFeeder"),
    marketFeeTransformer: price("marketFeeTransformer"),
    marketFeeBeyond: price("marketFeeBeyond"),
    supplyPayMinimumS: whole("supplyPayMinimumS"),
    supplyNoticeMinimumS: whole("supplyNoticeMinimumS"),
    supplyReducedMinimumS: whole("supplyReducedMinimumS"),
    supplyReducedPerMille: whole("supplyReducedPerMille"),
    supplyVitalMinimumW: whole("supplyVitalMinimumW"),
    supplyEndNoticeS: whole("supplyEndNoticeS"),
    supplyFinalBillS: whole("supplyFinalBillS"),
  };
}

/** The law that is out of its bounds, if one is. */
export function problemOf(laws: Parameters): LawName | undefined {
  const said = parametersProblem(laws);
  const name = said?.slice(0, said.indexOf(":"));
  return name !== undefined && isLaw(name) ? name : undefined;
}

/** Whether the ledger's record has room for this one law, as another would have it. */
export function hasRoom(laws: Parameters, name: LawName, value: string): boolean {
  const texts = (Object.keys(LAWS) as LawName[]).map((law) => ({
    name: law,
    value: law === name ? value : lawText(laws, law),
  }));
  try {
    encode(parametersCodec, parametersFrom(texts, laws.zone)!);
    return true;
  } catch {
    return false;
  }
}
