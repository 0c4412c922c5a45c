/**
 * The number by which people compare the genesis of a network before they join it. CometBFT writes the same
 * genesis in more than one way (its RPC another than its file, one release another than the next), so the hash is
 * not that of the file: SHA-256 of the document as JSON in UTF-8 without white space, the members of each object
 * in order of their names, without members that are empty (null, "", {} and []), `genesis_time` with nine digits
 * of a second, `initial_height` at least "1", and validators without their addresses, which follow from their
 * keys.
 */
import { utf8 } from "#base/bytes.ts";
import { hash } from "#crypto/hash.ts";
import { cometGenesisOf, consensusTimeText } from "#node/comet/app-state.ts";

/** Of the text of a genesis file. Throws `NodeFault` genesis_unreadable. */
export function cometGenesisHash(text: string): Uint8Array {
  const { time, initialHeight } = cometGenesisOf(text);
  const document = JSON.parse(text) as Record<string, unknown>;
  const validators = Array.isArray(document.validators) ? document.validators : [];
  const same = {
    ...document,
    genesis_time: consensusTimeText(time),
    initial_height: String(initialHeight),
    validators: validators.map(({ address: _, ...one }: Record<string, unknown>) => one),
  };
  return hash(utf8(JSON.stringify(inOrder(same))));
}

/** `undefined` where nothing is in it. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(inOrder);
  if (value === null || value === "") return undefined;
  if (typeof value !== "object") return value;
  const members = Object.entries(value)
    .map(([name, one]) => [name, inOrder(one)] as const)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
