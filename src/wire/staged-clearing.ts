/**
 * A clearing in stages as JSON, `contrada/staged-clearing/1` of docs/spec/clearing.md: what `contrada clear` writes
 * where orders say more than energy and limit, or the grid has fees by the way. Homes, feeders and transformers stand
 * in it by the names that the book has for them only through the orders; a stage is known by its place.
 */
import type { Result } from "#base/result.ts";
import type { Clearing, Fills } from "#market/auction/clearing.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import {
  clearStaged,
  type Pool,
  type StagedBook,
  welfareBoundOf,
  withoutWishes,
} from "#market/auction/staged.ts";
import { type ClaimedStage, type StagedProblem, stagedProblem } from "#market/auction/verify-staged.ts";
import {
  certificateFrom,
  certificateShape,
  compareIds,
  type Id,
  type NamedBook,
  priceOf,
  readBook,
  rowsOf,
} from "#wire/clearing.ts";
import {
  listOf,
  objectOf,
  reading,
  refuseTwice,
  textOf,
  type Unreadable,
  UnreadableError,
  wholeOf,
} from "#wire/json-reading.ts";

export const STAGED_FORMAT = "contrada/staged-clearing/1";

/** The book as its stages see it; `undefined` where it is cleared in one go. */
export function stagedBookOf({ book, terms, staged }: NamedBook): StagedBook | undefined {
  return staged && { book, terms, ...staged };
}

export function clearStagedNamed(named: NamedBook, staged: StagedBook, mechanism: MechanismName) {
  const clearing = clearStaged(staged, mechanism);
  return {
    format: STAGED_FORMAT,
    mechanism,
    price_micro_eur_per_kwh: clearing.price ?? null,
    traded_wh: clearing.tradedWh,
    fees_micro_eur: clearing.fees,
    ...resultShape(named.bidIds, named.askIds, clearing),
    stages: clearing.stages.map(({ pool, clearing: one, fees }) => ({
      stage: pool.stage,
      level: pool.level,
      of: pool.of,
      with: pool.with,
      part: pool.part,
      mechanism: pool.mechanism,
      price_micro_eur_per_kwh: one.price ?? null,
      traded_wh: one.tradedWh,
      fees_micro_eur: fees.reduce((sum, fee) => sum + fee, 0),
      ...resultShape(
        pool.bids.map((order) => named.bidIds[order]!),
        pool.asks.map((order) => named.askIds[order]!),
        one,
      ),
      certificate: certificateShape(one.certificate),
    })),
    attributed: clearing.attributed.map(({ bid, ask, energyWh }) => ({
      bid: named.bidIds[bid]!,
      ask: named.askIds[ask]!,
      energy_wh: energyWh,
    })),
    certificate: {
      book_sha256: named.sha256,
      welfare_nano_eur: clearing.welfare.toString(),
      welfare_without_wishes_nano_eur: clearStaged(withoutWishes(staged), mechanism).welfare.toString(),
      welfare_bound_nano_eur: welfareBoundOf(staged).toString(),
    },
    book: named.shape,
  };
}

export type StagedShape = ReturnType<typeof clearStagedNamed>;

export interface WrongStaged {
  readonly problem: StagedProblem | "other_book" | "wrong_welfare_bound";
  /** Counted from 1. */
  readonly stage: number | undefined;
  readonly order: Id | undefined;
  readonly expected: string | undefined;
}

export interface StagedVerdict {
  readonly mechanism: MechanismName;
  readonly sha256: string;
  readonly tradedWh: number;
  readonly wrong: WrongStaged | undefined;
}

/** Reads a clearing in stages and checks it; `known`: the hash that its book should have. */
export function checkStaged(
  json: unknown,
  known: (mechanism: MechanismName) => string | undefined,
): Result<StagedVerdict, Unreadable> {
  return reading(() => {
    const file = objectOf(json, "the clearing");
    const { mechanism } = file;
    if (typeof mechanism !== "string" || !Object.hasOwn(MECHANISMS, mechanism)) {
      throw new UnreadableError(`"mechanism" must be one of ${Object.keys(MECHANISMS).join(", ")}.`);
    }
    const by = mechanism as MechanismName;
    const named = readBook(file.book, by);
    const staged = stagedBookOf(named);
    if (staged === undefined)
      throw new UnreadableError("the book has neither fees nor wishes, and so no stages.");
    const tradedWh = wholeOf(file.traded_wh, '"traded_wh"', 0, Number.MAX_SAFE_INTEGER);
    return {
      mechanism: by,
      sha256: named.sha256,
      tradedWh,
      wrong: wrongIn(file, named, staged, by, known(by)),
    };
  });
}

