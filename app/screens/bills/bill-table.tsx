/** A list of bills, and what they come to together. */
import type { BillEntry, BillList } from "#wire/bill-schemas.ts";
import { local } from "../../local.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { language, t } from "../../strings/dictionary.ts";

export const cents = (amount: number) => local.money(amount * 10_000);

export function BillTable(props: {
  bills: readonly BillEntry[];
  party: "issuer" | "recipient";
  paper?: (number: string) => string;
}) {
  return (
    <DataTable
      caption={t("bills.title")}
      rows={props.bills}
      columns={[
        {
          head: t("bills.number"),
          cell: (bill) => (
            <span class="bill-number">
              {props.party === "issuer" ? (
                <a href={`/bills/${bill.number}`}>{bill.number}</a>
              ) : (
                <a
                  href={`${props.paper?.(bill.number)}?language=${language()}`}
                  download={`${bill.number}.pdf`}
                >
                  {bill.number}
                </a>
              )}
              <small>
                {kindOf(bill)} · {periodOf(bill)}
              </small>
            </span>
          ),
        },
        {
          head: t(props.party === "issuer" ? "bills.issuer" : "bills.recipient"),
          left: true,
          cell: (bill) => (props.party === "issuer" ? bill.issuer.name : bill.recipient),
        },
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

/** What the bills come to, as whoever looks sees it: a home pays them, a supplier is paid by them. */
export function Statement(props: { statement: BillList["statement"]; party: "issuer" | "recipient" }) {
  const home = () => props.party === "issuer";
  const due = () => props.statement.balanceCent;
  return (
    <Sheet
      rows={[
        { term: t(home() ? "bills.to_pay" : "bills.homes_pay"), value: cents(props.statement.payCent) },
        {
          term: t(home() ? "bills.to_receive" : "bills.homes_receive"),
          value: cents(props.statement.receiveCent),
        },
        {
          term: t(due() > 0 === home() && due() !== 0 ? "bills.rest_to_pay" : "bills.rest_to_receive"),
          value: <b>{cents(Math.abs(due()))}</b>,
        },
      ]}
    />
  );
}
