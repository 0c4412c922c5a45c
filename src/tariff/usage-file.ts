/**
 * Metered quarter hours of one home as a file, `contrada/usage/1`, and its bill as plain values; docs/spec/tariffs.md
 * specifies both.
 */
import { Field, FieldError } from "#base/fields.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { formatInstant, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import type { Bill, Usage } from "#tariff/bill.ts";
import { type Indices, readIndices } from "#tariff/index-series.ts";
import { LEVELS, type Tariff } from "#tariff/tariff.ts";

export interface UsageFile {
  readonly start: UnixSeconds;
  readonly slots: number;
  readonly usage: Usage;
  readonly indices: Indices;
}

const MAX_WH = 4_294_967_295n;

/** Refuses what does not fit, naming the place. Every list is as long as `supplied_wh`. */
export function usageFrom(content: unknown): Result<UsageFile, FieldError> {
  try {
    return ok(readUsage(new Field(content, "usage")));
  } catch (error) {
    if (error instanceof FieldError) return refuse(error);
    throw error;
  }
}

function readUsage(file: Field): UsageFile {
  file.object([
    "format",
    "start",
    "supplied_wh",
    "shared_wh",
    "exported_wh",
    "contracted_power_w",
    "indices",
  ]);
  file.at("format").choice(["contrada/usage/1"]);
  const start = file.at("start").instant();
  if (start % QUARTER_HOUR_S !== 0) file.at("start").fail("an instant at a quarter hour");
  const slots = file.at("supplied_wh").list().length;
  if (slots === 0) file.at("supplied_wh").fail("at least one quarter hour");
  const energies = (field: Field) => {
    const list = field.list();
    if (list.length !== slots)
      field.fail(`a list of ${slots} energies, as many as of supplied_wh, not ${list.length},`);
    return list.map((each) => Wh(each.whole(0n, MAX_WH, "Wh")));
  };
  const shared = file.at("shared_wh");
  if (!shared.absent) shared.object(LEVELS);
  const near = LEVELS.filter((level) => !shared.absent && !shared.at(level).absent);
  const exported = file.at("exported_wh");
  const power = file.at("contracted_power_w");
  const indices = file.at("indices");
  return {
    start,
    slots,
    usage: {
      supplied: energies(file.at("supplied_wh")),
      shared: Object.fromEntries(near.map((level) => [level, energies(shared.at(level))])),
      exported: exported.absent ? new Array<Wh>(slots).fill(Wh(0n)) : energies(exported),
      contractedPowerW: power.absent ? 0n : power.whole(0n, 10_000_000n, "W"),
    },
    indices: indices.absent ? new Map() : readIndices(indices),
  };
}

/** Amounts in µEUR, energies in Wh; what the home receives is negative. */
export function billResult(tariff: Tariff, { start, slots }: UsageFile, { lines, total }: Bill): object {
  return {
    format: "contrada/bill/1",
    ok: true,
    tariff: tariff.name,
    from: formatInstant(start),
    until: formatInstant(start + slots * QUARTER_HOUR_S),
    lines: lines.map(({ component, part, label, source, energy, amount, formula }) => ({
      component,
      part,
      label,
      source,
      energy_wh: energy === undefined ? null : Number(energy),
      amount_micro_eur: Number(amount),
      formula,
    })),
    total_micro_eur: Number(total),
  };
}
