/**
 * A tariff as data: what a home pays for what it takes from the MicroGrid and receives for what it gives, component
 * by component, so that each can be explained alone. The forms of price are those that the market knows: flat,
 * bands by day and hour, an index with spread, tiers (free or capped kWh), fixed parts, capacity. Feed-in is a
 * component of the export direction. Incentives that are no prices (the Italian TIP) are rules, not tariffs.
 * docs/spec/tariffs.md is the file format.
 */
import { Field, FieldError } from "#base/fields.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { type DayNumber, formatDay, type Zone } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { DAYS, type Holidays, type Window, ZONES } from "#tariff/calendar.ts";

export const PARTS = ["energy", "network", "levy"] as const;
export type Part = (typeof PARTS)[number];

/** How near the neighbour is that shared energy comes from. */
export const LEVELS = ["feeder", "transformer", "beyond"] as const;
export type Level = (typeof LEVELS)[number];

export interface Band {
  readonly name: string;
  readonly price: MicroEurPerKwh;
  /** Empty: whatever no band before it holds. */
  readonly when: readonly Window[];
}

export type Price =
  | { readonly kind: "flat"; readonly price: MicroEurPerKwh }
  | { readonly kind: "bands"; readonly bands: readonly Band[] }
  | {
      /** price = index × factor + spread, then not below `floor` and not above `cap`. */
      readonly kind: "index";
      readonly index: string;
      readonly per: "quarter_hour" | "hour" | "month";
      readonly factorPpm: bigint;
      readonly spread: MicroEurPerKwh;
      readonly floor: MicroEurPerKwh | undefined;
      readonly cap: MicroEurPerKwh | undefined;
    }
  | {
      /** Of each civil month, in order of time; the last tier has no end. */
      readonly kind: "tiers";
      readonly tiers: readonly { readonly upTo: Wh | undefined; readonly price: MicroEurPerKwh }[];
    }
  | { readonly kind: "standing"; readonly per: "day" | "month" | "year"; readonly amount: MicroEur }
  | {
      /** Per kW and month: of the contract, or of the highest quarter hour of the month. */
      readonly kind: "capacity";
      readonly basis: "contracted" | "peak";
      readonly amount: MicroEur;
    };

export interface Component {
  readonly id: string;
  readonly part: Part;
  readonly direction: "import" | "export";
  readonly price: Price;
  /** Value added tax in millionths. */
  readonly vatPpm: bigint;
  /** Which millionths of the price hold for energy that a neighbour shares, by level. */
  readonly onSharedPpm: { readonly [L in Level]: bigint };
}

export interface Tariff {
  readonly name: string;
  readonly zone: Zone;
  readonly holidays: Holidays;
  /** First day, and the first day no longer, or `undefined`. */
  readonly validFrom: DayNumber;
  readonly validUntil: DayNumber | undefined;
  /** Where its figures come from. */
  readonly source: string;
  readonly components: readonly Component[];
}

export const TARIFF_FORMAT = "contrada/tariff/1";
export const MILLION = 1_000_000n;
const MAX_PRICE = 1_000_000_000n;

/** The tariff of a file's content. Refuses what does not fit, naming the place. */
export function tariffFrom(content: unknown): Result<Tariff, FieldError> {
  try {
    return ok(readTariff(new Field(content, "tariff")));
  } catch (error) {
    if (error instanceof FieldError) return refuse(error);
    throw error;
  }
}

function readTariff(file: Field): Tariff {
  file.object(["format", "name", "zone", "holidays", "valid_from", "valid_until", "source", "components"]);
  file.at("format").choice([TARIFF_FORMAT]);
  const name = file.at("name").text();
  const zoneName = file.at("zone").choice(ZONES.map((zone) => zone.name));
  const validFrom = file.at("valid_from").day();
  const until = file.at("valid_until");
  const validUntil = until.absent ? undefined : until.day();
  if (validUntil !== undefined && validUntil <= validFrom) until.fail(`a day after ${formatDay(validFrom)}`);
  const ids = new Set<string>();
  const list = file.at("components").list();
  if (list.length === 0) file.at("components").fail("at least one component");
  const components = list.map((field) => {
    const component = readComponent(field);
    if (ids.has(component.id)) field.at("id").fail("an id that no other component has");
    ids.add(component.id);
    return component;
  });
  return {
    name,
    zone: ZONES.find((zone) => zone.name === zoneName)!,
    holidays: readHolidays(file.at("holidays")),
    validFrom,
    validUntil,
    source: file.at("source").text(),
    components,
  };
}

function readHolidays(field: Field): Holidays {
  if (field.absent) return [];
  return field.value === "italy" ? "italy" : field.list('"italy" or a list of days').map((day) => day.day());
}

function readComponent(field: Field): Component {
  field.object(["id", "part", "direction", "price", "vat_per_million", "on_shared_per_million"]);
  const part = field.at("part").choice(PARTS);
  const direction = field.at("direction").choice(["import", "export"]);
  const price = readPrice(field.at("price"));
  if (direction === "export" && price.kind === "capacity") {
    field.at("price").at("kind").fail("a price of energy or a standing amount");
  }
  const vat = field.at("vat_per_million");
  return {
    id: field.at("id").text(),
    part,
    direction,
    price,
    vatPpm: vat.absent ? 0n : vat.whole(0n, MILLION, "millionths"),
    onSharedPpm: readShared(field.at("on_shared_per_million"), part),
  };
}

