/**
 * Coming back without any key: a new key of this device, a plea to the guardians, and, where the code on paper
 * is at hand, the first of the two signatures at once.
 */
import { createSignal, createUniqueId, Match, Show, Switch } from "solid-js";
import { seedOfPaperCode } from "#crypto/paper-code.ts";
import { ProblemError } from "#wire/client.ts";
import type { Problem, RecoveryInfo } from "#wire/schemas.ts";
import { deviceKey, useKeyOf } from "../../device-key.ts";
import { local } from "../../local.ts";
import { guardedBy, paperAmong } from "../../paper-code.ts";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { approved, hashOfPlea, type Plea, pleaText } from "../../recovery.ts";
import { t } from "../../strings/dictionary.ts";
import "../../parts/trading.css";

/** How long guardians have to sign, in blocks, where the community's law allows as many. */
const PLEA_BLOCKS = 50_000;

export function PleaForm() {
  const [member, setMember] = createSignal("");
  const [code, setCode] = createSignal("");
  const [wrong, setWrong] = createSignal<"member" | "code" | "paper_key" | "no_account">();
  const [problem, setProblem] = createSignal<Problem>();
  const [info, setInfo] = createSignal<RecoveryInfo>();
  const [plea, setPlea] = createSignal<Plea>();
  const id = createUniqueId();

  const wrongCode = () => {
    const what = wrong();
    return what === undefined || what === "member" ? undefined : t(`enter.wrong_${what}`);
  };

  async function ask(): Promise<void> {
    const hasCode = code().trim() !== "";
    setWrong(undefined);
    setProblem(undefined);
    const typed = Number(member());
    const findsIt = hasCode && member() === "";
    if (!findsIt && !(Number.isSafeInteger(typed) && typed >= 1 && typed <= 0xffff_ffff)) {
      return void setWrong("member");
    }
    if (hasCode && seedOfPaperCode(code()) === undefined) return void setWrong("code");
    try {
      // All of them are read and looked through here: to ask for those of one code would tell which belong together.
      const number = findsIt ? guardedBy(await platform.call("GET /v1/guardian-keys"), code()) : typed;
      if (number === undefined) return void setWrong("no_account");
      const known = await platform.call("GET /v1/members/:member/recovery", { params: { member: number } });
      setInfo(known);
      if (known.round === null || known.recovery !== null) return;
      useKeyOf(`${known.chain} recovery ${number} ${known.round}`);
      const { publicKey } = await deviceKey();
      let made: Plea = {
        chain: known.chain,
        round: known.round,
        member: number,
        newKey: publicKey,
        expiryHeight: known.height + Math.min(PLEA_BLOCKS, known.maxExpiryAhead),
        approvals: [],
      };
      if (hasCode) {
        const paper = paperAmong(known.guardians, code());
        if (paper === undefined) return void setWrong("paper_key");
        const { guardian, signer } = paper;
        made = approved(made, { guardian, key: signer.publicKey, signature: signer.sign(hashOfPlea(made)) });
      }
      setPlea(made);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setProblem(error.problem);
    }
  }

  return (
    <section class="step" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t("enter.lost_title")}</h2>
      <Switch>
        <Match when={plea()}>
          {(made) => (
            <>
              <p>{t("enter.plea_to", { who: guardiansOf(info()!, made()) })}</p>
              <output class="plea">{pleaText(made())}</output>
              <p class="sub">{t("enter.plea_then")}</p>
            </>
          )}
        </Match>
        <Match when={info()?.round === null}>
          <Note kind="warn" title={t("enter.no_guardians")} />
        </Match>
        <Match when={info()?.recovery}>
          {(recovery) => (
            <Note kind="plain" title={t("enter.under_way", { when: local.dateTime(recovery().due.time) })} />
          )}
        </Match>
        <Match when={true}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void ask();
            }}
          >
            <p class="sub">{t("enter.lost_why")}</p>
            <LabelledInput
              label={t("enter.member_number")}
              keyboard="numeric"
              value={member()}
              hint={t("enter.member_number_found")}
              wrong={wrong() === "member" ? t("enter.wrong_member") : undefined}
              onInput={(text) => setMember(text.trim())}
            />
            <LabelledInput
              label={t("enter.paper_code")}
              capitals
              value={code()}
              wrong={wrongCode()}
              onInput={setCode}
            />
            <Show when={problem()}>{(one) => <Refused problem={one()} title={t("enter.refused")} />}</Show>
            <div>
              <Button type="submit">{t("enter.ask")}</Button>
            </div>
          </form>
        </Match>
      </Switch>
    </section>
  );
}

/** Those who can still sign, by name. */
function guardiansOf({ guardians }: RecoveryInfo, { approvals }: Plea): string {
  return guardians
    .filter((_, i) => !approvals.some(({ guardian }) => guardian === i))
    .flatMap(({ name }) => (name === null ? [] : [name]))
    .join(", ");
}
