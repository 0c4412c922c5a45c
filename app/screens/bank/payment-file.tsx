/**
 * Waiting payouts as one file for the bank. What has to be named first is said, and named here; whoever has named no
 * account is left out, and that is said too.
 */
import { Match, Show, Switch } from "solid-js";
import type { OwnBankAccount, WaitingPayout } from "#wire/schemas.ts";
import { Button } from "../../parts/button.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { BankAccount } from "../money/bank-account.tsx";

export function PaymentFile(props: {
  payouts: readonly WaitingPayout[];
  own: OwnBankAccount;
  onNamed: () => void;
}) {
  const payable = () => props.payouts.filter(({ bank }) => bank !== null).length;
  const wanted = () => {
    if (!reachable()) return t("signing.offline");
    if (props.own.account === null) return t("bank.file_own_first");
    return payable() === 0 ? t("bank.file_none") : undefined;
  };
  return (
    <>
      <Show when={props.payouts.length > 0}>
        <div class="split">
          <h2>{t("bank.file")}</h2>
          <p class="sub">{t("bank.file_why")}</p>
          <Show when={payable() > 0 && payable() < props.payouts.length}>
            <p class="sub">{t("bank.file_left_out", { count: props.payouts.length - payable() })}</p>
          </Show>
          <Switch>
            <Match when={wanted()}>
              {(reason) => <Button reason={reason()}>{t("bank.file_save", { count: payable() })}</Button>}
            </Match>
            <Match when={true}>
              <div>
                <a class="btn" href="/v1/operator/payouts.xml" download="">
                  {t("bank.file_save", { count: payable() })}
                </a>
              </div>
              <p class="sub">{t("bank.file_twice")}</p>
            </Match>
          </Switch>
        </div>
      </Show>
      <BankAccount own={props.own} ofCommunity onDone={props.onNamed} />
    </>
  );
}
