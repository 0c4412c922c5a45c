/**
 * One payout opened to be paid: to which account, with what purpose; then the bank's reference, signed, or its
 * refusal. The whole account is read when it is opened and kept in no cache.
 */
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import { fromHex, toHex } from "#base/bytes.ts";
import { settleMemberPayout } from "#chain/transactions.ts";
import { ProblemError } from "#wire/client.ts";
import { ibanInGroups } from "#wire/iban.ts";
import type { BankAccount, WaitingPayout } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { Bones } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { community, reachable } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { shortId } from "../money/take-out.tsx";
import { isReference } from "./reference.ts";
import type { Done } from "./screen.tsx";

type Settling = { readonly reference: string | undefined };

export function Pay(props: { payout: WaitingPayout; onBack: () => void; onDone: (done: Done) => void }) {
  const [account, setAccount] = createSignal<BankAccount>();
  const [problem, setProblem] = createSignal<string>();
  const [settling, setSettling] = createSignal<Settling>();
  let heading: HTMLHeadingElement | undefined;
  const amount = () => local.money(props.payout.amountMicroEur);
  const name = () => props.payout.name;

  async function read(): Promise<void> {
    setProblem(undefined);
    try {
      const params = { id: props.payout.id };
      setAccount(await platform.call("GET /v1/operator/payouts/:id/bank", { params }));
    } catch (error) {
      setProblem(error instanceof ProblemError ? error.problem.code : "unreached");
    }
  }

  onMount(() => {
    void read();
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "nearest" });
  });

  const finish = (height: number) => {
    const values = { amount: amount(), name: name(), height: local.number(height) };
    const paid = settling()?.reference !== undefined;
    const text = paid ? t("bank.settled_paid", values) : t("bank.settled_unpaid", values);
    announce(text);
    props.onDone({ text, height });
  };

  return (
    <div class="step pay">
      <h2 tabindex="-1" ref={heading}>
        {t("bank.step", { amount: amount(), name: name() })}
      </h2>
      <Switch>
        <Match when={settling()} keyed>
          {(one) => (
            <>
              <Show when={one.reference === undefined}>
                <p class="sub">{t("bank.refuse_why")}</p>
              </Show>
              <SignAndSend
                kind={settleMemberPayout}
                body={{ payout: fromHex(props.payout.id)!, reference: one.reference }}
                rows={(body) => [
                  {
                    term: t("money.row_payout"),
                    value: <span class="code">{shortId(toHex(body.payout))}</span>,
                  },
                  {
                    term: t("bank.row_result"),
                    value: body.reference === undefined ? t("bank.result_unpaid") : t("bank.result_paid"),
                  },
                  ...(body.reference === undefined
                    ? []
                    : [{ term: t("bank.row_reference"), value: <span class="code">{body.reference}</span> }]),
                ]}
                words={{
                  sign: one.reference === undefined ? t("bank.sign_refuse") : t("bank.sign_paid"),
                  notDone: t("bank.not_settled"),
                }}
                onBack={() => setSettling(undefined)}
                onDone={finish}
              />
            </>
          )}
        </Match>
        <Match when={true}>
          <Switch fallback={<Bones heights={[16, 16, 16]} />}>
            <Match when={account()}>{(found) => <Transfer payout={props.payout} account={found()} />}</Match>
            <Match when={problem() === "bank_account_missing"}>
              <Note kind="warn" title={t("bank.missing")} meta={t("bank.missing_why")} />
            </Match>
            <Match when={problem()}>
              {(code) => (
                <Note
                  kind="fault"
                  alert
                  tag={<span class="code">{code()}</span>}
                  title={tCode(`money.refused.${code()}`, {}) ?? t("money.unreached")}
                />
              )}
            </Match>
          </Switch>
          <Show when={account()}>
            <Reference onPaid={(reference) => setSettling({ reference })} />
          </Show>
          <div class="row-of">
            <Button
              quiet
              reason={reachable() ? undefined : t("signing.offline")}
              onClick={() => setSettling({ reference: undefined })}
            >
              {t("bank.refuse")}
            </Button>
            <Button quiet onClick={props.onBack}>
              {t("money.not_now")}
            </Button>
          </div>
        </Match>
      </Switch>
    </div>
  );
}

/** What goes into the bank's form. */
function Transfer(props: { payout: WaitingPayout; account: BankAccount }) {
  const [copied, setCopied] = createSignal(false);
  const purpose = () =>
    `${community()?.name ?? "Contrada"}, ${t("bank.purpose", { id: shortId(props.payout.id) })}`;
  async function copy(): Promise<void> {
    // A browser may forbid it; the number can be selected all the same.
    await navigator.clipboard?.writeText(props.account.iban).then(
      () => setCopied(true),
      () => undefined,
    );
  }
  return (
    <>
      <h3>{t("bank.first_pay")}</h3>
      <Sheet
        rows={[
          { term: t("bank.row_holder"), value: props.account.holder },
          { term: t("money.iban"), value: <span class="iban">{ibanInGroups(props.account.iban)}</span> },
          { term: t("money.row_amount"), value: local.money(props.payout.amountMicroEur) },
          { term: t("bank.row_purpose"), value: purpose() },
        ]}
      />
      <div>
        <Button quiet small onClick={() => void copy()}>
          {copied() ? t("bank.copied") : t("bank.copy")}
        </Button>
      </div>
    </>
  );
}

function Reference(props: { onPaid: (reference: string) => void }) {
  const [text, setText] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const wrong = () => tried() && !isReference(text());
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (reachable() && isReference(text())) props.onPaid(text());
      }}
    >
      <h3>{t("bank.then_say")}</h3>
      <LabelledInput
        label={t("bank.reference")}
        code
        value={text()}
        hint={t("bank.reference_why")}
        wrong={wrong() ? t("bank.reference_wrong") : undefined}
        onInput={setText}
      />
      <div>
        <Button type="submit" reason={reachable() ? undefined : t("signing.offline")}>
          {t("bank.paid")}
        </Button>
      </div>
    </form>
  );
}
