/**
 * A gateway in its box: the folder with its files, the timer of its cycles, the socket at which it says how it is, the
 * watchdog over it. Composes `gateway`, which keeps no time by itself.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import type { Device } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { HomeClock } from "./clock.ts";
import { Gateway } from "./gateway.ts";
import type { GatewayNote } from "./gateway-log.ts";
import type { Neighbour } from "./home-assistant.ts";
import { type HomePrices, pricesOfTariff } from "./home-prices.ts";
import { type HomeSettings, HomeSettingsError, readHomeSettings } from "./home-settings.ts";
import { type Link, NO_LINK } from "./link.ts";
import { LiveRing } from "./live-ring.ts";
import { loadSwitchesIn } from "./loads/load-switches.ts";
import type { Outbox } from "./outbox.ts";
import { overrideIn, writeOverride } from "./override.ts";
import { type Enrolment, ownOutbox } from "./own-outbox.ts";
import type { Standing } from "./standing-orders.ts";
import { watchOver } from "./watchdog.ts";

export const HOME_FILE = "home.json";
const RING_FILE = "live.db";
const STATUS_SOCKET = "gateway.sock";

export function statusSocketOf(folder: string): string {
  return join(folder, STATUS_SOCKET);
}

export interface BoxOptions {
  readonly folder: string;
  readonly devices: readonly Device[];
  readonly loads?: ReadonlyMap<string, LoadSheet>;
  readonly standing: Standing | undefined;
  /** Since when it is who it is; absent before the enrolment. */
  readonly enrolled?: Enrolment;
  readonly turnMeterKey?: () => Standing;
  readonly link: Link | undefined;
  readonly clock: "box" | "platform";
  readonly version: string;
  readonly note: (what: GatewayNote) => void;
  /** No cycle may take longer, s; 0: nobody watches. */
  readonly watchdogS: number;
}

export interface BoxCounts {
  cycles: number;
  /** Of the slowest cycle since the last look, ms. */
  slowestMs: number;
}

export interface Box {
  readonly gateway: Gateway;
  readonly outbox: Outbox;
  readonly clock: HomeClock;
  readonly counts: BoxCounts;
  close(): Promise<void>;
}

/** Cycles are a second of the home's time apart, but never nearer than this, ms. */
const CYCLE_MIN_MS = 100;
const CYCLE_MS = 1_000;

/** Another gateway runs in this folder. */
export class FolderTakenError extends Error {
  override readonly name = "FolderTakenError";
}

/**
 * Begins to run a home. Rejects with `FolderTakenError` where another one runs in the folder, and where its files
 * cannot be read; whatever devices do is no reason.
 */
export async function openBox(options: BoxOptions): Promise<Box> {
  const { folder, devices, standing, note, version } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (await answers(statusSocketOf(folder))) {
    throw new FolderTakenError(
      `another gateway runs in ${folder}: end it first, or name another by --folder.`,
    );
  }
  const settings = settingsIn(folder);
  const prices = await tariffIn(folder, settings);
  const neighbour = await neighbourOf(settings, options);
  const outbox = ownOutbox(folder, options.enrolled);
  const ring = new LiveRing(join(folder, RING_FILE));
  const clock = new HomeClock(options.clock, ticks(), Number(outbox.kept("last") ?? "0") - 5_000);
  const gateway = new Gateway({
    devices,
    ...(options.loads !== undefined && { loads: options.loads }),
    settings,
    ...(prices !== undefined && { prices }),
    clock,
    link: options.link ?? NO_LINK,
    outbox,
    ring,
    standing,
    ...(options.turnMeterKey !== undefined && { turnMeterKey: options.turnMeterKey }),
    version,
    override: overrideIn(folder),
    loadSwitches: loadSwitchesIn(folder),
    ...(neighbour !== undefined && { neighbour }),
    note,
  });
  gateway.open();
  const counts: BoxCounts = { cycles: 0, slowestMs: 0 };
  const firstCycle = Promise.withResolvers<void>();
  const server = await statusServer(folder, firstCycle.promise, () => ({
    ...gateway.state(Math.floor(clock.nowMs / 1000)),
    refusedReadings: outbox.refused(),
    clock: {
      isRight: clock.isRight,
      isUnset: clock.isUnset,
      speed: clock.speed,
      offsetMs: clock.platformOffsetMs ?? null,
    },
    link: { isUp: options.link?.isUp ?? null },
    metering: gateway.metering,
    counts,
  }));
  const watchdog = options.watchdogS > 0 ? watchOver(options.watchdogS) : undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let due = performance.now();
  const next = () => {
    if (isClosed) return;
    // At a speed of 0 time stands still, and is looked at once a second.
    due = Math.max(
      due + (clock.speed > 0 ? Math.max(CYCLE_MIN_MS, CYCLE_MS / clock.speed) : CYCLE_MS),
      performance.now(),
    );
    timer = setTimeout(cycle, Math.max(0, due - performance.now()));
  };
  const cycle = () => {
    const began = performance.now();
    running = gateway.tick(ticks()).then(() => {
      counts.cycles += 1;
      firstCycle.resolve();
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - began);
      watchdog?.beat();
      next();
    });
  };
  cycle();
  return {
    gateway,
    outbox,
    clock,
    counts,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
      await watchdog?.close();
      await new Promise((resolve) => server.close(resolve));
      await gateway.close();
    },
  };
}

/** `home.json` of the folder, or the usual home. Throws `HomeSettingsError`, or what reading throws. */
export function settingsIn(folder: string): HomeSettings {
  let text: string;
  try {
    text = readFileSync(join(folder, HOME_FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return readHomeSettings({});
    throw error;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new HomeSettingsError(`${HOME_FILE} is no JSON: ${(cause as Error).message}`, { cause });
  }
  return readHomeSettings(content);
}

/** The prices of the tariff that the settings name. Throws `HomeSettingsError` where it cannot be gone by. */
async function tariffIn(folder: string, { tariff: file }: HomeSettings): Promise<HomePrices | undefined> {
  if (file === "") return undefined;
  const { tariffFrom } = await import("#tariff/tariff.ts");
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(resolve(folder, file), "utf8"));
  } catch (cause) {
    throw new HomeSettingsError(`tariff: ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const tariff = tariffFrom(content);
  if (!tariff.ok) throw new HomeSettingsError(`tariff: ${file}: ${tariff.error.message}`);
  return pricesOfTariff(tariff.value);
}

/** Home Assistant, where the settings name a broker of the home. Throws `FileError` or `HomeSettingsError`. */
async function neighbourOf(
  { homeAssistant: settings }: HomeSettings,
  { devices, version, folder, note }: BoxOptions,
): Promise<Neighbour | undefined> {
  if (settings === undefined) return undefined;
  const { HomeAssistant } = await import("./home-assistant.ts");
  return new HomeAssistant({
    settings,
    devices,
    version,
    folder,
    now: () => performance.now(),
    setOverride: (override) => writeOverride(folder, override),
    note: (_, error) => note({ about: "failure", part: "home_assistant", error }),
  });
}

function ticks() {
  return { wallMs: Date.now(), steadyMs: performance.now() };
}

/** Whether somebody listens at a socket; what a gateway that was killed has left behind is nobody. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Answers whoever connects with how the home is, as one JSON object, once there is something to say, and closes. */
async function statusServer(folder: string, ready: Promise<void>, status: () => object): Promise<Server> {
  const path = statusSocketOf(folder);
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    void ready.then(() => socket.end(`${JSON.stringify(status())}\n`));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve());
  });
  return server;
}
