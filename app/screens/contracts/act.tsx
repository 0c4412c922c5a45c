/** What one can do about a contract: each shows exactly what is signed, and says in which block it stands. */
import type { JSX } from "solid-js";
import { SignAndSend, type SigningWords } from "../../parts/sign-and-send.tsx";
import type { SignableKind } from "../../wallet.ts";

/** What was done, and in which block. */
export interface Done {
  readonly text: string;
  readonly height: number;
}

/** An act ready to be signed: drawn where the button stood that began it. */
export type Act = (way: {
  readonly onDone: (done: Done) => void;
  readonly onBack: () => void;
}) => JSX.Element;

export function act<B>(
  kind: SignableKind<B>,
  body: B,
  rows: (body: B) => readonly { readonly term: string; readonly value: JSX.Element }[],
  words: SigningWords,
  done: (height: number) => string,
): Act {
  return ({ onDone, onBack }) => (
    <SignAndSend
      kind={kind}
      body={body}
      rows={rows}
      words={words}
      onBack={onBack}
      onDone={(height) => onDone({ text: done(height), height })}
    />
  );
}

/** 16 random bytes, for what gets an id from whoever makes it. */
export function newId(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(16));
}

/** Enough of an id to tell it from others. */
export function ShortId(props: { id: string }) {
  return (
    <span class="code" title={props.id}>
      {props.id.slice(0, 8)}…
    </span>
  );
}
