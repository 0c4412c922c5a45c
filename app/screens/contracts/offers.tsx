/** Offers: those that one may accept, with exactly what is signed; and one's own, as they stand. */
import { createSignal, For, Match, Show, Switch } from "solid-js";
import type { SupplyOfferView } from "#wire/contract-schemas.ts";
import { SUPPLY_TEXT } from "#wire/supply-text.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./act.tsx";
import { acceptance } from "./acts.tsx";
import { isStandardText, termsRows } from "./words.ts";

export function OpenOffer(props: {
  offer: SupplyOfferView;
  plant: number;
  /** The home has a contract already that may be suspended: it can have no other such one. */
  supplied: boolean;
  onDone: (done: Done) => void;
}) {
  const [accepting, setAccepting] = createSignal(false);
  const name = () => t("contracts.offer_by", { name: props.offer.seller.name });
  const reason = () => {
    if (!reachable()) return t("signing.offline");
    return props.supplied && props.offer.terms.suspension !== null ? t("contracts.supplied") : undefined;
  };
  return (
    <article class="step offer-of-supply" aria-label={name()}>
      <h3>{name()}</h3>
      <Switch>
        <Match when={accepting()}>
          {acceptance(props.offer, props.plant)({ onDone: props.onDone, onBack: () => setAccepting(false) })}
        </Match>
        <Match when={true}>
          <Sheet rows={termsRows(props.offer.terms)} />
          <Show when={isStandardText(props.offer.terms.text)}>
            <details>
              <summary>{t("contracts.text_show")}</summary>
              <p lang="en">{SUPPLY_TEXT}</p>
            </details>
          </Show>
          <div>
            <Button reason={reason()} onClick={() => setAccepting(true)}>
              {t("contracts.look_at")}
            </Button>
          </div>
        </Match>
      </Switch>
    </article>
  );
}

export function OwnOffers(props: { offers: readonly SupplyOfferView[] }) {
  return (
    <ul class="payouts own-offers">
      <For each={props.offers}>
        {(offer) => (
          <li>
            <span>
              <b>{termsRows(offer.terms)[0]!.value}</b>{" "}
              <small>
                {termsRows(offer.terms)[1]!.value} · {t("contracts.offered_to")}{" "}
                {offer.to?.name ?? t("contracts.anybody")}
              </small>
            </span>
            <span class="state">{t("contracts.taken", { count: offer.accepted })}</span>
            <p>
              <a href={`/ledger/block/${offer.height}`}>
                {t("contracts.block", { height: local.number(offer.height) })}
              </a>
            </p>
          </li>
        )}
      </For>
    </ul>
  );
}