/** A neighbour is paid instead of the supplier; fees and levies stay whole where nothing else is said. */
function readShared(field: Field, part: Part): Component["onSharedPpm"] {
  const usual = part === "energy" ? 0n : MILLION;
  if (field.absent) return { feeder: usual, transformer: usual, beyond: usual };
  field.object(LEVELS);
  const [feeder, transformer, beyond] = LEVELS.map((level) =>
    field.at(level).whole(0n, MILLION, "millionths"),
  ) as [bigint, bigint, bigint];
  return { feeder, transformer, beyond };
}

function readPrice(field: Field): Price {
  const kind = field.at("kind").choice(["flat", "bands", "index", "tiers", "standing", "capacity"]);
  switch (kind) {
    case "flat":
      field.object(["kind", "micro_eur_per_kwh"]);
      return { kind, price: perKwh(field.at("micro_eur_per_kwh")) };
    case "bands":
      field.object(["kind", "bands"]);
      return { kind, bands: readBands(field.at("bands")) };
    case "index":
      return readIndex(field);
    case "tiers":
      field.object(["kind", "tiers"]);
      return { kind, tiers: readTiers(field.at("tiers")) };
    case "standing":
      field.object(["kind", "per", "micro_eur"]);
      return {
        kind,
        per: field.at("per").choice(["day", "month", "year"]),
        amount: money(field.at("micro_eur")),
      };
    case "capacity":
      field.object(["kind", "basis", "micro_eur_per_kw_month"]);
      return {
        kind,
        basis: field.at("basis").choice(["contracted", "peak"]),
        amount: money(field.at("micro_eur_per_kw_month")),
      };
  }
}

function readBands(field: Field): readonly Band[] {
  const list = field.list();
  if (list.length === 0) field.fail("at least one band");
  return list.map((band, i) => {
    band.object(["name", "micro_eur_per_kwh", "when"]);
    const when = band.at("when");
    const last = i === list.length - 1;
    if (when.absent !== last) {
      when.fail(last ? "no windows in the last band, which holds the rest," : "windows of days and hours");
    }
    return {
      name: band.at("name").text(),
      price: perKwh(band.at("micro_eur_per_kwh")),
      when: when.absent ? [] : when.list().map(readWindow),
    };
  });
}

function readWindow(field: Field): Window {
  field.object(["days", "from", "to"]);
  const fromMinute = minuteOf(field.at("from"));
  const toMinute = minuteOf(field.at("to"));
  if (toMinute <= fromMinute)
    field.at("to").fail("a time of day after `from` (two windows where it is night)");
  return {
    days: field
      .at("days")
      .list()
      .map((day) => day.choice(DAYS)),
    fromMinute,
    toMinute,
  };
}

function minuteOf(field: Field): number {
  const parts = /^(\d{2}):(00|15|30|45)$/.exec(field.text("a time of day"));
  const minute = parts === null ? -1 : Number(parts[1]) * 60 + Number(parts[2]);
  return minute >= 0 && minute <= 1440
    ? minute
    : field.fail("a quarter hour of the day like 07:45 (24:00 its end)");
}

function readIndex(field: Field): Price {
  field.object([
    "kind",
    "index",
    "per",
    "factor_per_million",
    "spread_micro_eur_per_kwh",
    "floor_micro_eur_per_kwh",
    "cap_micro_eur_per_kwh",
  ]);
  const factor = field.at("factor_per_million");
  const [spread, floor, cap] = [
    "spread_micro_eur_per_kwh",
    "floor_micro_eur_per_kwh",
    "cap_micro_eur_per_kwh",
  ].map((name) => (field.at(name).absent ? undefined : perKwh(field.at(name))));
  if (floor !== undefined && cap !== undefined && cap < floor) {
    field.at("cap_micro_eur_per_kwh").fail("a cap not below the floor");
  }
  return {
    kind: "index",
    index: field.at("index").text(),
    per: field.at("per").choice(["quarter_hour", "hour", "month"]),
    factorPpm: factor.absent ? MILLION : factor.whole(0n, 10n * MILLION, "millionths"),
    spread: spread ?? MicroEurPerKwh(0n),
    floor,
    cap,
  };
}

function readTiers(field: Field): Extract<Price, { kind: "tiers" }>["tiers"] {
  const list = field.list();
  if (list.length === 0) field.fail("at least one tier");
  let before = 0n;
  return list.map((tier, i) => {
    tier.object(["up_to_wh", "micro_eur_per_kwh"]);
    const end = tier.at("up_to_wh");
    const last = i === list.length - 1;
    if (last !== end.absent) end.fail(last ? "no end of the last tier" : "the tier's end in Wh");
    const upTo = last ? undefined : Wh(end.whole(before + 1n, 10n ** 12n, "Wh"));
    before = upTo ?? before;
    return { upTo, price: perKwh(tier.at("micro_eur_per_kwh")) };
  });
}

function perKwh(field: Field): MicroEurPerKwh {
  return MicroEurPerKwh(field.whole(-MAX_PRICE, MAX_PRICE, "µEUR/kWh"));
}

function money(field: Field): MicroEur {
  return MicroEur(field.whole(-(10n ** 12n), 10n ** 12n, "µEUR"));
}
