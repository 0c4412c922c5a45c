/**
 * The issuer's seal over a bill: a hash of every section, the Merkle root of them, and a signature over that. Each
 * line, each day of readings, each row is a section of its own, so whoever alters one is told which; and a section can
 * be shown and proved alone. The root, tagged, is the document's hash: what `issue_invoice` puts on the chain.
 */
import { concat, fromHex, toHex, utf8 } from "#base/bytes.ts";
import { HASH_BYTES, taggedHash } from "#crypto/hash.ts";
import { type Signer, verifySignature } from "#crypto/keys.ts";
import { merkleRoot } from "#crypto/merkle.ts";
import { canonicalJson } from "#wire/canonical-json.ts";

/** In the order in which a bill is read. Of a list every item is a section, of `totals` every name. */
const PARTS = [
  "format",
  "chain",
  "kind",
  "number",
  "issued",
  "recipient",
  "zone",
  "period",
  "contract",
  "tariff",
  "indices",
  "contracted_power_w",
  "incentive",
  "true_up",
  "taken_back",
  "checkpoint",
  "rows",
  "meters",
  "readings",
  "market_days",
  "lines",
  "vat",
  "totals",
] as const;
/** What cannot be recomputed: only the seal knows whether it was altered. */
export const SEALED_ONLY: ReadonlySet<string> = new Set(PARTS.slice(0, PARTS.indexOf("checkpoint")));

export interface Section {
  /** `number`, `lines[3]`, `totals.net_micro_eur`. */
  readonly name: string;
  readonly hash: string;
}

export interface Seal {
  /** Whose key it is. */
  readonly member: number;
  readonly key: string;
  readonly signature: string;
  readonly sections: readonly (readonly [name: string, hash: string])[];
}

type Json = { readonly [name: string]: unknown };

/** Of a bill's JSON, whatever its values are worth. Asserts whole numbers. */
export function sectionsOf(bill: Json): Section[] {
  return PARTS.flatMap((part): Section[] => {
    const value = bill[part];
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((item, i) => sectionOf(`${part}[${i}]`, item));
    if (part === "totals") {
      return Object.entries(value as Json).map(([name, item]) => sectionOf(`totals.${name}`, item));
    }
    return [sectionOf(part, value)];
  });
}

export function sectionOf(name: string, value: unknown): Section {
  const content = concat(utf8(name), Uint8Array.of(0), utf8(canonicalJson(value)));
  return { name, hash: toHex(taggedHash("contrada/bill/section/1", content)) };
}

/** The document's hash: 32 bytes over the hashes of all sections, in their order. */
export function documentHash(sections: readonly Section[]): Uint8Array {
  const leaves = sections.map(({ hash }) => fromHex(hash) ?? new Uint8Array(HASH_BYTES));
  return taggedHash("contrada/bill/document/1", merkleRoot(leaves));
}

/** The bill with the seal of a member's key. */
export function sealed<B extends Json>(
  bill: B,
  { member, signer }: { readonly member: number; readonly signer: Signer },
): B & { readonly seal: Seal } {
  const sections = sectionsOf(bill);
  return {
    ...bill,
    seal: {
      member,
      key: toHex(signer.publicKey),
      signature: toHex(signer.sign(documentHash(sections))),
      sections: sections.map(({ name, hash }) => [name, hash] as const),
    },
  };
}

/** The first section that is not what was sealed: altered, added or taken away. */
export function notAsSealed(
  sections: readonly Section[],
  { sections: kept }: Seal,
  only: (part: string) => boolean = () => true,
): string | undefined {
  const was = new Map(kept);
  const is = new Map(sections.map(({ name, hash }) => [name, hash]));
  // In the order in which a bill is read, and in it those of the bill before those that it lacks.
  const named = [...sections.map(({ name }) => name), ...kept.map(([name]) => name)];
  return named
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .find((name) => only(partOf(name)) && (was.get(name) ?? "") !== (is.get(name) ?? ""));
}

export function isSealSigned(seal: Seal): boolean {
  const key = fromHex(seal.key);
  const signature = fromHex(seal.signature);
  const hash = documentHash(seal.sections.map(([name, of]) => ({ name, hash: of })));
  return key !== undefined && signature !== undefined && verifySignature(key, hash, signature);
}

function partOf(name: string): string {
  return /^[a-z_]+/.exec(name)?.[0] ?? "";
}

function placeOf(name: string): number {
  const part = (PARTS as readonly string[]).indexOf(partOf(name));
  const index = Number(/\[(\d+)\]$/.exec(name)?.[1] ?? 0);
  return part * 1_000_000 + index;
}
