/**
 * What the grid operator limits of a feeder's trade: at most so much sold by its homes and so much bought, in each
 * quarter hour of a span. Everybody sees it with its reason, and every clearing keeps to it (`auction/feeder`). A
 * later limit stands in the place of earlier ones where they overlap, so one without figures lifts them.
 */
import type { Codec, Reader, Writer } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Moment } from "#ledger/agenda.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import { earliest, type Status } from "#ledger/status.ts";
import type { Emit } from "#market/events.ts";
import { isPublicText, PUBLIC_TEXT_MAX_BYTES } from "#market/public-text.ts";

export interface LimitFeeder {
  /** 1 to 65,535: 0 is what is told of no feeder. */
  readonly feeder: number;
  /** Start of the first quarter hour, and of the first after the last. */
  readonly from: UnixSeconds;
  readonly to: UnixSeconds;
  /** Of all homes of the feeder together in a quarter hour; `undefined`: no limit. */
  readonly maxSoldWh: number | undefined;
  readonly maxBoughtWh: number | undefined;
  /** For everybody to read. */
  readonly reason: string;
}

export interface StandingLimit extends Omit<LimitFeeder, "feeder"> {
  /** Of the block that set it. */
  readonly height: number;
}

/** Of one feeder at once, not over yet. */
export const MAX_LIMITS = 64;
/** Longer than that a limit is not set for a feeder: the feeder is rebuilt. */
const SPAN_MAX_S = 366 * 86_400;

/** Wh, or that nothing limits. */
export function writeMost(writer: Writer, most: number | undefined): void {
  writer.boolean(most !== undefined);
  if (most !== undefined) writer.u32(most);
}

export function readMost(reader: Reader): number | undefined {
  return reader.boolean() ? reader.u32() : undefined;
}

const figuresCodec: Codec<Omit<LimitFeeder, "feeder">> = {
  write(writer, { from, to, maxSoldWh, maxBoughtWh, reason }) {
    writer.uint(from).uint(to);
    writeMost(writer, maxSoldWh);
    writeMost(writer, maxBoughtWh);
    writer.text(reason, PUBLIC_TEXT_MAX_BYTES);
  },
  read: (reader) => ({
    from: reader.uint(),
    to: reader.uint(),
    maxSoldWh: readMost(reader),
    maxBoughtWh: readMost(reader),
    reason: reader.text(PUBLIC_TEXT_MAX_BYTES),
  }),
};

export const limitFeederCodec: Codec<LimitFeeder> = {
  write(writer, { feeder, ...figures }) {
    writer.u16(feeder);
    figuresCodec.write(writer, figures);
  },
  read: (reader) => ({ feeder: reader.u16(), ...figuresCodec.read(reader) }),
};

/** Feeder → its limits, in the order in which they were set. */
export const FEEDER_LIMITS: Table<number, readonly StandingLimit[]> = {
  number: 44,
  name: "feeder_limits",
  key: { write: (writer, feeder) => writer.u16(feeder), read: (reader) => reader.u16() },
  id: (feeder) => feeder,
  row: {
    write: (writer, limits) =>
      writer.list(limits, MAX_LIMITS, (w, { height, ...figures }) => {
        figuresCodec.write(w, figures);
        w.uint(height);
      }),
    read: (reader) => reader.list(MAX_LIMITS, (r) => ({ ...figuresCodec.read(r), height: r.uint() })),
  },
};

/** What a feeder is limited to in a quarter hour; `undefined` where nobody limits it. */
export function limitIn(state: StateReader, feeder: number, slot: UnixSeconds): StandingLimit | undefined {
  const limit = state.get(FEEDER_LIMITS, feeder)?.findLast(({ from, to }) => from <= slot && slot < to);
  return limit?.maxSoldWh === undefined && limit?.maxBoughtWh === undefined ? undefined : limit;
}

/**
 * Fails, in this order: interval_misaligned, text_invalid (the reason), limit_invalid (of feeder 0, of no quarter
 * hour, over more than 366 days, of one that has begun, or the feeder has 64 limits ahead of it).
 */
export function limitFeeder(draft: Draft, body: LimitFeeder, now: Moment, emit: Emit): Status {
  const { feeder, ...limit } = body;
  const { from, to, reason } = limit;
  const standing = (draft.get(FEEDER_LIMITS, feeder) ?? []).filter((one) => one.to > now.time);
  const isSpan = from > now.time && from < to && to - from <= SPAN_MAX_S;
  const status = earliest([
    from % QUARTER_HOUR_S !== 0 || to % QUARTER_HOUR_S !== 0 ? "interval_misaligned" : "ok",
    isPublicText(reason) ? "ok" : "text_invalid",
    feeder !== 0 && isSpan && standing.length < MAX_LIMITS ? "ok" : "limit_invalid",
  ]);
  if (status !== "ok") return status;
  draft.put(FEEDER_LIMITS, feeder, [...standing, { ...limit, height: now.height }]);
  emit({ type: "feeder_limited", ...body });
  return "ok";
}
