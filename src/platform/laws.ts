/** The laws as people read them: each by its name, with its value and unit. */
import type { Parameters } from "#market/parameters.ts";

export interface Law {
  readonly name: keyof Parameters;
  readonly value: string;
  /** `""` where it is a name, a yes or no, or a plain number. */
  readonly unit: string;
}

const UNITS = {
  zone: "",
  saleFee: "µEUR/kWh",
  minimumSale: "Wh",
  deliveryIntervals: "quarter hours",
  saleExpiryBlocks: "blocks",
  maxOpenSales: "sales",
  storeMarginPerMille: "‰",
  gridEnergySellable: "",
  rateLowest: "µEUR/kWh",
  rateHighest: "µEUR/kWh",
  rateDaysAhead: "days",
  rateClosesS: "s",
  maxExpiryAhead: "blocks",
  meterTolerancePerMille: "‰",
  votingPeriodS: "s",
  enactmentDelayS: "s",
  delayBlocks: "blocks",
  quorumPerMille: "‰",
  maxOpenProposals: "proposals",
  operatorIsRegistrar: "",
  keyDelayS: "s",
  recoveryDelayS: "s",
  renewalUnit: "µEUR",
  renewalMinimum: "",
  marketMechanism: "",
  marketGateS: "s",
  marketForwardGateS: "s",
  marketClearingS: "s",
  marketFallback: "",
  marketCorrectionDays: "days",
  marketCapHighest: "µEUR",
  marketFeeFeeder: "µEUR/kWh",
  marketFeeTransformer: "µEUR/kWh",
  marketFeeBeyond: "µEUR/kWh",
  supplyPayMinimumS: "s",
  supplyNoticeMinimumS: "s",
  supplyReducedMinimumS: "s",
  supplyReducedPerMille: "‰",
  supplyVitalMinimumW: "W",
  supplyEndNoticeS: "s",
  supplyFinalBillS: "s",
} as const satisfies { readonly [law in keyof Parameters]: string };

/** Every law, in the order of `docs/spec/laws.md`. */
export function lawsOf(parameters: Parameters): Law[] {
  return (Object.keys(UNITS) as (keyof Parameters)[]).map((name) => {
    const law = parameters[name];
    return { name, unit: UNITS[name], value: typeof law === "object" ? law.name : String(law) };
  });
}
