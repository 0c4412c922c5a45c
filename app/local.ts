/** The rules of `format` bound to the language chosen and the community's zone; tracks both where it is read. */
import { createMemo } from "solid-js";
import { ROME, type UnixSeconds, type Zone } from "#base/time.ts";
import * as format from "./format.ts";
import { community, now } from "./session.ts";
import { language } from "./strings/dictionary.ts";

/** The community's zone; until it is known, the one of the first community. */
export function zone(): Zone {
  const known = community()?.zone;
  return known === undefined
    ? ROME
    : {
        name: known.name,
        standardOffsetS: known.standardOffsetS,
        daylight: known.daylight === "none" ? "none" : "eu",
      };
}

export const local = {
  number: (value: number, decimals = 0) => format.number(language(), value, decimals),
  power: (watts: number, unit?: format.PowerUnit) => format.power(language(), watts, unit),
  rated: (watts: number, unit: string) => format.rated(language(), watts, unit),
  energy: (wattHours: number, unit?: format.EnergyUnit) => format.energy(language(), wattHours, unit),
  energyNumber: (wattHours: number, unit?: format.EnergyUnit) =>
    format.energyNumber(language(), wattHours, unit),
  soldEnergy: (wattHours: number) => format.soldEnergy(language(), wattHours),
  money: (microEur: number) => format.money(language(), microEur),
  soldMoney: (microEur: number) => format.soldMoney(language(), microEur),
  rate: (microEurPerKwh: number, decimals?: number) => format.rate(language(), microEurPerKwh, decimals),
  ratePerKwh: (microEurPerKwh: number, decimals?: number) =>
    format.ratePerKwh(language(), microEurPerKwh, decimals),
  percent: (share: number) => format.percent(language(), share),
  clockTime: (instant: UnixSeconds) => format.clockTime(zone(), instant),
  date: (instant: UnixSeconds, withYear = false) => format.date(language(), zone(), instant, withYear),
  dayText: (day: string, withYear = true) => format.dayText(language(), day, withYear),
  dateTime: (instant: UnixSeconds) => format.dateTime(language(), zone(), instant),
  /** `12:44` today, `9 June, 11:20` before. */
  when: (instant: UnixSeconds) => format.when(language(), zone(), instant, now()),
  span: (seconds: number) => format.span(language(), seconds),
};

/** A power whose unit does not dance: it remembers the unit it last showed. Call it where a component is set up. */
export function steadyPower(watts: () => number): () => string {
  const unit = createMemo<format.PowerUnit | undefined>(
    (before) => format.powerUnit(watts(), before),
    undefined,
  );
  return () => local.power(watts(), unit());
}
