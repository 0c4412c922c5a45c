/** What became of the money asked for: requested, paid with the bank's reference, refused, lapsed. Newest first. */
import { For, Match, Show, Switch } from "solid-js";
import type { Payout } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";

export function Payouts(props: { payouts: readonly Payout[] }) {
  return (
    <div class="split">
      <h2>{t("money.payouts")}</h2>
      <Show when={props.payouts.length > 0} fallback={<p class="sub">{t("money.no_payouts")}</p>}>
        <ul class="payouts">
          <For each={props.payouts}>{(one) => <OnePayout payout={one} />}</For>
        </ul>
      </Show>
    </div>
  );
}

function OnePayout(props: { payout: Payout }) {
  const height = () => props.payout.settled?.height ?? props.payout.asked.height;
  return (
    <li>
      <span>
        <b>{local.money(props.payout.amountMicroEur)}</b>{" "}
        <small>{t("money.asked", { when: local.dateTime(props.payout.asked.time) })}</small>
      </span>
      <span class={`state ${props.payout.state}`}>{t(`money.state_${props.payout.state}`)}</span>
      <p>
        <Switch>
          <Match when={props.payout.state === "waiting"}>
            {t("money.says_waiting", { height: local.number(props.payout.expiryHeight) })}
          </Match>
          <Match when={props.payout.state === "paid"}>
            {t("money.says_paid", { when: local.dateTime(props.payout.settled!.time) })}{" "}
            <span class="code">{props.payout.reference}</span>
          </Match>
          <Match when={props.payout.state === "unpaid"}>{t("money.says_unpaid")}</Match>
          <Match when={props.payout.state === "expired"}>{t("money.says_expired")}</Match>
        </Switch>{" "}
        <a href={`/ledger/block/${height()}`}>{t("money.block", { height: local.number(height()) })}</a>
      </p>
    </li>
  );
}
