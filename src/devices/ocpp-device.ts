/**
 * A car's charge point over OCPP 1.6-J, seen as a device of the home. It calls in by itself (`ocpp-listener`), tells
 * its state and its meter, and obeys a charging profile.
 *
 * Limits are profiles of the kind TxDefaultProfile: one at the bottom of the stack that holds always (`failsafeW`), and
 * one above it that ends by itself after `HOLD_S` unless it is renewed. So a gateway that falls silent leaves a car
 * that charges slowly and not one that charges at full power, or never. Whoever knows amperes only gets amperes.
 *
 * Sections named here are those of the Open Charge Alliance's specification of OCPP 1.6, edition 2.
 */
import { type Device, DeviceError, type Sample } from "#devices/device.ts";
import type { ChargePointLink, ExpectedChargePoint } from "#devices/ocpp-listener.ts";
import type { PointName } from "#devices/points.ts";

export interface OcppAddress {
  /** Where this side listens. */
  readonly host: string;
  readonly port: number;
  /** Under which name the charge point calls in. */
  readonly identity: string;
}

export interface OcppOptions {
  readonly template: string;
  readonly phases: 1 | 3;
  readonly password?: string;
  /** What the car may draw when nobody renews a limit, W. */
  readonly failsafeW: number;
  readonly timeoutMs: number;
  /** A car that is plugged in may charge without a card. */
  readonly startsByItself: boolean;
  readonly sheet?: Readonly<Record<string, string>>;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** 4.9 and the enumeration ChargePointStatus, as states of `points`. */
const STATES: Readonly<Record<string, number>> = {
  Available: 0,
  Reserved: 0,
  Preparing: 1,
  Finishing: 1,
  Charging: 2,
  SuspendedEV: 3,
  SuspendedEVSE: 3,
  Faulted: 4,
  Unavailable: 4,
};

const VOLTAGE_V = 230;
/** Under it no car charges (IEC 61851-1). */
const LEAST_A = 6;
const CONNECTOR = 1;
const HEARTBEAT_S = 60;
const SAMPLE_S = 10;
/** A car follows a new limit within this (5 s by IEC 61851-1), ms. */
const ANSWERS_MS = 5_000;
export const HOLD_S = 60;
/** The card that the home itself holds before the reader. */
const HOME_TAG = "CONTRADA-HOME";

export class OcppDevice implements Device, ExpectedChargePoint {
  readonly id: string;
  readonly kind = "charge_point";
  readonly callsIn = true;
  readonly settable = ["powerMaxW"] as const;
  readonly holdS = HOLD_S;
  readonly template: string;
  readonly identity: string;
  readonly password: string | undefined;
  #sheet: Readonly<Record<string, string>>;
  readonly #address: OcppAddress;
  readonly #options: OcppOptions;
  readonly #now: () => number;
  #release: (() => Promise<void>) | undefined;
  #link: ChargePointLink | undefined;
  #values: { [name in PointName]?: number } = {};
  #measuredAt = 0;
  #transactions = 0;
  #limitW = Number.NaN;
  /** When its meter is asked, Unix ms. */
  #askAt = Number.POSITIVE_INFINITY;
  /** Which unit it took a profile in. */
  #unit: "W" | "A" | undefined;

  constructor(id: string, address: OcppAddress, options: OcppOptions) {
    this.id = id;
    this.template = options.template;
    this.identity = address.identity;
    this.password = options.password;
    this.#address = address;
    this.#options = options;
    this.#sheet = options.sheet ?? {};
    this.#now = options.now ?? Date.now;
  }

  get sheet(): Readonly<Record<string, string>> {
    return this.#sheet;
  }

