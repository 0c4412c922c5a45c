/**
 * Signing one transaction with this device: what is signed is shown from its bytes, then the key signs, then the
 * block is awaited. For acts of one step; a sale has its own, longer way.
 */
import { createSignal, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { ProblemError } from "#wire/client.ts";
import { NoDeviceKeyError } from "../device-key.ts";
import { deviceWallet } from "../device-wallet.ts";
import { local } from "../local.ts";
import { reachable } from "../session.ts";
import { area, t, tCode } from "../strings/dictionary.ts";
import { signing } from "../strings/signing.ts";
import type { Prepared, SignableKind } from "../wallet.ts";
import { announce } from "./announcer.tsx";
import { Button } from "./button.tsx";
import { Note } from "./note.tsx";
import { Sheet } from "./sheet.tsx";
import { Bones } from "./states.tsx";

area(signing);

/** The words of the act; the rest are the same for every act. */
export interface SigningWords {
  /** "Sign and publish". */
  readonly sign: string;
  /** What did not happen: "NOT PUBLISHED". */
  readonly notDone: string;
  /** The way back without signing; "Change something" where nothing else is said. */
  readonly back?: string;
}

type Phase<B> =
  | { readonly at: "preparing" }
  | { readonly at: "ready" | "sending"; readonly prepared: Prepared<B> }
  | { readonly at: "waiting" }
  | { readonly at: "refused"; readonly code: string };

export function SignAndSend<B>(props: {
  kind: SignableKind<B>;
  body: B;
  /** Rows of the body, from what was decoded out of the signed bytes. */
  rows: (body: B) => readonly { readonly term: string; readonly value: JSX.Element }[];
  words: SigningWords;
  onDone: (height: number) => void;
  onBack: () => void;
}) {
  const [phase, setPhase] = createSignal<Phase<B>>({ at: "preparing" });

  async function prepare(): Promise<void> {
    setPhase({ at: "preparing" });
    try {
      const prepared = await (await deviceWallet()).prepare(props.kind, props.body);
      setPhase({ at: "ready", prepared });
    } catch (error) {
      setPhase({ at: "refused", code: codeOf(error) });
    }
  }

  async function send(prepared: Prepared<B>): Promise<void> {
    setPhase({ at: "sending", prepared });
    announce(t("signing.sending"));
    try {
      const outcome = await (await deviceWallet()).send(prepared, (renewed) =>
        setPhase({ at: "sending", prepared: renewed }),
      );
      if (outcome.kind === "committed") props.onDone(outcome.height);
      else if (outcome.kind === "admitted") setPhase({ at: "waiting" });
      else setPhase({ at: "refused", code: outcome.kind === "refused" ? outcome.code : "unreached" });
    } catch (error) {
      setPhase({ at: "refused", code: codeOf(error) });
    }
  }

  onMount(() => void prepare());

  const prepared = () => {
    const now = phase();
    return now.at === "ready" || now.at === "sending" ? now.prepared : undefined;
  };
  const refused = () => {
    const now = phase();
    return now.at === "refused" ? now.code : undefined;
  };

  return (
    <Switch fallback={<Bones heights={[16, 16, 16]} />}>
      <Match when={prepared()}>
        {(ready) => (
          <>
            <p class="sub">{t("signing.exactly")}</p>
            <Sheet
              rows={[
                ...props.rows(ready().body),
                { term: t("signing.order"), value: local.number(ready().unsigned.nonce) },
                { term: t("signing.valid"), value: local.number(ready().unsigned.expiryHeight) },
                { term: t("signing.chain"), value: ready().unsigned.chain },
              ]}
            />
            <details class="bytes">
              <summary>{t("signing.as_bytes", { count: ready().unsigned.body.length })}</summary>
              <code>{toHex(ready().unsigned.body)}</code>
              <code>{toHex(ready().fingerprint)}</code>
            </details>
            <div class="row-of">
              <Button
                busy={phase().at === "sending"}
                reason={reachable() ? undefined : t("signing.offline")}
                onClick={() => void send(ready())}
              >
                {phase().at === "sending" ? t("signing.sending") : props.words.sign}
              </Button>
              <Show when={phase().at === "ready"}>
                <Button quiet onClick={props.onBack}>
                  {props.words.back ?? t("signing.back")}
                </Button>
              </Show>
            </div>
          </>
        )}
      </Match>
      <Match when={phase().at === "waiting"}>
        <Note kind="warn">{t("signing.waiting")}</Note>
      </Match>
      <Match when={refused()}>
        {(code) => (
          <>
            <Note
              kind="fault"
              alert
              tag={
                <>
                  {props.words.notDone} · <span class="code">{code()}</span>
                </>
              }
              title={tCode(`signing.refused.${code()}`, {}) ?? t("signing.refused.other")}
            />
            <div class="row-of">
              <Button onClick={() => void prepare()}>{t("signing.again")}</Button>
              <Button quiet onClick={props.onBack}>
                {props.words.back ?? t("signing.back")}
              </Button>
            </div>
          </>
        )}
      </Match>
    </Switch>
  );
}

function codeOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.code;
  return error instanceof NoDeviceKeyError ? "no_device_key" : "unreached";
}
