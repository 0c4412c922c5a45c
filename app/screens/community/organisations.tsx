/** Who vouches for the ledger, with their validators, and who was seen to misbehave. */
import { Show } from "solid-js";
import type { OrganisationView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";
import { keyText, whoText } from "./words.ts";

export function Organisations(props: { organisations: readonly OrganisationView[] }) {
  const columns = (): readonly Column<OrganisationView>[] => [
    { head: t("community.col_organisation"), cell: (one) => whoText(one.member, one.name) },
    { head: t("community.row_member"), cell: (one) => local.number(one.member) },
    {
      head: t("community.col_validator"),
      left: true,
      cell: (one) =>
        one.validator === null ? (
          t("community.no_validator")
        ) : (
          <code title={one.validator}>{keyText(one.validator)}</code>
        ),
    },
    {
      head: t("community.col_power"),
      left: true,
      cell: (one) => (
        <span classList={{ "taken-away": !one.active }}>
          {one.active ? t("community.active") : t("community.inactive")}
        </span>
      ),
    },
    { head: t("community.col_misbehaviour"), cell: (one) => local.number(one.misbehaviours) },
    {
      head: t("community.col_since"),
      cell: (one) =>
        one.since === 0 ? (
          t("community.from_start")
        ) : (
          <a href={`/ledger/block/${one.since}`}>
            {t("community.block", { height: local.number(one.since) })}
          </a>
        ),
    },
  ];
  return (
    <section class="split">
      <p class="sub">{t("community.organisations_why")}</p>
      <Show
        when={props.organisations.length > 0}
        fallback={
          <Empty title={t("community.no_organisations")}>
            <p class="sub">{t("community.no_organisations_why")}</p>
          </Empty>
        }
      >
        <DataTable caption={t("community.organisations")} columns={columns()} rows={props.organisations} />
      </Show>
    </section>
  );
}
