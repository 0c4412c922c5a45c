/**
 * Numbers and times as people read them, by the rules of the look: kW and € with two decimals, kWh with one (in
 * a sale: kWh two, € three), whole percent, a space that does not break before the unit, a true minus, the separators of the
 * language. Instants are shown in the community's zone, never in the phone's.
 *
 * Everything here is pure and takes its language and zone; components call `local`, which knows both.
 */
import { civilTime, dayOf, parseDay, type UnixSeconds, weekday, type Zone } from "#base/time.ts";
import type { Language } from "./strings/dictionary.ts";

/**
 * Between a number and its unit, never breaking. Of Plex's no-break spaces this is the one of 0.24 em; its narrow
 * one (U+202F) has 0.12 em, where a bold number touches its unit.
 */
export const UNIT_SPACE = "\u00a0";
const MINUS = "\u2212";
/** What stands between groups of three digits, from how many digits on, and what before the decimals. */
const SEPARATORS: Readonly<Record<Language, { group: string; from: number; point: string }>> = {
  en: { group: ",", from: 4, point: "." },
  // Four digits stand together in Italian.
  it: { group: ".", from: 5, point: "," },
  de: { group: ".", from: 4, point: "," },
};

/**
 * A plain number with a fixed count of decimals, halves away from zero. Written here and not by `Intl`, whose
 * formats take tens of milliseconds to come up on a phone and say the same (a test compares them).
 */
export function number(language: Language, value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  // By its decimal digits: 0.1845 is a half at three decimals, whatever its binary neighbour.
  const scaled = size < 1e-6 ? 0 : Math.round(Number(`${size}e${decimals}`));
  const digits = String(scaled).padStart(decimals + 1, "0");
  const { group, from, point } = SEPARATORS[language];
  const plain = digits.slice(0, digits.length - decimals);
  const whole = plain.length < from ? plain : plain.replace(/\B(?=(\d{3})+$)/g, group);
  const text = decimals === 0 ? whole : whole + point + digits.slice(-decimals);
  // "-0.00" would be a sign without a meaning.
  return value < 0 && scaled > 0 ? MINUS + text : text;
}

export type PowerUnit = "W" | "kW" | "MW";
export type EnergyUnit = "kWh" | "MWh";

/**
 * The unit to show a power in. A value near a border keeps the unit it had: kW from 1,000 W up, back to W only
 * under 900 W, so that digits do not dance.
 */
export function powerUnit(watts: number, before?: PowerUnit): PowerUnit {
  const size = Math.abs(watts);
  if (size >= 1e6 || (before === "MW" && size >= 0.9e6)) return "MW";
  if (size >= 999.5 || (before !== undefined && before !== "W" && size >= 900)) return "kW";
  return "W";
}

export function energyUnit(wattHours: number, before?: EnergyUnit): EnergyUnit {
  const size = Math.abs(wattHours);
  return size >= 1e6 || (before === "MWh" && size >= 0.9e6) ? "MWh" : "kWh";
}

/** `860 W`, `3.42 kW`. Without `unit` the value alone decides. */
export function power(language: Language, watts: number, unit: PowerUnit = powerUnit(watts)): string {
  if (unit === "W") return number(language, watts) + UNIT_SPACE + unit;
  return number(language, watts / (unit === "kW" ? 1e3 : 1e6), 2) + UNIT_SPACE + unit;
}

/** A rated power: `5.0 kWp`, `5.0 kVA`. */
export function rated(language: Language, watts: number, unit: string): string {
  return number(language, watts / 1000, 1) + UNIT_SPACE + unit;
}

/** `6.3 kWh`, `1.2 MWh`. */
export function energy(
  language: Language,
  wattHours: number,
  unit: EnergyUnit = energyUnit(wattHours),
): string {
  return energyNumber(language, wattHours, unit) + UNIT_SPACE + unit;
}

/** The number of `energy` without its unit, for a legend whose head holds the unit. */
export function energyNumber(
  language: Language,
  wattHours: number,
  unit: EnergyUnit = energyUnit(wattHours),
): string {
  return number(language, wattHours / (unit === "kWh" ? 1e3 : 1e6), 1);
}

/** In a sale: `1.50 kWh`; what two decimals would hide, in whole watt-hours: `7 Wh`. */
export function soldEnergy(language: Language, wattHours: number): string {
  if (wattHours !== 0 && Math.abs(wattHours) < 10) return `${number(language, wattHours)}${UNIT_SPACE}Wh`;
  return `${number(language, wattHours / 1000, 2)}${UNIT_SPACE}kWh`;
}

