/**
 * A member's own money: what the ledger holds, taking some of it out, the bank account that it goes to, and what
 * became of earlier payouts. Citizens, suppliers and organisations have it; offices have no money.
 */
import { createSignal, onCleanup, Show } from "solid-js";
import type { Account } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { BankAccount } from "./bank-account.tsx";
import { Mandate } from "./mandate.tsx";
import { Payouts } from "./payouts.tsx";
import { TakeOut } from "./take-out.tsx";
import "../../parts/trading.css";
import "./money.css";

/** What was done here, and in which block, if in one. */
export interface Done {
  readonly text: string;
  readonly height?: number;
}

export function MoneyScreen() {
  const here = (name: string) => () => (session() == null ? undefined : name);
  const account = createView(here("account"), (signal) => platform.call("GET /v1/account", { signal }));
  const bank = createView(here("bank-account"), (signal) =>
    platform.call("GET /v1/account/bank", { signal }),
  );
  const payouts = createView(here("payouts"), (signal) =>
    platform.call("GET /v1/account/payouts", { query: {}, signal }),
  );
  const mandate = createView(here("mandate"), (signal) =>
    platform.call("GET /v1/account/mandate", { signal }),
  );
  const [done, setDone] = createSignal<Done>();
  const refresh = () => void Promise.all([account.refresh(), payouts.refresh()]);
  onCleanup(onStream("block", refresh));
  return (
    <>
      <Head title={t("money.title")} sub={t("money.sub")} />
      <Show when={done()}>
        {(one) => (
          <Note kind="done" alert>
            <Show when={one().height} fallback={one().text}>
              {(height) => <a href={`/ledger/block/${height()}`}>{one().text}</a>}
            </Show>
          </Note>
        )}
      </Show>
      <Loaded view={account} heights={[56, 16]}>
        {(value) => <Figures account={value()} />}
      </Loaded>
      <section class="two">
        <Loaded view={account} heights={[160]}>
          {(value) => (
            <TakeOut
              availableMicroEur={value().availableMicroEur}
              bank={bank.value()?.account ?? undefined}
              onDone={(one) => {
                setDone(one);
                refresh();
              }}
            />
          )}
        </Loaded>
        <Loaded view={bank} heights={[16, 56]}>
          {(value) => (
            <BankAccount
              own={value()}
              onDone={(text) => {
                setDone({ text });
                void bank.refresh();
                void mandate.refresh();
              }}
            />
          )}
        </Loaded>
      </section>
      <section class="two">
        <Loaded view={payouts} heights={[16, 32, 32]}>
          {(value) => <Payouts payouts={value()} />}
        </Loaded>
        <Loaded view={mandate} heights={[16, 56]}>
          {(value) => (
            <Mandate
              own={value()}
              hasAccount={bank.value()?.account != null}
              onDone={() => void mandate.refresh()}
            />
          )}
        </Loaded>
      </section>
    </>
  );
}

function Figures(props: { account: Account }) {
  const reservedMicroEur = () =>
    props.account.balanceMicroEur - props.account.availableMicroEur - props.account.payoutsMicroEur;
  const isSupplier = () => session()?.role === "supplier";
  return (
    <section class="figures own-money" aria-label={t("money.title")}>
      <Figure
        title={t("money.available")}
        microEur={props.account.availableMicroEur}
        note={t("money.available_note")}
      />
      <Show
        when={isSupplier()}
        fallback={
          <Figure
            title={t("money.incoming")}
            microEur={props.account.incomingMicroEur}
            note={t("money.incoming_note")}
          />
        }
      >
        <Figure title={t("money.reserved")} microEur={reservedMicroEur()} note={t("money.reserved_note")} />
      </Show>
      <Figure
        title={t("money.on_the_way")}
        microEur={props.account.payoutsMicroEur}
        note={t("money.on_the_way_note")}
      />
    </section>
  );
}

/** Sales leave tenths of a cent: as exact as in a sale. */
function Figure(props: { title: string; microEur: number; note: string }) {
  return (
    <div>
      <h2>{props.title}</h2>
      <p class="big">
        {local.number(props.microEur / 1e6, 3)}
        <small>€</small>
      </p>
      <p class="sub">{props.note}</p>
    </div>
  );
}
