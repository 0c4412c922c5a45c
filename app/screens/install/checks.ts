/**
 * How far a gateway has come, as checks in the order in which they come true: each done, waiting, or not right with
 * what to do. The one place that says what is missing between a code and a metered home.
 */
import type { GatewayView } from "#wire/gateway-schemas.ts";

export const CHECKS = ["enrolled", "connected", "clock", "devices", "meter", "readings"] as const;

export interface Check {
  readonly name: (typeof CHECKS)[number];
  readonly state: "done" | "waits" | "wrong";
  /** Of the sentence, `check.NAME_…`; none where an earlier check has to come first. */
  readonly says?: string;
  readonly count?: number;
}

/** So long after its enrolment a gateway that was never heard only waits, s. */
export const START_WITHIN_S = 120;
/** A reading comes some minutes after its quarter hour; so many that wait are not on their way, they stand. */
const WAITING_MANY = 3;

/**
 * `view`: of the gateway that is looked at, `null` = none. `wallNow`: Unix seconds, as the gateway's enrolment is told;
 * a browser's clock that is off lets a check wait longer and changes no answer but that.
 */
export function checksOf(view: GatewayView | null, wallNow: number): readonly Check[] {
  if (view === null) {
    return [{ name: "enrolled", state: "waits", says: "enrolled_waits" }, ...rest("connected")];
  }
  const enrolled: Check = { name: "enrolled", state: "done", says: "enrolled_done" };
  if (!view.reachable) {
    const isNew = view.heardAt === null;
    const wrong = view.heardAt !== null || wallNow - view.enrolledAt > START_WITHIN_S;
    const connected: Check = {
      name: "connected",
      state: wrong ? "wrong" : "waits",
      says: isNew ? "connected_waits" : "connected_wrong",
    };
    return [enrolled, connected, ...rest("clock")];
  }
  const connected: Check = { name: "connected", state: "done", says: "connected_done" };
  const { report } = view;
  if (report === null) return [enrolled, connected, ...rest("clock")];
  const isClockWrong = report.faults.some(
    ({ code, resolvedAt }) => code === "clock_wrong" && resolvedAt === null,
  );
  const devices = report.devices.flatMap(({ sheet }) => (sheet === undefined ? [] : [sheet]));
  const silent = devices.filter(({ problem, measuredAt }) => problem !== null || measuredAt === null).length;
  const { meterFits } = report;
  return [
    enrolled,
    connected,
    isClockWrong
      ? { name: "clock", state: "wrong", says: "clock_wrong" }
      : { name: "clock", state: "done", says: "clock_done" },
    devices.length === 0
      ? { name: "devices", state: "wrong", says: "devices_none" }
      : silent > 0
        ? { name: "devices", state: "wrong", says: "devices_wrong", count: silent }
        : { name: "devices", state: "done", says: "devices_done", count: devices.length },
    meterFits
      ? { name: "meter", state: "done", says: "meter_done" }
      : { name: "meter", state: "waits", says: "meter_waits" },
    readingsOf(view, report.waiting),
  ];
}

function readingsOf({ meteringFrom, acknowledged }: GatewayView, waiting: number): Check {
  if (meteringFrom === null) return { name: "readings", state: "waits", says: "readings_waits" };
  if (waiting > WAITING_MANY) {
    return { name: "readings", state: "wrong", says: "readings_wrong", count: waiting };
  }
  if (acknowledged === 0) return { name: "readings", state: "waits", says: "readings_soon" };
  return { name: "readings", state: "done", says: "readings_done", count: acknowledged };
}

/** Those from one on, none of which can be known yet. */
function rest(from: Check["name"]): readonly Check[] {
  return CHECKS.slice(CHECKS.indexOf(from)).map((name) => ({ name, state: "waits" }));
}