  /** Listens for it; whether it has called in, `read` says. */
  async open(): Promise<void> {
    if (this.#release !== undefined) return;
    const { host, port } = this.#address;
    // Loaded where a car is: a box without one does not have to bear it.
    const { sharedListener } = await import("#devices/ocpp-listener.ts");
    const { listener, release } = await sharedListener(host, port, this.#options.timeoutMs);
    try {
      listener.expect(this);
    } catch (error) {
      await release();
      throw error;
    }
    this.#release = async () => {
      listener.forget(this);
      await release();
    };
  }

  async read(): Promise<Sample> {
    if (this.#link === undefined) {
      throw new DeviceError("unreachable", `${this.id}: "${this.identity}" has not called in`);
    }
    if (this.#measuredAt === 0) throw new DeviceError("timeout", `${this.id} has told nothing yet`);
    if (this.#now() >= this.#askAt) {
      this.#askAt = Number.POSITIVE_INFINITY;
      const meter = { requestedMessage: "MeterValues", connectorId: CONNECTOR };
      void this.#link.call("TriggerMessage", meter).catch(() => undefined);
    }
    return { values: { ...this.#values }, measuredAt: this.#measuredAt };
  }

  /** Holds for `HOLD_S`; 0 lets the car wait. */
  async write(point: PointName, value: number): Promise<void> {
    if (point !== "powerMaxW") throw new DeviceError("no_such_point", `${this.id} has no "${point}" to set`);
    if (!Number.isFinite(value) || value < 0) {
      throw new DeviceError("out_of_range", `${this.id}: ${value} W is no limit`);
    }
    await this.#limit({ powerW: value, profile: 2, stackLevel: 1, durationS: HOLD_S });
    // Whoever changed something wants to see what came of it, sooner than the meter speaks by itself.
    if (value !== this.#limitW) this.#askAt = this.#now() + ANSWERS_MS;
    this.#limitW = value;
  }

  async close(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await this.#link?.close().catch(() => undefined);
    this.#link = undefined;
    await release?.().catch(() => undefined);
  }

  connected(link: ChargePointLink): void {
    // It came back before the old connection was seen to be dead.
    void this.#link?.close().catch(() => undefined);
    this.#link = link;
    link.handle("BootNotification", ({ params }) => {
      const { chargePointVendor, chargePointModel, chargePointSerialNumber, firmwareVersion } =
        params as BootNotification;
      this.#sheet = {
        ...this.#options.sheet,
        manufacturer: chargePointVendor,
        model: chargePointModel,
        ...(chargePointSerialNumber !== undefined && { serial: chargePointSerialNumber }),
        ...(firmwareVersion !== undefined && { version: firmwareVersion }),
      };
      setImmediate(() => void this.#prepare(link));
      return { status: "Accepted", currentTime: this.#time(), interval: HEARTBEAT_S };
    });
    link.handle("Heartbeat", () => ({ currentTime: this.#time() }));
    link.handle("StatusNotification", ({ params }) => {
      this.#onStatus(params as StatusNotification, link);
      return {};
    });
    link.handle("MeterValues", ({ params }) => {
      this.#onMeter(params as MeterValues);
      return {};
    });
    link.handle("Authorize", () => ({ idTagInfo: { status: "Accepted" } }));
    link.handle("StartTransaction", ({ params }) => {
      this.#tell({ energyWh: (params as { meterStart: number }).meterStart });
      this.#transactions += 1;
      return { transactionId: this.#transactions, idTagInfo: { status: "Accepted" } };
    });
    link.handle("StopTransaction", ({ params }) => {
      this.#tell({ energyWh: (params as { meterStop: number }).meterStop, powerW: 0 });
      return {};
    });
    link.handle("DataTransfer", () => ({ status: "UnknownVendorId" }));
    link.handle("FirmwareStatusNotification", () => ({}));
    link.handle("DiagnosticsStatusNotification", () => ({}));
  }

  disconnected(link: ChargePointLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#values = {};
    this.#measuredAt = 0;
  }

  /** After it booted: how often it tells, the limit that always holds, and where it stands now. */
  async #prepare(link: ChargePointLink): Promise<void> {
    const ask = (method: string, params: object) => link.call(method, params).catch(() => undefined);
    const set = (key: string, value: string) => ask("ChangeConfiguration", { key, value });
    await set("MeterValueSampleInterval", String(SAMPLE_S));
    await set("MeterValuesSampledData", "Energy.Active.Import.Register,Power.Active.Import,SoC");
    await this.#limit({ powerW: this.#options.failsafeW, profile: 1, stackLevel: 0 }).catch(() => undefined);
    await ask("TriggerMessage", { requestedMessage: "StatusNotification", connectorId: CONNECTOR });
    await ask("TriggerMessage", { requestedMessage: "MeterValues", connectorId: CONNECTOR });
  }

  #onStatus({ connectorId, status }: StatusNotification, link: ChargePointLink): void {
    const state = STATES[status];
    // 0 stands for the whole charge point, which is out of order or says nothing of the car.
    const counts = connectorId === CONNECTOR || (connectorId === 0 && state === STATES.Faulted);
    if (state === undefined || !counts) return;
    this.#tell(state === 2 ? { state } : { state, powerW: 0 });
    if (status !== "Preparing" || !this.#options.startsByItself) return;
    setImmediate(
      () =>
        void link
          .call("RemoteStartTransaction", { connectorId: CONNECTOR, idTag: HOME_TAG })
          .catch(() => undefined),
    );
  }

  #onMeter({ meterValue }: MeterValues): void {
    for (const { sampledValue } of meterValue) {
      for (const { value, measurand = "Energy.Active.Import.Register", unit, phase } of sampledValue) {
        const number = Number(value);
        if (phase !== undefined || !Number.isFinite(number)) continue;
        if (measurand === "Energy.Active.Import.Register") {
          this.#tell({ energyWh: unit === "kWh" ? number * 1_000 : number });
        } else if (measurand === "Power.Active.Import") {
          this.#tell({ powerW: unit === "kW" ? number * 1_000 : number });
        } else if (measurand === "SoC") {
          this.#tell({ socPercent: number });
        }
      }
    }
  }

  #tell(values: { [name in PointName]?: number }): void {
    const powerMinW = LEAST_A * VOLTAGE_V * this.#options.phases;
    this.#values = { powerW: 0, powerMinW, ...this.#values, ...values };
    this.#measuredAt = this.#now();
  }

  /** 5.16 SetChargingProfile, in watts, or in amperes for whoever refused watts. */
  async #limit(limit: {
    readonly powerW: number;
    readonly profile: number;
    readonly stackLevel: number;
    readonly durationS?: number;
  }): Promise<void> {
    const link = this.#link;
    if (link === undefined) {
      throw new DeviceError("unreachable", `${this.id}: "${this.identity}" has not called in`);
    }
    const units = this.#unit === undefined ? (["W", "A"] as const) : [this.#unit];
    for (const unit of units) {
      const status = await this.#setProfile(link, limit, unit);
      if (status === "Accepted") {
        this.#unit = unit;
        return;
      }
    }
    throw new DeviceError("refused", `${this.id} takes no charging profile`);
  }

  async #setProfile(
    link: ChargePointLink,
    limit: { powerW: number; profile: number; stackLevel: number; durationS?: number },
    unit: "W" | "A",
  ): Promise<string> {
    const { powerW, profile, stackLevel, durationS } = limit;
    // The schema knows tenths; rounded down, so that no limit is passed.
    const value = unit === "W" ? powerW : powerW / (VOLTAGE_V * this.#options.phases);
    const schedule = {
      chargingRateUnit: unit,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: Math.floor(value * 10) / 10 }],
    };
    const timed =
      durationS === undefined
        ? { chargingProfileKind: "Relative", chargingSchedule: schedule }
        : {
            chargingProfileKind: "Absolute",
            validTo: new Date(this.#now() + durationS * 1_000).toISOString(),
            chargingSchedule: { ...schedule, startSchedule: this.#time(), duration: durationS },
          };
    try {
      const answer = (await link.call("SetChargingProfile", {
        connectorId: CONNECTOR,
        csChargingProfiles: {
          chargingProfileId: profile,
          stackLevel,
          chargingProfilePurpose: "TxDefaultProfile",
          ...timed,
        },
      })) as { status: string };
      return answer.status;
    } catch (cause) {
      if (cause instanceof Error && cause.name === "TimeoutError") {
        throw new DeviceError("timeout", `${this.id} does not answer`, { cause });
      }
      throw new DeviceError("refused", `${this.id}: ${(cause as Error).message}`, { cause });
    }
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

interface BootNotification {
  readonly chargePointVendor: string;
  readonly chargePointModel: string;
  readonly chargePointSerialNumber?: string;
  readonly firmwareVersion?: string;
}

interface StatusNotification {
  readonly connectorId: number;
  readonly status: string;
}

interface MeterValues {
  readonly meterValue: readonly {
    readonly sampledValue: readonly {
      readonly value: string;
      readonly measurand?: string;
      readonly unit?: string;
      readonly phase?: string;
    }[];
  }[];
}
