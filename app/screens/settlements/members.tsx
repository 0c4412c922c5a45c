/** The members who may have money, with the names that the platform keeps: on the ledger they are numbers. */
import { createSignal, Show } from "solid-js";
import type { NamedMember } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { t } from "../../strings/dictionary.ts";

const FIRST = 20;

export function Members(props: { members: readonly NamedMember[] }) {
  const [all, setAll] = createSignal(false);
  const shown = () => (all() ? props.members : props.members.slice(0, FIRST));
  const columns = (): readonly Column<NamedMember>[] => [
    { head: t("settlements.col_name"), cell: (one) => one.name },
    { head: t("settlements.col_member"), cell: (one) => String(one.member) },
    { head: t("settlements.col_role"), left: true, cell: (one) => t(`settlements.role.${one.role}`) },
  ];
  return (
    <section class="split members">
      <h2>{t("settlements.members", { count: local.number(props.members.length) })}</h2>
      <p class="sub">{t("settlements.members_why")}</p>
      <DataTable caption={t("settlements.members_table")} columns={columns()} rows={shown()} />
      <Show when={shown().length < props.members.length}>
        <div>
          <Button quiet onClick={() => setAll(true)}>
            {t("settlements.show_all")}
          </Button>
        </div>
      </Show>
    </section>
  );
}
