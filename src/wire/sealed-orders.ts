/** Seals and openings of a quarter hour as JSON, as docs/spec/clearing.md has them, and the book that they make. */
import { fromHex, toHex } from "#base/bytes.ts";
import type { Result } from "#base/result.ts";
import { HASH_BYTES } from "#crypto/hash.ts";
import {
  nameOf,
  type OpeningProblem,
  openBook,
  SALT_BYTES,
  type Seal,
  type SealedOrder,
  sealsRoot,
} from "#market/auction/seal.ts";
import type { Wishes } from "#market/auction/wishes.ts";
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
    const session = file.session === undefined ? 0 : wholeOf(file.session, '"session"', 0, 0xff);
    const seals = listOf(file.seals, '"seals"').map(sealFrom);
    refuseTwice(seals.map(nameOf), "seal");
    const openings = listOf(file.openings, '"openings"').map((opening, i) =>
      openingFrom(opening, i, { slot, session }),
    );
    const { orders, refused, unopened } = openBook({ slot, session }, seals, openings);
    return {
      orders: orders.map((order) => ({
        id: nameOf(order),
        side: order.side,
        energy_wh: order.energyWh,
        limit_micro_eur_per_kwh: order.limit,
        ...saidOf(order),
      })),
      sealsRoot: toHex(sealsRoot(seals)),
      unopened: unopened.map(nameOf),
      refused: refused.map(({ order, problem }) => ({ order: nameOf(order), problem })),
    };
  });
}

/** What an order says besides, in the words of a book: homes by their paddles, feeders by their numbers. */
function saidOf({ paddle, feeder, wishes: { solar, partner, gift } }: SealedOrder): object {
  return {
    ...(feeder === 0 ? {} : { feeder: String(feeder) }),
    home: String(paddle),
    ...(solar ? { source: "solar" } : {}),
    ...(partner === undefined ? {} : { partner: String(partner) }),
    ...(gift ? { gift: true } : {}),
  };
}

function sealFrom(json: unknown, place: number): Seal {
  const here = `seal ${place + 1}`;
  const seal = objectOf(json, here);
  return {
    paddle: wholeOf(seal.paddle, `${here}: "paddle"`, 0, 0xffff_ffff),
    number: wholeOf(seal.number, `${here}: "number"`, 0, 0xff),
    hash: bytesOf(seal.seal, `${here}: "seal"`, HASH_BYTES),
  };
}

/** Bounds are left to the opening: an impossible order is refused there, by its name. */
function openingFrom(
  json: unknown,
  place: number,
  { slot, session }: { readonly slot: number; readonly session: number },
): SealedOrder {
  const here = `opening ${place + 1}`;
  const opening = objectOf(json, here);
  const whole = (name: string, otherwise?: number) =>
    opening[name] === undefined && otherwise !== undefined
      ? otherwise
      : wholeOf(opening[name], `${here}: "${name}"`, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const { side } = opening;
  if (side !== "bid" && side !== "ask") throw new UnreadableError(`${here}: "side" must be "bid" or "ask".`);
  return {
    slot: whole("slot", slot),
    session: whole("session", session),
    paddle: whole("paddle"),
    number: whole("number"),
    side,
    energyWh: whole("energy_wh"),
    limit: whole("limit_micro_eur_per_kwh"),
    feeder: whole("feeder", 0),
    wishes: wishesFrom(opening, here),
    salt: bytesOf(opening.salt, `${here}: "salt"`, SALT_BYTES),
  };
}

function wishesFrom(opening: Readonly<Record<string, unknown>>, here: string): Wishes {
  const yes = (name: string): boolean => {
    const value = opening[name];
    if (value === undefined || typeof value === "boolean") return value === true;
    throw new UnreadableError(`${here}: "${name}" must be true or false.`);
  };
  const partner =
    opening.partner === undefined
      ? undefined
      : wholeOf(opening.partner, `${here}: "partner"`, 0, 0xffff_ffff);
  return { solar: yes("solar"), partner, gift: yes("gift") };
}

function bytesOf(value: unknown, what: string, length: number): Uint8Array {
  const bytes = typeof value === "string" ? fromHex(value) : undefined;
  if (bytes?.length === length) return bytes;
  throw new UnreadableError(`${what} must be ${2 * length} hexadecimal digits.`);
}
