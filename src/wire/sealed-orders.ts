/** Seals and openings of a quarter hour as JSON, as docs/spec/clearing.md has them, and the book that they make. */
import { fromHex, toHex } from "#base/bytes.ts";
import type { Result } from "#base/result.ts";
import { HASH_BYTES } from "#crypto/hash.ts";
import {
  nameOf,
  type OpeningProblem,
  openBook,
  type Seal,
  type SealedOrder,
  sealsRoot,
} from "#market/auction/seal.ts";
import {
  listOf,
  objectOf,
  reading,
  refuseTwice,
  type Unreadable,
  UnreadableError,
  wholeOf,
} from "#wire/json-reading.ts";

export interface OpenedOrders {
  /** As a book's file has them. */
  readonly orders: readonly object[];
  /** In hexadecimal. */
  readonly sealsRoot: string;
  readonly unopened: readonly string[];
  readonly refused: readonly { readonly order: string; readonly problem: OpeningProblem }[];
}

/** Whether a file is of seals and openings rather than of orders. */
export function isSealed(json: unknown): boolean {
  return typeof json === "object" && json !== null && Object.hasOwn(json, "seals");
}

export function openedFrom(json: unknown): Result<OpenedOrders, Unreadable> {
  return reading(() => {
    const file = objectOf(json, "the book");
    const slot = wholeOf(file.slot, '"slot"', 0, Number.MAX_SAFE_INTEGER);
    const seals = listOf(file.seals, '"seals"').map(sealFrom);
    refuseTwice(seals.map(nameOf), "seal");
    const openings = listOf(file.openings, '"openings"').map((opening, i) => openingFrom(opening, i, slot));
    const { orders, refused, unopened } = openBook(slot, seals, openings);
    return {
      orders: orders.map((order) => ({
        id: nameOf(order),
        side: order.side,
        energy_wh: order.energyWh,
        limit_micro_eur_per_kwh: order.limit,
      })),
      sealsRoot: toHex(sealsRoot(seals)),
      unopened: unopened.map(nameOf),
      refused: refused.map(({ order, problem }) => ({ order: nameOf(order), problem })),
    };
  });
}

function sealFrom(json: unknown, place: number): Seal {
  const here = `seal ${place + 1}`;
  const seal = objectOf(json, here);
  return {
    home: wholeOf(seal.home, `${here}: "home"`, 0, 0xffff_ffff),
    number: wholeOf(seal.number, `${here}: "number"`, 0, 0xff),
    hash: bytesOf(seal.seal, `${here}: "seal"`),
  };
}

/** Bounds are left to the opening: an impossible order is refused there, by its name. */
function openingFrom(json: unknown, place: number, slot: number): SealedOrder {
  const here = `opening ${place + 1}`;
  const opening = objectOf(json, here);
  const whole = (name: string) =>
    wholeOf(opening[name], `${here}: "${name}"`, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const { side } = opening;
  if (side !== "bid" && side !== "ask") throw new UnreadableError(`${here}: "side" must be "bid" or "ask".`);
  return {
    slot: opening.slot === undefined ? slot : whole("slot"),
    home: whole("home"),
    number: whole("number"),
    side,
    energyWh: whole("energy_wh"),
    limit: whole("limit_micro_eur_per_kwh"),
    salt: bytesOf(opening.salt, `${here}: "salt"`),
  };
}

function bytesOf(value: unknown, what: string): Uint8Array {
  const bytes = typeof value === "string" ? fromHex(value) : undefined;
  if (bytes?.length === HASH_BYTES) return bytes;
  throw new UnreadableError(`${what} must be ${2 * HASH_BYTES} hexadecimal digits.`);
}
