/** A list of bills, and what they come to together. */
import type { BillEntry, BillList } from "#wire/bill-schemas.ts";
import { local } from "../../local.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { language, t } from "../../strings/dictionary.ts";

export const cents = (amount: number) => local.money(amount * 10_000);

export function BillTable(props: { bills: readonly BillEntry[]; party: "issuer" | "recipient" }) {
  return (
    <DataTable
      caption={t("bills.title")}
      rows={props.bills}
      columns={[
        {
          head: t("bills.number"),
          cell: (bill) =>
            props.party === "issuer" ? (
              <a href={`/bills/${bill.number}`}>{bill.number}</a>
            ) : (
              <a
                href={`/v1/supplier/invoices/${bill.number}/pdf?language=${language()}`}
                download={`${bill.number}.pdf`}
              >
                {bill.number}
              </a>
            ),
        },
        { head: t("bills.kind"), left: true, cell: (bill) => kindOf(bill) },
        {
          head: t(props.party === "issuer" ? "bills.issuer" : "bills.recipient"),
          left: true,
          cell: (bill) => (props.party === "issuer" ? bill.issuer.name : bill.recipient),
        },
        { head: t("bills.period"), left: true, cell: (bill) => periodOf(bill) },
        { head: "€", cell: (bill) => local.number(bill.payableCent / 100, 2) },
      ]}
    />
  );
}

export function kindOf(bill: BillEntry): string {
  const kind = t(`bills.kind_${bill.kind}`);
  return bill.takenBack === null ? kind : `${kind}, ${t("bills.taken_back", { number: bill.takenBack })}`;
}

export function periodOf({ from, lastDay }: Pick<BillEntry, "from" | "lastDay">): string {
  return from === lastDay ? local.dayText(from) : `${local.dayText(from)} – ${local.dayText(lastDay)}`;
}

export function Statement(props: { statement: BillList["statement"] }) {
  return (
    <Sheet
      rows={[
        { term: t("bills.to_pay"), value: cents(props.statement.payCent) },
        { term: t("bills.to_receive"), value: cents(props.statement.receiveCent) },
        { term: t("bills.balance"), value: cents(props.statement.balanceCent) },
      ]}
    />
  );
}
