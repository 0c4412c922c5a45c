/**
 * The devices of a simulated home as its gateway would list them, and what goes wrong with them: a string of
 * panels in a chimney's shade on some homes, a solar meter that falls silent for minutes now and then. Shade
 * costs real production; a silent meter costs nothing, its registers report later.
 */
import type { Random } from "#base/random.ts";
import { dayOf, dayStart, offsetAt, type UnixSeconds, type Zone } from "#base/time.ts";
import { onGrid } from "#plant/resolution.ts";
import type { Site } from "#plant/site.ts";
import { solarPeakW } from "#plant/site.ts";
import type { Source } from "#sim/sources.ts";
import type { Device, Fault } from "#wire/schemas.ts";

/** A second string of panels that gives less in some hours, because something stands before the sun. */
export interface Shade {
  readonly lessPercent: number;
  /** Civil hours. */
  readonly fromHour: number;
  readonly untilHour: number;
}

const DAY_S = 86_400;
/** Of the panels, on the shaded string. */
const STRING_SHARE = 0.5;
/** Silences shorter than this are nobody's concern. */
const SILENT_MIN_S = 240;

export function shadeOf(random: Random): Shade | undefined {
  if (random.float() >= 0.2) return undefined;
  const fromHour = 9 + random.integer(3);
  return { lessPercent: 22 + random.integer(20), fromHour, untilHour: fromHour + 3 + random.integer(2) };
}

/** A source behind a shade. */
export function shaded(source: Source, shade: Shade, zone: Zone): Source {
  const share = 1 - (STRING_SHARE * shade.lessPercent) / 100;
  return {
    ...(source.generated === undefined ? {} : { generated: source.generated }),
    loadW: source.loadW,
    solarW(start, seconds) {
      const hour = ((((start + offsetAt(zone, start)) % DAY_S) + DAY_S) % DAY_S) / 3600;
      const full = source.solarW(start, seconds);
      return hour >= shade.fromHour && hour < shade.untilHour ? onGrid(full * share) : full;
    },
  };
}

/** What is wrong at a home at an instant: what stands, and what was resolved in the last two weeks. */
export class FaultLog {
  readonly #plant: number;
  readonly #random: Random;
  readonly #zone: Zone;
  readonly #shade: Shade | undefined;
  readonly #since: UnixSeconds;

  constructor(plant: number, random: Random, zone: Zone, shade: Shade | undefined, start: UnixSeconds) {
    this.#plant = plant;
    this.#random = random;
    this.#zone = zone;
    this.#shade = shade;
    // Found when the gap has stood for a morning.
    this.#since = dayStart(zone, dayOf(zone, start) - 7) + (shade?.fromHour ?? 0) * 3600 + 4800;
  }

  /** Newest first. What a shade costs is told of a sunny day: panels at seven tenths of their peak. */
  at(time: UnixSeconds, site: Site): Fault[] {
    // Where there are no panels there is no meter of theirs to fall silent.
    if (solarPeakW(site) === 0) return [];
    const faults: Fault[] = [];
    const today = dayOf(this.#zone, time);
    for (let day = today; day > today - 14; day--) {
      const silence = this.#silence(day);
      if (silence === undefined || silence.from > time) continue;
      const silentS = Math.min(time, silence.until) - silence.from;
      if (silentS < SILENT_MIN_S) continue;
      faults.push({
        id: `${this.#plant}-solar-meter-${day}`,
        code: "solar_meter_silent",
        severity: "fault",
        since: silence.from,
        resolvedAt: silence.until <= time ? silence.until : null,
        numbers: { minutes: Math.round(silentS / 60) },
      });
    }
    const shade = this.#shade;
    if (shade !== undefined && this.#since <= time) {
      const lostW = solarPeakW(site) * 0.7 * STRING_SHARE * (shade.lessPercent / 100);
      faults.push({
        id: `${this.#plant}-string-2`,
        code: "string_below",
        severity: "warning",
        since: this.#since,
        resolvedAt: null,
        numbers: {
          string: 2,
          lessPercent: shade.lessPercent,
          fromHour: shade.fromHour,
          untilHour: shade.untilHour,
          lostWhPerDay: Math.round((lostW * (shade.untilHour - shade.fromHour)) / 100) * 100,
        },
      });
    }
    return faults;
  }

  #silence(day: number): { from: UnixSeconds; until: UnixSeconds } | undefined {
    const draw = this.#random.fork(`silence ${day}`);
    if (draw.float() >= 0.08) return undefined;
    const from = dayStart(this.#zone, day) + 6 * 3600 + draw.integer(14 * 3600);
    return { from, until: from + 180 + draw.integer(900) };
  }
}

/** The technical sheet's rows. `producedWh` since the installation, by the solar meter. */
export function devicesOf(
  site: Site,
  time: UnixSeconds,
  solarW: number,
  producedWh: number,
  silentSince: UnixSeconds | undefined,
): Device[] {
  const [field] = site.panels;
  const devices: Device[] = [];
  if (field !== undefined) {
    devices.push(
      {
        kind: "panels",
        numbers: {
          peakW: solarPeakW(site),
          modules: Math.ceil(solarPeakW(site) / 420),
          tiltDeg: field.tiltDeg,
          azimuthDeg: field.azimuthDeg,
        },
        lastSeen: time,
      },
      {
        kind: "inverter",
        numbers: {
          ratedVa: site.inverter.ratedW,
          temperatureC: Math.round(24 + (22 * solarW) / site.inverter.ratedW),
        },
        lastSeen: time,
      },
    );
  }
  if (site.accumulator !== undefined) {
    const { capacityWh, chargePowerMaxW, roundTripEfficiency } = site.accumulator;
    devices.push({
      kind: "accumulator",
      numbers: {
        capacityWh,
        powerMaxW: chargePowerMaxW,
        efficiencyPercent: Math.round(roundTripEfficiency * 100),
      },
      lastSeen: time,
    });
  }
  devices.push({
    kind: "counter",
    numbers: { exportPowerMaxW: site.connection.exportPowerMaxW },
    lastSeen: time,
  });
  if (field !== undefined) {
    devices.push({ kind: "solar_meter", numbers: { producedWh }, lastSeen: silentSince ?? time });
  }
  devices.push({ kind: "gateway", numbers: { outbox: 0 }, lastSeen: time });
  return devices;
}
