/** The laws in force: in words and units, since when, and which proposal made them so. */
import { For, Show } from "solid-js";
import type { LawView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { t } from "../../strings/dictionary.ts";
import type { LawName } from "./laws.ts";
import { lawName, lawValue } from "./words.ts";

const GROUPS = {
  sales: [
    "saleFee",
    "minimumSale",
    "deliveryIntervals",
    "saleExpiryBlocks",
    "maxOpenSales",
    "storeMarginPerMille",
    "gridEnergySellable",
  ],
  rates: ["rateLowest", "rateHighest", "rateDaysAhead", "rateClosesS"],
  market: [
    "marketMechanism",
    "marketGateS",
    "marketForwardGateS",
    "marketClearingS",
    "marketFallback",
    "marketCorrectionDays",
    "marketCapHighest",
    "marketFeeFeeder",
    "marketFeeTransformer",
    "marketFeeBeyond",
  ],
  supply: [
    "supplyPayMinimumS",
    "supplyNoticeMinimumS",
    "supplyReducedMinimumS",
    "supplyReducedPerMille",
    "supplyVitalMinimumW",
    "supplyEndNoticeS",
    "supplyFinalBillS",
  ],
  voting: ["votingPeriodS", "enactmentDelayS", "delayBlocks", "quorumPerMille", "maxOpenProposals"],
  ledger: [
    "zone",
    "maxExpiryAhead",
    "meterTolerancePerMille",
    "operatorIsRegistrar",
    "keyDelayS",
    "recoveryDelayS",
    "renewalUnit",
    "renewalMinimum",
  ],
} as const satisfies Readonly<Record<string, readonly LawName[]>>;

export function LawsTable(props: { laws: readonly LawView[] }) {
  const columns = (): readonly Column<LawView>[] => [
    {
      head: t("community.col_law"),
      cell: (law) => (
        <>
          {lawName(law.name)}
          <Show when={law.proposal}>
            {(number) => (
              <small>
                {t("community.since")}{" "}
                <a href={`/community/proposal/${number()}`}>
                  {t("community.by_proposal", { number: number() })}
                </a>
                {", "}
                <a href={`/ledger/block/${law.since}`}>
                  {t("community.block", { height: local.number(law.since) })}
                </a>
              </small>
            )}
          </Show>
        </>
      ),
    },
    { head: t("community.col_value"), cell: (law) => lawValue(law.name, law.value) },
  ];
  const lawsIn = (group: keyof typeof GROUPS) =>
    GROUPS[group].flatMap((name) => props.laws.filter((law) => law.name === name));
  return (
    <>
      <p class="sub">
        {t("community.laws_why")} {t("community.unchanged")}
      </p>
      <For each={Object.keys(GROUPS) as (keyof typeof GROUPS)[]}>
        {(group) => (
          <section class="split laws">
            <h2>{t(`community.group.${group}`)}</h2>
            <DataTable caption={t(`community.group.${group}`)} columns={columns()} rows={lawsIn(group)} />
          </section>
        )}
      </For>
    </>
  );
}
