/** Asking for one's own money: an amount to the cent, then exactly what is signed. */
import { createSignal, createUniqueId, Match, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { requestOwnPayout } from "#chain/transactions.ts";
import { PAYOUT_ID_BYTES } from "#market/payout.ts";
import type { MaskedBankAccount } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { Empty } from "../../parts/states.tsx";
import { reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { typedAmount, wholeCents } from "./amount.ts";
import type { Done } from "./screen.tsx";

export function TakeOut(props: {
  availableMicroEur: number;
  bank: MaskedBankAccount | undefined;
  onDone: (done: Done) => void;
}) {
  const [asking, setAsking] = createSignal<{ readonly payout: Uint8Array; readonly microEur: number }>();
  const most = () => wholeCents(props.availableMicroEur);
  return (
    <div class="step">
      <h2>{t("money.take_out")}</h2>
      <Switch
        fallback={
          <Amount
            most={most()}
            bank={props.bank}
            onReview={(microEur) => {
              const payout = crypto.getRandomValues(new Uint8Array(PAYOUT_ID_BYTES));
              setAsking({ payout, microEur });
            }}
          />
        }
      >
        <Match when={asking()} keyed>
          {({ payout, microEur }) => (
            <>
              <Show when={props.bank}>
                {(bank) => (
                  <p>
                    {t("money.goes_to", { holder: bank().holder, iban: bank().iban })}{" "}
                    <small class="sub">{t("money.not_on_ledger")}</small>
                  </p>
                )}
              </Show>
              <SignAndSend
                kind={requestOwnPayout}
                body={{ payout, amount: MicroEur(BigInt(microEur)) }}
                rows={(body) => [
                  { term: t("money.row_amount"), value: local.money(Number(body.amount)) },
                  {
                    term: t("money.row_payout"),
                    value: <span class="code">{shortId(toHex(body.payout))}</span>,
                  },
                ]}
                words={{ sign: t("money.sign"), notDone: t("money.not_asked") }}
                onBack={() => setAsking(undefined)}
                onDone={(height) => {
                  setAsking(undefined);
                  const text = t("money.asked_done", {
                    amount: local.money(microEur),
                    height: local.number(height),
                  });
                  announce(text);
                  props.onDone({ text, height });
                }}
              />
            </>
          )}
        </Match>
        <Match when={most() === 0}>
          <Empty title={t("money.nothing")}>
            <p class="sub">
              {session()?.role === "supplier" ? t("money.nothing_why_supplier") : t("money.nothing_why")}
            </p>
          </Empty>
        </Match>
      </Switch>
    </div>
  );
}

function Amount(props: {
  most: number;
  bank: MaskedBankAccount | undefined;
  onReview: (microEur: number) => void;
}) {
  const [text, setText] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const id = createUniqueId();
  const fits = (microEur = typedAmount(text())): microEur is number =>
    microEur !== undefined && microEur > 0 && microEur <= props.most;
  const wrong = () => tried() && !fits();
  /** Why it cannot be asked for now. */
  const reason = () => {
    if (!reachable()) return t("signing.offline");
    return props.bank === undefined ? t("money.first_account") : undefined;
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const microEur = typedAmount(text());
        if (reason() === undefined && fits(microEur)) props.onReview(microEur);
      }}
    >
      <label class="big entry" for={id}>
        <span class="unseen">{t("money.amount")}</span>
        <input
          id={id}
          type="text"
          inputmode="decimal"
          autocomplete="off"
          placeholder={local.number(0, 2)}
          value={text()}
          style={{ "--characters": Math.max(4, text().length) }}
          aria-invalid={wrong()}
          aria-describedby={`${id}-says`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <small aria-hidden="true">€</small>
      </label>
      <p id={`${id}-says`} class="sub" classList={{ wrong: wrong() }} role={wrong() ? "alert" : undefined}>
        {wrong()
          ? t("money.amount_wrong", { most: local.money(props.most) })
          : t("money.amount_says", { most: local.money(props.most) })}
      </p>
      <div>
        <button type="button" class="link" onClick={() => setText((props.most / 1e6).toFixed(2))}>
          {t("money.all", { amount: local.money(props.most) })}
        </button>
      </div>
      <Show when={props.bank}>
        {(bank) => <p>{t("money.goes_to", { holder: bank().holder, iban: bank().iban })}</p>}
      </Show>
      <div>
        <Button type="submit" reason={reason()}>
          {t("money.review")}
        </Button>
      </div>
    </form>
  );
}

/** Enough of a payout's number to tell it from the others: `1a2b 3c4d`. */
export function shortId(hex: string): string {
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)}`;
}