function wrongIn(
  file: { readonly [field: string]: unknown },
  named: NamedBook,
  staged: StagedBook,
  mechanism: MechanismName,
  known: string | undefined,
): WrongStaged | undefined {
  const whole = { stage: undefined, order: undefined };
  const certificate = objectOf(file.certificate, '"certificate"');
  const sha256 = textOf(certificate.book_sha256, '"book_sha256"');
  for (const expected of [named.sha256, ...(known === undefined ? [] : [known])]) {
    if (sha256 !== expected) return { problem: "other_book", ...whole, expected };
  }
  const places = { bid: placesOf(named.bidIds), ask: placesOf(named.askIds) };
  const found = stagedProblem(staged, mechanism, {
    ...figuresFrom(file, named.bidIds, named.askIds),
    fees: wholeOf(file.fees_micro_eur, '"fees_micro_eur"', 0, Number.MAX_SAFE_INTEGER),
    welfare: digitsOf(certificate.welfare_nano_eur, "welfare_nano_eur"),
    stages: listOf(file.stages, '"stages"').map((one, i) => stageFrom(one, i, named)),
    attributed: listOf(file.attributed, '"attributed"').map((json, i) => {
      const one = objectOf(json, `attributed ${i + 1}`);
      const [bid, ask] = [places.bid.get(String(one.bid)), places.ask.get(String(one.ask))];
      if (bid === undefined || ask === undefined)
        throw new UnreadableError(`attributed ${i + 1}: no such orders.`);
      return {
        bid,
        ask,
        energyWh: wholeOf(one.energy_wh, `attributed ${i + 1}: "energy_wh"`, 1, Number.MAX_SAFE_INTEGER),
      };
    }),
  });
  if (found !== undefined) {
    const ids = found.at?.side === "bid" ? named.bidIds : named.askIds;
    return {
      problem: found.problem,
      stage: found.stage === undefined ? undefined : found.stage + 1,
      order: found.at && ids[found.at.order],
      expected: found.expected?.toString(),
    };
  }
  for (const [name, right] of [
    ["welfare_without_wishes_nano_eur", clearStaged(withoutWishes(staged), mechanism).welfare],
    ["welfare_bound_nano_eur", welfareBoundOf(staged)],
  ] as const) {
    if (digitsOf(certificate[name], name) !== right) {
      return { problem: "wrong_welfare_bound", ...whole, expected: right.toString() };
    }
  }
  return undefined;
}

function stageFrom(json: unknown, place: number, named: NamedBook): ClaimedStage {
  const here = `stage ${place + 1}`;
  const file = objectOf(json, here);
  const mechanism = file.mechanism as MechanismName;
  const certificate = certificateFrom(objectOf(file.certificate, `${here}: "certificate"`));
  return {
    // Whatever is said here is compared with the stages of the rule.
    pool: file as unknown as ClaimedStage["pool"],
    fees: wholeOf(file.fees_micro_eur, `${here}: "fees_micro_eur"`, 0, Number.MAX_SAFE_INTEGER),
    clearingOf(pool: Pool): Clearing | undefined {
      const bidIds = pool.bids.map((order) => named.bidIds[order]!);
      const askIds = pool.asks.map((order) => named.askIds[order]!);
      return { mechanism, ...figuresFrom(file, bidIds, askIds), certificate };
    },
  };
}

/** Fills by name, then what each pays (negative: receives), of orders that trade. */
function resultShape(
  bidIds: readonly Id[],
  askIds: readonly Id[],
  { bids, asks }: { readonly bids: Fills; readonly asks: Fills },
) {
  const rows = [...rowsOf(bidIds, bids, 1), ...rowsOf(askIds, asks, -1)].sort((a, b) =>
    compareIds(a.id, b.id),
  );
  return {
    fills: rows.map(({ id, energyWh }) => ({ id, energy_wh: energyWh })),
    payments: rows.map(({ id, pays }) => ({ id, pays_micro_eur: pays })),
  };
}

function figuresFrom(
  file: { readonly [field: string]: unknown },
  bidIds: readonly Id[],
  askIds: readonly Id[],
) {
  const energy = valuesOf(file.fills, "fills", "energy_wh", [...bidIds, ...askIds]);
  const pays = valuesOf(file.payments, "payments", "pays_micro_eur", [...bidIds, ...askIds]);
  const count = bidIds.length;
  return {
    price: priceOf(file.price_micro_eur_per_kwh, '"price_micro_eur_per_kwh"'),
    tradedWh: wholeOf(file.traded_wh, '"traded_wh"', 0, Number.MAX_SAFE_INTEGER),
    bids: { energyWh: Uint32Array.from(energy.slice(0, count)), amount: pays.slice(0, count) },
    asks: {
      energyWh: Uint32Array.from(energy.slice(count)),
      amount: pays.slice(count).map((one) => -one || 0),
    },
  };
}

/** A value for each of these orders, 0 where the list has none; of others it may not speak. */
function valuesOf(list: unknown, name: string, field: string, ids: readonly Id[]): number[] {
  const places = placesOf(ids);
  const values = new Array<number>(ids.length).fill(0);
  const rows = listOf(list, `"${name}"`).map((json, i) => objectOf(json, `${name} ${i + 1}`));
  refuseTwice(
    rows.map(({ id }) => String(id)),
    `${name}: order`,
  );
  for (const row of rows) {
    const place = places.get(String(row.id));
    if (place === undefined)
      throw new UnreadableError(`${name}: order ${String(row.id)} does not belong here.`);
    const least = field === "energy_wh" ? 1 : -Number.MAX_SAFE_INTEGER;
    const most = field === "energy_wh" ? 0xffff_ffff : Number.MAX_SAFE_INTEGER;
    values[place] = wholeOf(row[field], `${name}, order ${String(row.id)}: "${field}"`, least, most);
  }
  return values;
}

function placesOf(ids: readonly Id[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, place) => [String(id), place]));
}

function digitsOf(value: unknown, name: string): bigint {
  if (typeof value === "string" && /^(0|-?[1-9]\d{0,39})$/.test(value)) return BigInt(value);
  throw new UnreadableError(`"${name}" must be a whole number in digits, as a text.`);
}
