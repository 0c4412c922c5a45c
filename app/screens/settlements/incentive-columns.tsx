/** Columns of the incentive's versions and parts, of a month and of a year alike. */
import type { IncentiveVersion } from "#wire/bill-schemas.ts";
import { local } from "../../local.ts";
import type { Column } from "../../parts/data-table.tsx";
import { t } from "../../strings/dictionary.ts";

type Part = IncentiveVersion["parts"][number];

const money = (microEur: number) => local.number(microEur / 1e6, 4);

/** `pool`: what the sum of a version is called. */
export function versionColumns(
  pool: "settlements.col_pool" | "settlements.col_moves" = "settlements.col_pool",
): readonly Column<IncentiveVersion>[] {
  return [
    {
      head: t("settlements.col_version"),
      cell: (one) => `${local.number(one.version)} · ${t(`settlements.stage.${one.stage}`)}`,
      left: true,
    },
    { head: t(pool), cell: (one) => money(one.poolMicroEur) },
    { head: t("settlements.col_shared"), cell: (one) => local.number(one.sharedWh / 1000, 2) },
    { head: t("settlements.col_unread"), cell: (one) => local.number(one.missing) },
    { head: t("settlements.col_reason"), left: true, cell: (one) => one.reason },
  ];
}

export function partColumns(): readonly Column<Part>[] {
  return [
    { head: t("settlements.col_name"), left: true, cell: (one) => one.name },
    { head: t("settlements.col_part"), cell: (one) => money(one.amountMicroEur) },
    {
      head: t("settlements.col_paid"),
      cell: (one) =>
        one.paidMicroEur > 0 && !one.booked ? t("settlements.part_waits") : money(one.paidMicroEur),
    },
    { head: t("settlements.col_bill"), left: true, cell: (one) => one.bill ?? "–" },
  ];
}
