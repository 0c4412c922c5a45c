/**
 * The operator's bank, as the ledger has to hear of it: payouts that wait to be paid, and deposits to book. The
 * console of the ledger, not of the bank: nothing here moves money by itself.
 */
import { createSignal, onCleanup, Show } from "solid-js";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Collect } from "./collect.tsx";
import { Deposit } from "./deposit.tsx";
import { Pay } from "./pay.tsx";
import { PaymentFile } from "./payment-file.tsx";
import { WaitingPayouts } from "./waiting-payouts.tsx";
import "../../parts/trading.css";
import "../money/money.css";
import "./bank.css";

/** What was done here, and in which block. */
export interface Done {
  readonly text: string;
  readonly height: number;
}

export function BankScreen() {
  const here = (name: string) => () => (session() == null ? undefined : name);
  const waiting = createView(here("waiting-payouts"), (signal) =>
    platform.call("GET /v1/operator/payouts", { signal }),
  );
  const members = createView(here("members"), (signal) =>
    platform.call("GET /v1/operator/members", { signal }),
  );
  const own = createView(here("bank-account"), (signal) => platform.call("GET /v1/account/bank", { signal }));
  const desk = createView(here("collections"), (signal) =>
    platform.call("GET /v1/operator/collections", { signal }),
  );
  const [opened, setOpened] = createSignal<string>();
  const [done, setDone] = createSignal<Done>();
  onCleanup(onStream("block", () => void waiting.refresh()));
  const one = () => waiting.value()?.find(({ id }) => id === opened());
  const onDone = (what: Done) => {
    setOpened(undefined);
    setDone(what);
    void waiting.refresh();
  };
  return (
    <>
      <Head title={t("bank.title")} sub={t("bank.sub")} />
      <Show when={done()}>
        {(what) => (
          <Note kind="done" alert>
            <a href={`/ledger/block/${what().height}`}>{what().text}</a>
          </Note>
        )}
      </Show>
      <section class="two">
        <div class="stack">
          <Loaded view={waiting} heights={[16, 56, 56]}>
            {(value) => (
              <WaitingPayouts
                payouts={value()}
                opened={opened()}
                onOpen={(id) => {
                  setDone(undefined);
                  setOpened(id);
                }}
              />
            )}
          </Loaded>
          <Loaded view={own} heights={[16, 56]}>
            {(value) => (
              <PaymentFile payouts={waiting.value() ?? []} own={value()} onNamed={() => void own.refresh()} />
            )}
          </Loaded>
          <Loaded view={desk} heights={[16, 56]}>
            {(value) => (
              <Collect
                desk={value()}
                hasAccount={own.value()?.account != null}
                refresh={() => desk.refresh()}
              />
            )}
          </Loaded>
        </div>
        <div class="stack">
          <Show when={one()?.id} keyed>
            {/* A payout of that number never changes while it waits, except where it goes. */}
            {(_) => <Pay payout={one()!} onBack={() => setOpened(undefined)} onDone={onDone} />}
          </Show>
          <Loaded view={members} heights={[16, 56]}>
            {(value) => <Deposit members={value()} onDone={onDone} />}
          </Loaded>
        </div>
      </section>
    </>
  );
}
