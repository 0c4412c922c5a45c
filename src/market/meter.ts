/**
 * The keys of a plant's meters over time. A plant is registered with one; `replace_meter` puts another in its place
 * from a quarter hour on that has not begun, so that nothing read already is judged by another key than before. Each
 * key counts for its own quarter hours, for ever: a bill of last year is still checked against the meter of last year.
 */
import { toHex } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { publicKeyCodec } from "#crypto/keys.ts";
import type { Moment } from "#ledger/agenda.ts";
import { checkNewKeys, KEYS } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import { earliest, type Status } from "#ledger/status.ts";
import { PLANTS, standingPlant } from "#market/participant.ts";

export interface ReplaceMeter {
  readonly plant: number;
  /** Ed25519, never used before. */
  readonly meterKey: Uint8Array;
  /** Start of the first quarter hour that the new meter signs. */
  readonly from: UnixSeconds;
}

/** When a meter counts for its plant. */
export interface MeterTerm {
  readonly plant: number;
  /** Start of its first quarter hour; 0 = from the plant's registration on. */
  readonly from: UnixSeconds;
  /** Start of the first quarter hour that is not its own; 0 = none. */
  readonly until: UnixSeconds;
  /** The key of the meter before it. */
  readonly before: Uint8Array | undefined;
}

/** Nobody announces a meter for longer ahead than this. */
export const METER_AHEAD_MAX_S = 31 * 86_400;

export const replaceMeterCodec: Codec<ReplaceMeter> = {
  write: (writer, body) => writer.u32(body.plant).fixed(body.meterKey, 32).uint(body.from),
  read: (reader) => ({ plant: reader.u32(), meterKey: reader.fixed(32), from: reader.uint() }),
};

/** Key → when it counts, for meters that took another's place or gave theirs up; a meter without a row always counts. */
export const METERS: Table<Uint8Array, MeterTerm> = {
  number: 60,
  name: "meters",
  key: publicKeyCodec,
  id: toHex,
  row: {
    write(writer, term) {
      writer
        .u32(term.plant)
        .uint(term.from)
        .uint(term.until)
        .boolean(term.before !== undefined);
      if (term.before !== undefined) publicKeyCodec.write(writer, term.before);
    },
    read: (reader) => ({
      plant: reader.u32(),
      from: reader.uint(),
      until: reader.uint(),
      before: reader.boolean() ? publicKeyCodec.read(reader) : undefined,
    }),
  },
};

/** Whether a meter of that term signs a quarter hour; `undefined` = one that was never replaced. */
export function isInTerm(
  term: Pick<MeterTerm, "from" | "until"> | undefined,
  intervalStart: UnixSeconds,
): boolean {
  if (term === undefined) return true;
  return intervalStart >= term.from && (term.until === 0 || intervalStart < term.until);
}

export interface MeterOf {
  readonly key: Uint8Array;
  readonly term: MeterTerm | undefined;
}

/** All meters of a plant, the newest first; none where there is no such plant. */
export function metersOf(state: StateReader, plant: number): readonly MeterOf[] {
  const meters: MeterOf[] = [];
  let key = state.get(PLANTS, plant)?.meterKey;
  while (key !== undefined) {
    const term: MeterTerm | undefined = state.get(METERS, key);
    meters.push({ key, term });
    key = term?.before;
  }
  return meters;
}

/** The key that signs a quarter hour of a plant. */
export function meterKeyAt(
  state: StateReader,
  plant: number,
  intervalStart: UnixSeconds,
): Uint8Array | undefined {
  return metersOf(state, plant).find(({ term }) => isInTerm(term, intervalStart))?.key;
}

/**
 * Puts another meter in the place of a plant's. Fails, in this order: key_malformed, key_small_order, key_torsioned,
 * key_already_registered, plant_unknown, interval_misaligned, meter_not_ahead (the quarter hour has begun, or begins
 * more than 31 days later), meter_change_waiting (the meter before has not begun yet).
 */
export function replaceMeter(draft: Draft, { plant, meterKey, from }: ReplaceMeter, now: Moment): Status {
  const row = standingPlant(draft, plant);
  const term = row === undefined ? undefined : draft.get(METERS, row.meterKey);
  const status = earliest([
    checkNewKeys(draft, [meterKey]),
    row === undefined ? "plant_unknown" : "ok",
    from % QUARTER_HOUR_S === 0 ? "ok" : "interval_misaligned",
    from > now.time && from <= now.time + METER_AHEAD_MAX_S ? "ok" : "meter_not_ahead",
    term !== undefined && term.from > now.time ? "meter_change_waiting" : "ok",
  ]);
  if (status !== "ok" || row === undefined) return status;
  const former = row.meterKey;
  draft.put(METERS, former, { plant, from: term?.from ?? 0, until: from, before: term?.before });
  draft.put(METERS, meterKey, { plant, from, until: 0, before: former });
  draft.put(PLANTS, plant, { ...row, meterKey });
  draft.put(KEYS, meterKey, row.owner);
  return "ok";
}
