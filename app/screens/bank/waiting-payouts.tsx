/** Payouts that wait to be paid by bank, oldest first. */
import { For, Show } from "solid-js";
import type { WaitingPayout } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

export function WaitingPayouts(props: {
  payouts: readonly WaitingPayout[];
  opened: string | undefined;
  onOpen: (id: string) => void;
}) {
  const sum = () => props.payouts.reduce((all, { amountMicroEur }) => all + amountMicroEur, 0);
  return (
    <div class="split">
      <h2>{t("bank.waiting")}</h2>
      <Show
        when={props.payouts.length > 0}
        fallback={
          <Empty title={t("bank.none")}>
            <p class="sub">{t("bank.none_why")}</p>
          </Empty>
        }
      >
        <p class="sub">
          {t("bank.waiting_sum", { count: props.payouts.length, amount: local.money(sum()) })}
        </p>
        <ul class="payouts to-pay">
          <For each={props.payouts}>
            {(one) => (
              <li classList={{ opened: one.id === props.opened }}>
                <span>
                  <b>{local.money(one.amountMicroEur)}</b> {one.name}
                  <br />
                  <small>
                    {t("bank.asked", { member: one.member, when: local.dateTime(one.asked.time) })}
                    {" · "}
                    <Show when={one.bank} fallback={t("bank.no_account")}>
                      {(bank) => bank().iban}
                    </Show>
                  </small>
                </span>
                <Button
                  quiet
                  label={t("bank.open_label", {
                    amount: local.money(one.amountMicroEur),
                    name: one.name,
                  })}
                  onClick={() => props.onOpen(one.id)}
                >
                  {t("bank.open")}
                </Button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
