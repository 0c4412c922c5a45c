/** What the community has, what came in, and what it paid out by which proposal. */
import { Show } from "solid-js";
import type { Treasury as TreasuryDocument } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { t } from "../../strings/dictionary.ts";
import { whoText } from "./words.ts";

type Payment = TreasuryDocument["payments"][number];

export function Treasury(props: { treasury: TreasuryDocument }) {
  const paid = () => props.treasury.incomeMicroEur - props.treasury.balanceMicroEur;
  const columns = (): readonly Column<Payment>[] => [
    { head: t("community.col_when"), cell: (one) => local.dateTime(one.time) },
    { head: t("community.col_amount"), cell: (one) => local.number(one.amountMicroEur / 1e6, 2) },
    { head: t("community.col_to"), left: true, cell: (one) => whoText(one.member, one.memberName) },
    { head: t("community.col_purpose"), left: true, cell: (one) => one.purpose },
    {
      head: t("community.col_proposal"),
      cell: (one) => <a href={`/community/proposal/${one.proposal}`}>{local.number(one.proposal)}</a>,
    },
    {
      head: t("community.col_block"),
      cell: (one) => <a href={`/ledger/block/${one.height}`}>{local.number(one.height)}</a>,
    },
  ];
  return (
    <>
      <p class="sub">{t("community.treasury_why")}</p>
      <section class="figures treasury" aria-label={t("community.treasury")}>
        <Figure title={t("community.balance")} microEur={props.treasury.balanceMicroEur} />
        <Figure title={t("community.income")} microEur={props.treasury.incomeMicroEur} />
        <Figure title={t("community.paid")} microEur={paid()} />
      </section>
      <section class="split">
        <h2>{t("community.payments")}</h2>
        <Show
          when={props.treasury.payments.length > 0}
          fallback={<p class="sub">{t("community.no_payments")}</p>}
        >
          <DataTable caption={t("community.payments")} columns={columns()} rows={props.treasury.payments} />
        </Show>
      </section>
    </>
  );
}

/** Sales leave tenths of a cent: as exact as in a sale. */
function Figure(props: { title: string; microEur: number }) {
  return (
    <div>
      <h2>{props.title}</h2>
      <p class="big">
        {local.number(props.microEur / 1e6, 3)}
        <small>€</small>
      </p>
    </div>
  );
}
