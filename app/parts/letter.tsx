/** A letter to the platform that this device signs: what is signed, then the key, then why it was refused, if it was. */
import { createSignal, type JSX, Show } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { ProblemError } from "#wire/client.ts";
import { deviceKey, NoDeviceKeyError } from "../device-key.ts";
import { reachable } from "../session.ts";
import { type PlainKey, t, tCode } from "../strings/dictionary.ts";
import { Button } from "./button.tsx";
import { Note } from "./note.tsx";
import { Sheet } from "./sheet.tsx";

export interface Signed {
  readonly publicKey: string;
  readonly signature: string;
}

/** The code under which the words for a letter that was not taken stand. */
export function refusalCode(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.code;
  return error instanceof NoDeviceKeyError ? "no_device_key" : "unreached";
}

/** In words: first those of the kind of letter, then those of all letters. */
export function refusalText(refusals: string, code: string): string {
  return (
    tCode(`${refusals}.${code}`, {}) ?? tCode(`signing.refused.${code}`, {}) ?? t("signing.refused.other")
  );
}

export function Letter(props: {
  /** What becomes of it, in small type. */
  why: PlainKey;
  /** Where the words for a refusal stand before those of all letters: `market.refused`. */
  refusals: string;
  rows: readonly { readonly term: string; readonly value: JSX.Element }[];
  /** Has signed what has to be, and hands it in; rejects as the client does. */
  give: (sign: (hash: Uint8Array) => Promise<Signed>) => Promise<unknown>;
  onBack: () => void;
  onDone: () => void;
}) {
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSignal<string>();

  async function sign(): Promise<void> {
    setBusy(true);
    setRefused(undefined);
    try {
      const key = await deviceKey();
      await props.give(async (hash) => ({
        publicKey: toHex(key.publicKey),
        signature: toHex(await key.sign(hash)),
      }));
      props.onDone();
    } catch (error) {
      setRefused(refusalCode(error));
    }
    setBusy(false);
  }

  return (
    <>
      <p class="sub">{t("signing.exactly")}</p>
      <Sheet rows={props.rows} />
      <p class="sub">{t(props.why)}</p>
      <Show when={refused()}>
        {(code) => (
          <Note
            kind="fault"
            alert
            tag={
              <>
                {t("signing.letter_refused")} · <span class="code">{code()}</span>
              </>
            }
            title={refusalText(props.refusals, code())}
          />
        )}
      </Show>
      <div class="row-of">
        <Button
          busy={busy()}
          reason={reachable() ? undefined : t("signing.offline")}
          onClick={() => void sign()}
        >
          {t("signing.letter_sign")}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("signing.back")}
        </Button>
      </div>
    </>
  );
}
