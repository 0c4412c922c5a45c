/**
 * Who helps back when every key is lost: two of three. One is a code on paper, made here and shown once; the
 * others are members that one trusts. The code's keys are made from the code and nothing of it is kept; which key
 * follows which when one's number changes is named now, while the code is at hand.
 */
import { createMemo, createSignal, createUniqueId, For, Index, Show } from "solid-js";
import { equalBytes, toHex } from "#base/bytes.ts";
import { setMemberGuardians } from "#chain/transactions.ts";
import { PAPER_CODE_BYTES, paperCode, seedOfPaperCode } from "#crypto/paper-code.ts";
import type { Guardian as ChosenGuardian } from "#ledger/recovery.ts";
import { ProblemError } from "#wire/client.ts";
import type { AccountKeys, Guardian, Problem } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { paperSigner } from "../../paper-code.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { Refused } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";
import { offerPaperKeys } from "./offer-code.ts";
import type { Done } from "./screen.tsx";
import { duration, fingerprint } from "./words.ts";

export function Guardians(props: { keys: AccountKeys; onDone: (done: Done) => void }) {
  const [choosing, setChoosing] = createSignal(false);
  const chosen = () => props.keys.guardians?.chosen;
  return (
    <div class="split">
      <h2>{t("keys.guardians")}</h2>
      <Show when={chosen()} fallback={<p class="sub">{t("keys.no_guardians")}</p>}>
        {(guardians) => (
          <>
            <p class="sub">{t("keys.two_of_three", { delay: duration(props.keys.recoveryDelayS) })}</p>
            <GuardianList guardians={guardians()} />
          </>
        )}
      </Show>
      <Show when={props.keys.guardians?.next}>
        {(next) => (
          <Note kind="plain" title={t("keys.guardians_next", { when: local.dateTime(next().due.time) })}>
            <GuardianList guardians={next().chosen} />
          </Note>
        )}
      </Show>
      <Show
        when={choosing()}
        fallback={
          <div>
            <Button quiet onClick={() => setChoosing(true)}>
              {chosen() === undefined ? t("keys.choose") : t("keys.choose_others")}
            </Button>
          </div>
        }
      >
        <Choice
          keys={props.keys}
          onBack={() => setChoosing(false)}
          onDone={(height) => {
            setChoosing(false);
            announce(t("keys.chosen"));
            props.onDone({ text: t("keys.chosen"), height });
          }}
        />
      </Show>
    </div>
  );
}

export function GuardianList(props: { guardians: readonly Guardian[] }) {
  return (
    <ul class="guardians">
      <For each={props.guardians}>{(guardian) => <li>{guardianName(guardian)}</li>}</For>
    </ul>
  );
}

export function guardianName({ name, key }: Guardian): string {
  return name ?? t("keys.paper", { key: fingerprint(key ?? "") });
}

/** A code on paper, and two members. */
function Choice(props: { keys: AccountKeys; onBack: () => void; onDone: (height: number) => void }) {
  const code = paperCode(crypto.getRandomValues(new Uint8Array(PAPER_CODE_BYTES)));
  const [members, setMembers] = createSignal<readonly (number | undefined)[]>([undefined, undefined]);
  const [repeated, setRepeated] = createSignal("");
  const [ready, setReady] = createSignal(false);
  const [naming, setNaming] = createSignal(false);
  const [failed, setFailed] = createSignal<Problem | "unreached">();
  const id = createUniqueId();
  const seed = seedOfPaperCode(code)!;
  const paperKey = createMemo(() => paperSigner(code)!.publicKey);
  const repeats = () => equalBytes(seedOfPaperCode(repeated()) ?? new Uint8Array(0), seed);
  const two = () => members()[0] !== undefined && members()[1] !== undefined && members()[0] !== members()[1];
  const problem = () => (!two() ? t("keys.two_members") : !repeats() ? t("keys.write_down") : undefined);

  /** Before the guardians are signed: afterwards a page that is closed at once would leave the number as it is for ever. */
  async function nameKeys(): Promise<void> {
    if (problem() !== undefined || naming()) return;
    setFailed(undefined);
    setNaming(true);
    try {
      if (props.keys.renewal !== null) await offerPaperKeys(code, 0);
      setReady(true);
    } catch (error) {
      setFailed(error instanceof ProblemError ? error.problem : "unreached");
    } finally {
      setNaming(false);
    }
  }

  const refusal = () => {
    const what = failed();
    return what === "unreached" ? undefined : what;
  };
  const body = (): { guardians: readonly ChosenGuardian[] } => ({
    guardians: [{ key: paperKey() }, { member: members()[0]! }, { member: members()[1]! }],
  });
  const nameOf = (guardian: ChosenGuardian) => {
    if ("key" in guardian) return t("keys.paper", { key: fingerprint(toHex(guardian.key)) });
    return (
      props.keys.candidates.find(({ member }) => member === guardian.member)?.name ?? `${guardian.member}`
    );
  };

  return (
    <div class="step">
      <Show
        when={ready()}
        fallback={
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void nameKeys();
            }}
          >
            <Index each={[0, 1]}>
              {(_, place) => (
                <>
                  <label for={`${id}-${place}`}>{t("keys.guardian_no", { n: place + 1 })}</label>
                  <select
                    id={`${id}-${place}`}
                    class="field"
                    onChange={({ currentTarget: { value } }) =>
                      setMembers(members().map((old, i) => (i === place ? Number(value) || undefined : old)))
                    }
                  >
                    <option value="">{t("keys.pick")}</option>
                    <For each={props.keys.candidates}>
                      {({ member, name }) => <option value={member}>{name}</option>}
                    </For>
                  </select>
                </>
              )}
            </Index>
            <p class="sub">{t("keys.paper_why")}</p>
            <output class="paper-code">{code}</output>
            <LabelledInput
              label={t("keys.type_again")}
              code
              capitals
              value={repeated()}
              onInput={setRepeated}
            />
            <Show when={failed() === "unreached"}>
              <p class="sub wrong" role="alert">
                {t("keys.problem_unreached")}
              </p>
            </Show>
            <Show when={refusal()}>{(one) => <Refused problem={one()} title={t("keys.not_done")} />}</Show>
            <div class="row-of">
              <div>
                <Button type="submit" reason={problem()} busy={naming()}>
                  {t("keys.review")}
                </Button>
              </div>
              <Button quiet onClick={props.onBack}>
                {t("keys.not_now")}
              </Button>
            </div>
          </form>
        }
      >
        <SignAndSend
          kind={setMemberGuardians}
          body={body()}
          rows={({ guardians }) =>
            guardians.map((guardian, i) => ({
              term: t("keys.guardian_no", { n: i + 1 }),
              value: nameOf(guardian),
            }))
          }
          words={{ sign: t("keys.sign_guardians"), notDone: t("keys.not_done") }}
          onBack={() => setReady(false)}
          onDone={props.onDone}
        />
      </Show>
    </div>
  );
}
