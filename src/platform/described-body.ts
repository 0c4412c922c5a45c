/** How a kind's body becomes the fields that people read: names, and values in words with their units. */
import { type Codec, decode } from "#base/codec.ts";

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** A kind's number, and its fields; `undefined` where the bytes are no body of it. */
export function describe<B>(
  kind: { readonly number: number; readonly codec: Codec<B> },
  fields: (body: B) => readonly (readonly [string, string | number])[],
): readonly [number, (body: Uint8Array) => Field[] | undefined] {
  return [
    kind.number,
    (bytes) => {
      const body = decode(kind.codec, bytes);
      if (!body.ok) return undefined;
      return fields(body.value).map(([name, value]) => ({ name, value: String(value) }));
    },
  ];
}

/** µEUR as EUR, by its digits. */
export function eur(microEur: bigint): string {
  if (microEur < 0n) return `-${eur(-microEur)}`;
  const text = String(microEur).padStart(7, "0");
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}
