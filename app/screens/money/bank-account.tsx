/**
 * The bank account that payouts go to: shown by its ends, named anew in a letter that this device signs. The whole
 * number is in this page only while it is typed, and in no cache.
 */
import { createSignal, createUniqueId, Match, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { bankAccountHash } from "#wire/bank-account.ts";
import { ProblemError } from "#wire/client.ts";
import { parseIban } from "#wire/iban.ts";
import type { OwnBankAccount } from "#wire/schemas.ts";
import { deviceKey } from "../../device-key.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { platform } from "../../platform.ts";
import { community, reachable, session } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";

export function BankAccount(props: {
  own: OwnBankAccount;
  /** The account that others are paid from. */
  ofCommunity?: true;
  onDone: (text: string) => void;
}) {
  const [naming, setNaming] = createSignal(false);
  const [failed, setFailed] = createSignal(false);
  const finish = (text: string) => {
    setNaming(false);
    announce(text);
    props.onDone(text);
  };

  async function forget(): Promise<void> {
    setFailed(false);
    try {
      await platform.call("DELETE /v1/account/bank");
      finish(t("money.account_forgotten"));
    } catch {
      setFailed(true);
    }
  }

  return (
    <div class="split bank-account">
      <h2>{props.ofCommunity ? t("bank.own_account") : t("money.account")}</h2>
      <Show when={props.own.account} fallback={<p>{t("money.no_account")}</p>}>
        {(account) => (
          <p>
            {account().holder}
            <br />
            <span class="iban">{account().iban}</span>{" "}
            <small class="sub">{t("money.since", { when: local.dateTime(account().since) })}</small>
          </p>
        )}
      </Show>
      <p class="sub">{props.ofCommunity ? t("bank.own_account_why") : t("money.account_why")}</p>
      <Show when={failed()}>
        <Note kind="fault" alert title={t("money.unreached")} />
      </Show>
      <Switch>
        <Match when={naming()}>
          <Naming
            change={props.own.changes + 1}
            onBack={() => setNaming(false)}
            onDone={() => finish(t("money.account_kept"))}
          />
        </Match>
        <Match when={true}>
          <div class="row-of">
            <Button
              quiet={props.own.account !== null}
              reason={reachable() ? undefined : t("signing.offline")}
              onClick={() => setNaming(true)}
            >
              {props.own.account === null ? t("money.name_account") : t("money.change_account")}
            </Button>
            <Show when={props.own.account !== null && reachable()}>
              <Button quiet onClick={() => void forget()}>
                {t("money.forget_account")}
              </Button>
            </Show>
          </div>
        </Match>
      </Switch>
    </div>
  );
}

type Phase =
  | { readonly at: "ready" | "signing" }
  /** `undefined`: no answer, or no key. */
  | { readonly at: "refused"; readonly code: string | undefined };

function Naming(props: { change: number; onBack: () => void; onDone: () => void }) {
  const [holder, setHolder] = createSignal("");
  const [iban, setIban] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const [phase, setPhase] = createSignal<Phase>({ at: "ready" });
  const id = createUniqueId();

  const holderFits = () => {
    const { length } = [...holder()];
    return length >= 2 && length <= 70 && holder().trim() === holder();
  };
  const read = () => parseIban(iban());
  const ibanFault = () => {
    const result = read();
    return result.ok ? undefined : result.error;
  };
  const refused = () => {
    const now = phase();
    return now.at === "refused" ? now : undefined;
  };

  async function sign(): Promise<void> {
    setTried(true);
    const [number, who, known] = [read(), session(), community()];
    if (!number.ok || !holderFits() || who == null || known === undefined) return;
    setPhase({ at: "signing" });
    try {
      const key = await deviceKey();
      const letter = { holder: holder(), iban: number.value, change: props.change };
      const hash = bankAccountHash({ ...letter, chain: known.chain, member: who.member });
      const signed = { publicKey: toHex(key.publicKey), signature: toHex(await key.sign(hash)) };
      await platform.call("POST /v1/account/bank", { body: { ...letter, ...signed } });
      props.onDone();
    } catch (error) {
      setPhase({ at: "refused", code: error instanceof ProblemError ? error.problem.code : undefined });
    }
  }

  return (
    <form
      class="form step"
      onSubmit={(event) => {
        event.preventDefault();
        void sign();
      }}
    >
      <h3>{t("money.account_step")}</h3>
      <label for={`${id}-holder`}>{t("money.holder")}</label>
      <input
        id={`${id}-holder`}
        class="field"
        type="text"
        autocomplete="name"
        value={holder()}
        aria-invalid={tried() && !holderFits()}
        aria-describedby={tried() && !holderFits() ? `${id}-holder-wrong` : undefined}
        onInput={(event) => setHolder(event.currentTarget.value)}
        onChange={() => setHolder(holder().trim())}
      />
      <Show when={tried() && !holderFits()}>
        <p class="sub wrong" id={`${id}-holder-wrong`} role="alert">
          {t("money.holder_wrong")}
        </p>
      </Show>
      <label for={`${id}-iban`}>{t("money.iban")}</label>
      <input
        id={`${id}-iban`}
        class="field iban-entry"
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        value={iban()}
        aria-invalid={tried() && ibanFault() !== undefined}
        aria-describedby={tried() && ibanFault() !== undefined ? `${id}-iban-wrong` : undefined}
        onInput={(event) => setIban(event.currentTarget.value)}
      />
      <Show when={tried() && ibanFault()}>
        {(fault) => (
          <p class="sub wrong" id={`${id}-iban-wrong`} role="alert">
            {t(`money.${fault()}`)}
          </p>
        )}
      </Show>
      <p class="sub">{t("money.letter_why")}</p>
      <Show when={refused()}>
        {(one) => (
          <Note
            kind="fault"
            alert
            tag={
              <>
                {t("money.not_kept")}
                <Show when={one().code}>
                  {(code) => (
                    <>
                      {" "}
                      · <span class="code">{code()}</span>
                    </>
                  )}
                </Show>
              </>
            }
            title={tCode(`money.refused.${one().code}`, {}) ?? t("money.unreached")}
          />
        )}
      </Show>
      <div class="row-of">
        <Button
          type="submit"
          busy={phase().at === "signing"}
          reason={reachable() ? undefined : t("signing.offline")}
        >
          {phase().at === "signing" ? t("money.signing_account") : t("money.sign_account")}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("money.not_now")}
        </Button>
      </div>
    </form>
  );
}
