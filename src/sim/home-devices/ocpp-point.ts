/**
 * A simulated charge point that calls in over OCPP 1.6-J: says its state and its meter, takes charging profiles and
 * does what the highest of those that are valid says (10.3 of the specification), the safe current where none above it
 * is. Profiles end by the wall's clock, as whoever set them goes by it; the meter speaks every so many seconds of the
 * home.
 */
import { type OcppCaller, ocppCaller } from "#devices/ocpp-caller.ts";
import type { CarAtHome } from "./car-at-home.ts";
import type { WireState } from "./faulty-wire.ts";
import type { SimulatedHome } from "./simulated-home.ts";

export interface OcppPoint {
  /** To be called often. */
  look(): void;
  close(): Promise<void>;
}

interface Profile {
  readonly stackLevel: number;
  readonly validTo?: string;
  readonly chargingSchedule: {
    readonly chargingRateUnit: "W" | "A";
    readonly duration?: number;
    readonly startSchedule?: string;
    readonly chargingSchedulePeriod: readonly { readonly limit: number }[];
  };
}

const MAINS_V = 230;
const CONNECTOR = 1;
/** By `devices/points`. */
const STATES = ["Available", "Preparing", "Charging", "SuspendedEV", "Faulted"] as const;
const METER_EVERY_S = 10;
/** Between two words, however fast its home lives, ms of the wall. */
const WORD_MIN_MS = 50;
/** Far beyond any step: what the car may draw is said anew all the time. */
const STANDS_S = 86_400;

export function pointOverOcpp(
  home: SimulatedHome,
  car: CarAtHome,
  endpoint: string,
  identity: string,
  wire: () => WireState,
): OcppPoint {
  const profiles = new Map<number, Profile>();
  let saidState: string | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  let wordAt = 0;
  let transaction: number | undefined;
  let isBooted = false;
  const quietly = (method: string, params: object) => caller.call(method, params).catch(() => undefined);
  const caller: OcppCaller = ocppCaller(endpoint, identity, undefined, () => {
    isBooted = false;
    saidState = undefined;
    const sheet = home.voices.get(car.id)!.device.sheet;
    void caller
      .call("BootNotification", {
        chargePointVendor: sheet.manufacturer,
        chargePointModel: sheet.model,
        chargePointSerialNumber: sheet.serialNumber,
        firmwareVersion: sheet.version,
      })
      .then(
        () => (isBooted = true),
        () => undefined,
      );
  });
  caller.handle("SetChargingProfile", (params) => {
    const { csChargingProfiles } = params as { csChargingProfiles: Profile & { chargingProfileId: number } };
    profiles.set(csChargingProfiles.chargingProfileId, csChargingProfiles);
    return { status: "Accepted" };
  });
  caller.handle("ChangeConfiguration", () => ({ status: "Accepted" }));
  caller.handle("TriggerMessage", () => {
    saidAt = Number.NEGATIVE_INFINITY;
    return { status: "Accepted" };
  });
  caller.handle("RemoteStartTransaction", (params) => {
    void quietly("StartTransaction", {
      ...{ connectorId: CONNECTOR, idTag: (params as { idTag: string }).idTag },
      meterStart: Math.floor(car.energyJ / 3600),
      timestamp: new Date().toISOString(),
    }).then((answer) => (transaction = (answer as { transactionId: number } | undefined)?.transactionId));
    return { status: "Accepted" };
  });

  /** What the profiles allow now, W. */
  const allowedW = (): number => {
    const now = Date.now();
    const valid = [...profiles.values()].filter(
      ({ validTo, chargingSchedule: { startSchedule, duration } }) => {
        if (validTo !== undefined && Date.parse(validTo) < now) return false;
        if (duration === undefined || startSchedule === undefined) return true;
        return Date.parse(startSchedule) + duration * 1_000 >= now;
      },
    );
    const top = valid.toSorted((a, b) => b.stackLevel - a.stackLevel)[0]?.chargingSchedule;
    if (top === undefined) return car.parameters.failsafeW;
    const { limit } = top.chargingSchedulePeriod[0]!;
    return top.chargingRateUnit === "W" ? limit : limit * MAINS_V;
  };
  const speak = () => {
    const { values, measuredAt } = home.say(car.id);
    const now = measuredAt / 1000;
    const { state = 0, powerW = 0, energyWh = 0, socPercent } = values;
    // A car that was not started yet says so first, and is started.
    const word = state === 3 && transaction === undefined ? "Preparing" : STATES[state]!;
    if (state === 0) transaction = undefined;
    if (word !== saidState) {
      saidState = word;
      saidAt = Number.NEGATIVE_INFINITY;
      void quietly("StatusNotification", { connectorId: CONNECTOR, errorCode: "NoError", status: word });
    }
    if (now - saidAt < METER_EVERY_S && now >= saidAt) return;
    saidAt = now;
    const sampled = (measurand: string, value: number, unit: string) => ({
      value: String(value),
      measurand,
      unit,
    });
    void quietly("MeterValues", {
      connectorId: CONNECTOR,
      ...(transaction !== undefined && { transactionId: transaction }),
      meterValue: [
        {
          timestamp: new Date().toISOString(),
          sampledValue: [
            sampled("Energy.Active.Import.Register", energyWh, "Wh"),
            sampled("Power.Active.Import", Math.round(powerW), "W"),
            ...(socPercent === undefined
              ? []
              : [sampled("SoC", Math.round(socPercent * 10) / 10, "Percent")]),
          ],
        },
      ],
    });
  };
  let isCut = false;
  caller.open();
  return {
    look() {
      const { isDropped } = wire();
      if (isDropped !== isCut) {
        isCut = isDropped;
        if (isCut) void caller.cut();
        else caller.open();
      }
      home.now();
      car.setLimit(allowedW(), home.physics.time, STANDS_S);
      if (!caller.isOpen || !isBooted || performance.now() < wordAt) return;
      wordAt = performance.now() + WORD_MIN_MS;
      speak();
    },
    close: () => caller.close(),
  };
}