/** `1.14 €` of µEUR. */
export function money(language: Language, microEur: number): string {
  return `${number(language, microEur / 1e6, 2)}${UNIT_SPACE}€`;
}

/** In a sale: `0.130 €`. */
export function soldMoney(language: Language, microEur: number): string {
  return `${number(language, microEur / 1e6, 3)}${UNIT_SPACE}€`;
}

/** A price in €/kWh, the number alone: `0.142`. */
export function rate(language: Language, microEurPerKwh: number, decimals = 3): string {
  return number(language, microEurPerKwh / 1e6, decimals);
}

/** `0.142 €/kWh`. */
export function ratePerKwh(language: Language, microEurPerKwh: number, decimals = 3): string {
  return `${rate(language, microEurPerKwh, decimals)}${UNIT_SPACE}€/kWh`;
}

/** Whole percent of a share 0 to 1; a part that is not all never reads as 100 %, one that is not none never as 0 %. */
export function percent(language: Language, share: number): string {
  let whole = Math.round(share * 100);
  if (whole === 100 && share < 1) whole = 99;
  if (whole === 0 && share > 0) whole = 1;
  return `${number(language, whole)}${UNIT_SPACE}%`;
}

/** `12:45`. */
export function clockTime(zone: Zone, instant: UnixSeconds): string {
  const { hour, minute } = civilTime(zone, Math.floor(instant));
  return `${two(hour)}:${two(minute)}`;
}

/** `16 June`, `16 giugno`, `16. Juni`; with the year where asked. */
export function date(language: Language, zone: Zone, instant: UnixSeconds, withYear = false): string {
  const { year, month, day } = civilTime(zone, Math.floor(instant));
  const dayText = language === "de" ? `${day}.` : String(day);
  return `${dayText} ${monthName(language, month)}${withYear ? ` ${year}` : ""}`;
}

/** `16 June 2026` of `2026-06-16`. */
export function dayText(language: Language, day: string, withYear = true): string {
  const found = parseDay(day);
  return found === undefined ? day : date(language, UTC_ZONE, found * DAY_S, withYear);
}

/** `Tue 16 June, 12:45`. */
export function dateTime(language: Language, zone: Zone, instant: UnixSeconds): string {
  const name = weekdayName(language, weekday(dayOf(zone, Math.floor(instant))));
  return `${name} ${date(language, zone, instant)}, ${clockTime(zone, instant)}`;
}

/** The time alone on the same civil day as `now`, else with its date: `12:44`, `9 June, 11:20`. */
export function when(language: Language, zone: Zone, instant: UnixSeconds, now: UnixSeconds): string {
  const at = clockTime(zone, instant);
  return dayOf(zone, Math.floor(instant)) === dayOf(zone, Math.floor(now))
    ? at
    : `${date(language, zone, instant)}, ${at}`;
}

/** A span in its largest fitting unit: `42 s`, `6 min`, `3 h`, `41 d`. */
export function span(language: Language, seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 60) return `${number(language, Math.floor(s))}${UNIT_SPACE}s`;
  if (s < 3600) return `${number(language, Math.floor(s / 60))}${UNIT_SPACE}min`;
  if (s < 48 * 3600) return `${number(language, Math.floor(s / 3600))}${UNIT_SPACE}h`;
  return `${number(language, Math.floor(s / DAY_S))}${UNIT_SPACE}${language === "de" ? "Tage" : language === "it" ? "giorni" : "days"}`;
}

/** Short weekday, 1 = Monday, without a point. */
export function weekdayName(language: Language, day: number): string {
  return NAMES[language].weekdays[day - 1]!;
}

/** Month in full, 1 = January. */
export function monthName(language: Language, month: number): string {
  return NAMES[language].months[month - 1]!;
}

const DAY_S = 86_400;
const UTC_ZONE: Zone = { name: "UTC", standardOffsetS: 0, daylight: "none" };
interface Names {
  readonly weekdays: readonly string[];
  readonly months: readonly string[];
}

const NAMES: Readonly<Record<Language, Names>> = {
  en: {
    weekdays: "Mon Tue Wed Thu Fri Sat Sun".split(" "),
    months: "January February March April May June July August September October November December".split(
      " ",
    ),
  },
  it: {
    weekdays: "lun mar mer gio ven sab dom".split(" "),
    months:
      "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(
        " ",
      ),
  },
  de: {
    weekdays: "Mo Di Mi Do Fr Sa So".split(" "),
    months: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(" "),
  },
};

function two(value: number): string {
  return String(value).padStart(2, "0");
}
