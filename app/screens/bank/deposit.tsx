/** Booking money that has arrived on the community's bank account. */
import { createSignal, createUniqueId, For, Match, Show, Switch } from "solid-js";
import { MicroEur } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import type { NamedMember } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { typedAmount } from "../money/amount.ts";
import { isReference } from "./reference.ts";
import type { Done } from "./screen.tsx";

interface Typed {
  readonly member: number;
  readonly microEur: number;
  readonly reference: string;
}

export function Deposit(props: { members: readonly NamedMember[]; onDone: (done: Done) => void }) {
  const [member, setMember] = createSignal<number>();
  const [amount, setAmount] = createSignal("");
  const [reference, setReference] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const [booking, setBooking] = createSignal<Typed>();
  const id = createUniqueId();
  const microEur = () => typedAmount(amount()) ?? 0;
  const nameOf = (number: number) =>
    props.members.find((one) => one.member === number)?.name ?? String(number);

  function review(): void {
    setTried(true);
    const chosen = member();
    if (!reachable() || chosen === undefined || microEur() <= 0 || !isReference(reference())) return;
    setBooking({ member: chosen, microEur: microEur(), reference: reference() });
  }

  function finish(typed: Typed, height: number): void {
    setBooking(undefined);
    setAmount("");
    setReference("");
    setTried(false);
    const text = t("bank.booked", {
      amount: local.money(typed.microEur),
      name: nameOf(typed.member),
      height: local.number(height),
    });
    announce(text);
    props.onDone({ text, height });
  }

  return (
    <div class="split deposit">
      <h2>{t("bank.deposit")}</h2>
      <p class="sub">{t("bank.deposit_why")}</p>
      <Switch>
        <Match when={booking()} keyed>
          {(typed) => (
            <div class="step">
              <SignAndSend
                kind={depositMoney}
                body={{
                  member: typed.member,
                  amount: MicroEur(BigInt(typed.microEur)),
                  reference: typed.reference,
                }}
                rows={(body) => [
                  {
                    term: t("bank.member"),
                    value: t("bank.member_no", { name: nameOf(body.member), member: body.member }),
                  },
                  { term: t("money.row_amount"), value: local.money(Number(body.amount)) },
                  { term: t("bank.row_reference"), value: <span class="code">{body.reference}</span> },
                ]}
                words={{ sign: t("bank.sign_deposit"), notDone: t("bank.not_booked") }}
                onBack={() => setBooking(undefined)}
                onDone={(height) => finish(typed, height)}
              />
            </div>
          )}
        </Match>
        <Match when={true}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              review();
            }}
          >
            <label for={`${id}-member`}>{t("bank.member")}</label>
            <select
              id={`${id}-member`}
              class="field"
              aria-invalid={tried() && member() === undefined}
              aria-describedby={tried() && member() === undefined ? `${id}-member-wrong` : undefined}
              onChange={({ currentTarget: { value } }) => setMember(Number(value) || undefined)}
            >
              <option value="">{t("bank.pick")}</option>
              <For each={props.members}>
                {(one) => (
                  <option value={one.member} selected={one.member === member()}>
                    {t("bank.member_no", { name: one.name, member: one.member })}
                  </option>
                )}
              </For>
            </select>
            <Wrong id={`${id}-member-wrong`} when={tried() && member() === undefined}>
              {t("bank.member_wrong")}
            </Wrong>
            <label for={`${id}-amount`}>{t("bank.amount")}</label>
            <input
              id={`${id}-amount`}
              class="field"
              type="text"
              inputmode="decimal"
              autocomplete="off"
              placeholder={local.number(0, 2)}
              value={amount()}
              aria-invalid={tried() && microEur() <= 0}
              aria-describedby={tried() && microEur() <= 0 ? `${id}-amount-wrong` : undefined}
              onInput={(event) => setAmount(event.currentTarget.value)}
            />
            <Wrong id={`${id}-amount-wrong`} when={tried() && microEur() <= 0}>
              {t("bank.amount_wrong")}
            </Wrong>
            <label for={`${id}-reference`}>{t("bank.reference")}</label>
            <input
              id={`${id}-reference`}
              class="field code"
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={reference()}
              aria-invalid={tried() && !isReference(reference())}
              aria-describedby={
                tried() && !isReference(reference()) ? `${id}-reference-wrong` : `${id}-reference-why`
              }
              onInput={(event) => setReference(event.currentTarget.value)}
            />
            <p class="sub" id={`${id}-reference-why`}>
              {t("bank.reference_why")}
            </p>
            <Wrong id={`${id}-reference-wrong`} when={tried() && !isReference(reference())}>
              {t("bank.reference_wrong")}
            </Wrong>
            <div>
              <Button quiet type="submit" reason={reachable() ? undefined : t("signing.offline")}>
                {t("money.review")}
              </Button>
            </div>
          </form>
        </Match>
      </Switch>
    </div>
  );
}

function Wrong(props: { id: string; when: boolean; children: string }) {
  return (
    <Show when={props.when}>
      <p class="sub wrong" id={props.id} role="alert">
        {props.children}
      </p>
    </Show>
  );
}
