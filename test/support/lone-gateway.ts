/**
 * What a gateway in a test has where nothing else is said: nobody beyond the home, no meter, the usual home's settings,
 * a disk in memory, nothing to plan by.
 */
import type { Device } from "#devices/device.ts";
import { HomeClock, type Ticks } from "#gateway/clock.ts";
import type { GatewayOptions } from "#gateway/gateway-parts.ts";
import { USUAL_HOME } from "#gateway/home-settings.ts";
import { NO_LINK } from "#gateway/link.ts";
import { Outbox } from "#gateway/outbox.ts";

/** `ticks`: of its first cycle. */
export function loneGateway(devices: readonly Device[], ticks: Ticks): GatewayOptions {
  return {
    devices,
    settings: USUAL_HOME,
    clock: new HomeClock("box", ticks),
    link: NO_LINK,
    outbox: new Outbox(":memory:"),
    ring: undefined,
    standing: undefined,
    version: "test",
  };
}
