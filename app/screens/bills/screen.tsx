/** Bills of whoever is here: a home's own, or those that a supplier makes, or the operator for the community. */
import { Match, Show, Switch } from "solid-js";
import type { BillEntry } from "#wire/bill-schemas.ts";
import { Head } from "../../parts/head.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { segments } from "../../router.ts";
import { session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { BillTable, Statement } from "./bill-table.tsx";
import { IssuedBills } from "./issued-bills.tsx";
import type { Issuer } from "./issuing.ts";
import { OneBill } from "./one-bill.tsx";
import "./bills.css";

export function BillsScreen() {
  return (
    <Show when={issuer()} fallback={<OwnBills />}>
      {(by) => <IssuedBills by={by()} />}
    </Show>
  );
}

function issuer(): Issuer | undefined {
  const role = session()?.role;
  return role === "supplier" || role === "operator" ? role : undefined;
}

function OwnBills() {
  const view = createView(
    () => (session() == null ? undefined : "bills"),
    (signal) => platform.call("GET /v1/home/bills", { signal }),
  );
  const one = (): BillEntry | undefined => view.value()?.bills.find(({ number }) => number === segments()[1]);
  return (
    <Switch
      fallback={
        <>
          <Head title={t("bills.title")} sub={t("bills.sub")} />
          <Loaded view={view} heights={[16, 56, 56]}>
            {(list) => (
              <Show
                when={list().bills.length > 0}
                fallback={
                  <Empty title={t("bills.none")}>
                    <p class="sub">{t("bills.none_why")}</p>
                  </Empty>
                }
              >
                <div class="stack">
                  <Statement statement={list().statement} party="issuer" />
                  <BillTable bills={list().bills} party="issuer" />
                </div>
              </Show>
            )}
          </Loaded>
        </>
      }
    >
      <Match when={one()}>{(bill) => <OneBill entry={bill()} />}</Match>
    </Switch>
  );
}
