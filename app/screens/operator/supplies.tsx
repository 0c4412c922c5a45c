/** The operator as arbiter of supply contracts: invoices that a buyer disputes, and homes not to be disconnected. */
import { createSignal, For, onCleanup, Show } from "solid-js";
import type { SupplyArbitration, SupplyContractView, SupplyInvoiceView } from "#wire/contract-schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, reachable, session } from "../../session.ts";
import { contracts } from "../../strings/contracts.ts";
import { area, t, tCode } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import type { Act, Done } from "../contracts/act.tsx";
import { decision, numberOf, protection } from "../contracts/acts.tsx";
import { stateWord } from "../contracts/words.ts";
import { typedAmount } from "../money/amount.ts";

area(contracts);

export function Supplies() {
  const supplies = createView(
    () => (session() == null ? undefined : "supplies"),
    (signal) => platform.call("GET /v1/operator/supplies", { signal }),
  );
  onCleanup(onStream("block", () => void supplies.refresh()));
  return (
    <section class="stack" aria-label={t("contracts.arbiter")}>
      <h2>{t("contracts.arbiter")}</h2>
      <Loaded view={supplies} heights={[16, 56]}>
        {(value) => <Arbitration supplies={value()} refresh={() => void supplies.refresh()} />}
      </Loaded>
    </section>
  );
}

function Arbitration(props: { supplies: SupplyArbitration; refresh: () => void }) {
  const [signing, setSigning] = createSignal<Act>();
  const [done, setDone] = createSignal<Done>();
  const open = () =>
    props.supplies.disputed.flatMap((contract) =>
      contract.invoices
        .filter(({ state }) => state === "disputed")
        .map((invoice) => ({ contract, invoice, id: invoice.invoice })),
    );
  const begin = (act: Act) => {
    setDone(undefined);
    setSigning(() => act);
  };
  const finish = (what: Done) => {
    setSigning(undefined);
    setDone(what);
    announce(what.text);
    props.refresh();
  };
  return (
    <>
      <Show when={done()}>
        {(what) => (
          <Note kind="done" alert>
            <a href={`/ledger/block/${what().height}`}>{what().text}</a>
          </Note>
        )}
      </Show>
      <Show
        when={signing()}
        keyed
        fallback={
          <>
            {/* By id: what somebody types stays while blocks go by. */}
            <For each={open().map(({ id }) => id)} fallback={<p class="sub">{t("contracts.no_disputes")}</p>}>
              {(id) => (
                <Show when={open().find((one) => one.id === id)}>
                  {(one) => <Dispute contract={one().contract} invoice={one().invoice} onAct={begin} />}
                </Show>
              )}
            </For>
            <Homes homes={props.supplies.homes} onAct={begin} />
          </>
        }
      >
        {(draw) => draw({ onDone: finish, onBack: () => setSigning(undefined) })}
      </Show>
    </>
  );
}

function Dispute(props: {
  contract: SupplyContractView;
  invoice: SupplyInvoiceView;
  onAct: (act: Act) => void;
}) {
  const [text, setText] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const most = () => props.invoice.amountMicroEur - props.invoice.creditedMicroEur;
  const amount = () => typedAmount(text());
  const fits = () => {
    const microEur = amount();
    return microEur !== undefined && microEur <= most();
  };
  return (
    <form
      class="step form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const microEur = amount();
        if (microEur !== undefined && fits()) props.onAct(decision(props.invoice, microEur));
      }}
    >
      <p class="reason">
        {t("contracts.dispute_of", {
          buyer: props.contract.buyer.name,
          number: numberOf(props.invoice),
          seller: props.contract.seller.name,
          reason: tCode(`contracts.reason.${props.invoice.dispute ?? "other"}`, {}) ?? "",
        })}
        <small>
          {t("contracts.dispute_amount", {
            amount: local.money(most()),
            energy: local.soldEnergy(props.invoice.energyWh),
          })}
        </small>
      </p>
      <LabelledInput
        label={t("contracts.stands")}
        value={text()}
        keyboard="decimal"
        onInput={setText}
        wrong={tried() && !fits() ? t("contracts.amount_wrong", { most: local.money(most()) }) : undefined}
      />
      <div>
        <Button type="submit" reason={reachable() ? undefined : t("signing.offline")}>
          {t("contracts.decide")}
        </Button>
      </div>
    </form>
  );
}

function Homes(props: { homes: SupplyArbitration["homes"]; onAct: (act: Act) => void }) {
  return (
    <Show when={props.homes.length > 0} fallback={<p class="sub">{t("contracts.no_homes")}</p>}>
      <DataTable
        caption={t("contracts.homes")}
        columns={[
          { head: t("contracts.col_home"), cell: ({ name }) => name },
          {
            head: t("contracts.col_state"),
            left: true,
            cell: ({ state }) => (state === null ? "–" : stateWord(state)),
          },
          {
            head: t("contracts.col_protection"),
            left: true,
            cell: (home) => (
              <>
                <Show when={home.protection}>
                  {(reason) => <>{tCode(`contracts.protection.${reason()}`, {}) ?? reason()} </>}
                </Show>
                <Button
                  small
                  quiet
                  label={
                    home.protection === null
                      ? t("contracts.protect", { name: home.name })
                      : t("contracts.unprotect", { name: home.name })
                  }
                  onClick={() => props.onAct(protection(home.plant, home.protection === null, "registered"))}
                >
                  {home.protection === null ? t("contracts.protect_short") : t("contracts.unprotect_short")}
                </Button>
              </>
            ),
          },
        ]}
        rows={props.homes}
      />
    </Show>
  );
}
