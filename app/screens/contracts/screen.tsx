/**
 * Supply contracts of whoever is here: a home's with what may come in and what is to pay, a supplier's with what it
 * can invoice and whom it may give notice; offers to accept, or to make.
 */
import { createSignal, For, onCleanup, Show } from "solid-js";
import type { ContractsDesk } from "#wire/contract-schemas.ts";
import { announce } from "../../parts/announcer.tsx";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import type { Done } from "./act.tsx";
import { OfferForm } from "./offer-form.tsx";
import { OpenOffer, OwnOffers } from "./offers.tsx";
import { OneContract } from "./one-contract.tsx";
import "../../parts/trading.css";
import "../money/money.css";
import "./contracts.css";

export function ContractsScreen() {
  const desk = createView(
    () => (session() == null ? undefined : "contracts"),
    (signal) => platform.call("GET /v1/contracts", { signal }),
  );
  onCleanup(onStream("contract", () => void desk.refresh()));
  return (
    <>
      <Head title={t("contracts.title")} sub={t("contracts.sub")} />
      <Loaded view={desk} heights={[28, 16, 56, 16, 56]}>
        {(value) => <Desk desk={value()} refresh={() => void desk.refresh()} />}
      </Loaded>
    </>
  );
}

function Desk(props: { desk: ContractsDesk; refresh: () => void }) {
  const [done, setDone] = createSignal<Done>();
  const isSupplier = () => session()?.role === "supplier";
  const open = () => props.desk.offers.filter((offer) => offer.open);
  const own = () => props.desk.offers.filter(({ seller }) => seller.member === props.desk.member);
  const ids = () => props.desk.contracts.map(({ contract }) => contract);
  const isSupplied = () =>
    props.desk.contracts.some(
      ({ role, state, terms }) =>
        role === "buyer" && state !== "ended" && state !== "closed" && terms.suspension !== null,
    );
  const finish = (what: Done) => {
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
      <section class="two">
        <div class="stack">
          <h2 class="unseen">{t("contracts.mine")}</h2>
          {/* By id: a form that is open stays open when the contract's state is read anew. */}
          <For
            each={ids()}
            fallback={<Empty title={isSupplier() ? t("contracts.none_seller") : t("contracts.none_buyer")} />}
          >
            {(id) => (
              <Show when={props.desk.contracts.find(({ contract }) => contract === id)}>
                {(contract) => <OneContract contract={contract()} desk={props.desk} onDone={props.refresh} />}
              </Show>
            )}
          </For>
        </div>
        <div class="stack">
          <Show when={isSupplier()}>
            <OfferForm desk={props.desk} onDone={finish} />
          </Show>
          <Show when={!isSupplier() && props.desk.plant !== null}>
            {/* A home may supply others from its own panels; few do, so it waits folded. */}
            <details class="offer-own">
              <summary>{t("contracts.new_offer_own")}</summary>
              <OfferForm desk={props.desk} onDone={finish} />
            </details>
          </Show>
          <Show when={own().length > 0}>
            <h2>{t("contracts.offers_own")}</h2>
            <OwnOffers offers={own()} />
          </Show>
          <Show when={props.desk.plant} keyed>
            {(plant) => (
              <>
                <h2>{t("contracts.offers")}</h2>
                <For each={open()} fallback={<p class="sub">{t("contracts.no_offers")}</p>}>
                  {(offer) => (
                    <OpenOffer offer={offer} plant={plant} supplied={isSupplied()} onDone={finish} />
                  )}
                </For>
              </>
            )}
          </Show>
        </div>
      </section>
    </>
  );
}
