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

export function Letter(props: {
  /** What becomes of it, in small type. */
  why: PlainKey;
  /** Where the words for a refusal stand before those of all letters: `market.refused`. */
  refusals: string;
  rows: readonly { readonly term: string; readonly value: JSX.Element }[];
  hash: () => Uint8Array;
  /** Hands the signed letter in; rejects as the client does. */
  send: (signed: Signed) => Promise<unknown>;
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
      const signature = toHex(await key.sign(props.hash()));
      await props.send({ publicKey: toHex(key.publicKey), signature });
      props.onDone();
    } catch (error) {
      setRefused(
        error instanceof ProblemError
          ? error.problem.code
          : error instanceof NoDeviceKeyError
            ? "no_device_key"
            : "unreached",
      );
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
            title={
              tCode(`${props.refusals}.${code()}`, {}) ??
              tCode(`signing.refused.${code()}`, {}) ??
              t("signing.refused.other")
            }
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
