/**
 * The gateway of a home: once a second it reads its devices, decides, writes, counts, and tells. `cycle` decides;
 * here is what has to happen around it, in one order that never changes: time, image, decision, setpoints, faults,
 * meter, messages. Nothing here waits for the platform, and no failure of the disk or the link stops a cycle.
 *
 * Whoever calls `tick` keeps the time: a timer in the box, a loop in tests that run a week in seconds.
 */
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { DECISION_CODES, type Decision } from "#control/dispatch.ts";
import { failsafeOf, timedLimitOf } from "#control/operator-limit.ts";
import { NO_SUPPLY_ORDER, type SupplyLimitName } from "#control/supply-limit.ts";
import type { Signer } from "#crypto/keys.ts";
import type { Device } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import type { Reading } from "#metering/reading.ts";
import { type SignedReading, signReading, verifyReading } from "#metering/signed-reading.ts";
import { FLOW } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import {
  type AckMessage,
  type LiveValues,
  type NumberedReading,
  type OrdersMessage,
  READINGS_OF_A_MESSAGE_MAX,
  type StateMessage,
} from "#wire/gateway-messages.ts";
import type { HomePlan as HomePlanColumns, LocalSwitch } from "#wire/home-schemas.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { KeptLimit } from "#wire/operator-limits.ts";
import type { Fault } from "#wire/schemas.ts";
import type { HomeClock, Ticks } from "./clock.ts";
import { Cycle, type CycleResult, type Output } from "./cycle.ts";
import { type Exported, toDeliver } from "./delivery.ts";
import { DeviceBus, type WriteProblem } from "./device-bus.ts";
import { FaultBook, type Symptom } from "./fault-book.ts";
import type { Neighbour } from "./home-assistant.ts";
import { HomePlan, type PlanTerms, storeOf } from "./home-plan.ts";
import { type HomePrices, priceOf } from "./home-prices.ts";
import type { HomeSettings } from "./home-settings.ts";
import { commandable, liveValuesOf, registersOf } from "./home-values.ts";
import { LetterBook, type LetterBookState } from "./letter-book.ts";
import type { Link } from "./link.ts";
import type { LiveRing } from "./live-ring.ts";
import type { ComingTerms } from "./loads/known-home.ts";
import { LoadLetterBook } from "./loads/load-letters.ts";
import type { LoadSwitches } from "./loads/load-switches.ts";
import type { Wish } from "./loads/steered-load.ts";
import { SteeredLoads } from "./loads/steered-loads.ts";
import { Meter, type MeterState } from "./meter.ts";
import { type JudgedLimits, judgeLimits } from "./operator-letter.ts";
import type { LoadDecision, Outbox, OutboxReading } from "./outbox.ts";
import type { BoxSwitch } from "./override.ts";
import type { ProcessImage } from "./process-image.ts";
import { type PinnedTrust, type ProvenOrders, provenOrders } from "./proven-orders.ts";

/** What an enrolled gateway has: its meter and whom it believes. */
export interface Standing {
  readonly chain: string;
  /** The home's id, by which its meter reports. */
  readonly home: number;
  readonly meter: Signer;
  readonly nextMeter: Signer | undefined;
  readonly trust: PinnedTrust;
}

export interface GatewayOptions {
  readonly devices: readonly Device[];
  /** What the installer said of loads, by their devices' ids. */
  readonly loads?: ReadonlyMap<string, LoadSheet>;
  readonly settings: HomeSettings;
  readonly clock: HomeClock;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly ring: LiveRing | undefined;
  /** `undefined` before the enrolment: the home is run, nothing is settled. */
  readonly standing: Standing | undefined;
  /** The key that followed is the meter's from now on: on the disk, with the next one, when it returns. */
  readonly turnMeterKey?: () => Standing;
  readonly version: string;
  /** While the platform says none; absent: the settings'. */
  readonly prices?: HomePrices;
  /** What the switch at the box says. */
  readonly override?: () => BoxSwitch | null;
  /** Who shows the home in the home itself, and may wish something of its devices. */
  readonly neighbour?: Neighbour;
  /** And what its switches for single loads say; the same object until something changes. */
  readonly loadSwitches?: () => LoadSwitches;
  /** Told of everything that a log should hold. */
  readonly note?: (what: GatewayNote) => void;
}

export type GatewayNote =
  | { readonly about: "decision"; readonly decision: Decision }
  | { readonly about: "load"; readonly load: LoadReport }
  | { readonly about: "fault"; readonly fault: Fault }
  | { readonly about: "orders_refused"; readonly reason: string }
  | { readonly about: "letter_refused"; readonly reason: string }
  | { readonly about: "reading_refused"; readonly sequence: number; readonly reason: string }
  | {
      readonly about: "failure";
      readonly part: "outbox" | "ring" | "link" | "plan" | "home_assistant";
      readonly error: unknown;
    };

const NO_WISHES: ReadonlyMap<string, Wish> = new Map();
/** Between two states that say the same, s. */
const STATE_EVERY_S = 60;
/** Between any two states, ms of a steady clock. */
const STATE_LEAST_MS = 500;
/** Between two that differ in what loads do, ms of a steady clock. */
const LOADS_EVERY_MS = 3_000;
/** A message of readings that is not answered is sent again, ms of a steady clock. */
const RESEND_MS = 10_000;
/** What the meter has added up is kept at the latest so often, s; registers need it less. */
const KEEP_EVERY_S = 60;

export class Gateway {
  #options: GatewayOptions;
  readonly #bus: DeviceBus;
  readonly #cycle: Cycle;
  readonly #loads: SteeredLoads;
  readonly #loadBook: LoadLetterBook;
  #loadLetters: readonly unknown[] = [];
  readonly #faults: FaultBook;
  readonly #prices: HomePrices;
  readonly #plan: HomePlan | undefined;
  #meter: Meter | undefined;
  #orders: OrdersMessage | undefined;
  #proven: ProvenOrders | undefined;
  #trust: PinnedTrust | undefined;
  #ordersRefused: string | null = null;
  /** Since the last cycle. */
  #refusedReadings = 0;
  #jumps = 0;
  readonly #book: LetterBook;
  #local: LocalSwitch | undefined;
  /** Of the grid operator, verified; over or not. */
  #limit: KeptLimit | undefined;
  #limitRefused: JudgedLimits["refused"];
  #letters: readonly unknown[] = [];
  #heardAtMs: number | undefined;
  #lastMs: number | undefined;
  #steadyMs = 0;
  /** `undefined` before the first cycle. */
  #wallMs: number | undefined;
  #code = -1;
  #since = 0;
  #result: CycleResult | undefined;
  #image: ProcessImage | undefined;
  #writeProblems: readonly WriteProblem[] = [];
  /** What went out of the accumulator by quarter hour, oldest first. */
  readonly #exported: Exported[] = [];
  readonly #waitingDecisions: Decision[] = [];
  readonly #waitingLoads: LoadDecision[] = [];
  /** Signed, and not on the disk yet. */
  readonly #unkept: OutboxReading[] = [];
  #stateAt = 0;
  #stateAtMs = Number.NEGATIVE_INFINITY;
  #keptAt = 0;
  #toldOf = "";
  #loadsToldOf = "";
  #sent: { readonly through: number; readonly at: number } | undefined;

  constructor(options: GatewayOptions) {
    const { outbox, settings, devices, standing } = options;
    this.#options = options;
    this.#bus = new DeviceBus(devices, settings.accumulator.setpointHoldS);
    this.#loads = new SteeredLoads(
      devices,
      options.loads ?? new Map(),
      () => this.#coming(),
      parsed(outbox.kept("loads")),
    );
    this.#loadBook = new LoadLetterBook(parsed(outbox.kept("loadLetters")) as Record<string, Wish>);
    this.#cycle = new Cycle(settings, this.#loads);
    this.#prices = options.prices ?? {
      importPrice: priceOf(settings.importPrice),
      feedInPrice: priceOf(settings.feedInPrice),
    };
    this.#plan = options.ring && new HomePlan(options.ring);
    this.#faults = new FaultBook(JSON.parse(outbox.kept("faults") ?? "[]") as Fault[]);
    this.#book = new LetterBook(JSON.parse(outbox.kept("letters") ?? "{}") as Partial<LetterBookState>);
    this.#local = (JSON.parse(outbox.kept("local") ?? "null") as LocalSwitch | null) ?? undefined;
    this.#limit = (JSON.parse(outbox.kept("limit") ?? "null") as KeptLimit | null) ?? undefined;
    this.#trust = standing?.trust;
    const kept = outbox.kept("meter");
    if (kept !== undefined && standing !== undefined) {
      this.#meter = new Meter(standing.home, JSON.parse(kept) as MeterState);
    }
    for (const { signed } of outbox.next(READINGS_OF_A_MESSAGE_MAX, Math.max(0, outbox.through - 96))) {
      this.#noteExport(signed.reading);
    }
    const orders = outbox.kept("orders");
    if (orders !== undefined) this.#order(JSON.parse(orders) as OrdersMessage);
  }

  /** Begins to listen. */
  open(): void {
    const { link, clock } = this.#options;
    link.open({
      connected: (isUp) => {
        if (isUp) {
          this.#sent = undefined;
          // Whoever is there now is told how the home stands, and says what time it is.
          this.#toldOf = "";
        }
        this.#heardAtMs = this.#steadyMs;
      },
      acknowledged: (message) => this.#acknowledge(message),
      ordered: (message) => {
        this.#heardAtMs = this.#steadyMs;
        this.#order(message);
      },
      commanded: ({ commands, loads }) => {
        this.#heardAtMs = this.#steadyMs;
        this.#letters = commands;
        this.#loadLetters = loads ?? [];
        this.#heed();
      },
      clock: ({ time, speed }) => {
        this.#heardAtMs = this.#steadyMs;
        clock.heardPlatform(time * 1000, speed, this.#steadyMs);
      },
    });
  }

  /** One cycle. Never rejects for what devices, link or disk do. */
  async tick(ticks: Ticks): Promise<CycleResult> {
    const { clock } = this.#options;
    this.#steadyMs = ticks.steadyMs;
    this.#wallMs = ticks.wallMs;
    clock.tick(ticks);
    const nowMs = clock.nowMs;
    const now = Math.floor(nowMs / 1000);
    const elapsedMs = this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs);
    const seconds = Math.min(QUARTER_HOUR_S, elapsedMs / 1000);
    this.#lastMs = nowMs;
    const time = { nowMs, ...ticks, speed: clock.speed };
    const image = await this.#bus.read(time);
    this.#image = image;
    this.#heed();
    this.#lookAtSwitch(now);
    this.#hearLoads();
    const result = this.#cycle.run(this.#inputs(image, Math.max(1, seconds), now));
    this.#result = result;
    this.#writeProblems = await this.#bus.write(this.#withWishes(result.outputs, image), time);
    const { command } = this.#book.heard;
    const isBlind = command !== null && !clock.isRight;
    if (this.#book.tell(result.directive, isBlind ? "safe_state" : result.bound, now)) this.#stateAt = 0;
    this.#decide(result, now);
    this.#noteLoads(result, now);
    this.#noteFaults(result, now);
    this.#count(image, result, seconds, now);
    this.#tell(image, result, Math.max(1, Math.round(seconds)), now);
    this.#send();
    this.#show(image);
    if (now - this.#keptAt >= KEEP_EVERY_S) {
      this.#keptAt = now;
      this.#keep();
    }
    return result;
  }

  /** Stops: devices are told to rest, what is in memory is written. */
  async close(): Promise<void> {
    const { devices, outbox, ring, link } = this.#options;
    const rest = devices
      .filter(({ kind }) => kind === "accumulator")
      .map(({ id }) => ({ device: id, point: "setPowerW" as const, value: 0 }));
    await this.#bus.write([...rest, ...this.#loads.release()], {
      nowMs: this.#lastMs ?? 0,
      wallMs: 0,
      steadyMs: Number.MAX_SAFE_INTEGER,
      speed: 1,
    });
    this.#keep();
    await this.#bus.close();
    await this.#options.neighbour?.close();
    await link.close();
    ring?.close();
    outbox.close();
  }

  get decision(): Decision {
    return this.#result?.explain(this.#since) ?? { code: DECISION_CODES[0], numbers: {}, since: this.#since };
  }

  get faults(): readonly Fault[] {
    return this.#faults.all();
  }

  /** Where it stands between enrolment and metering; the instant of its first quarter hour once that is known. */
  get metering(): {
    readonly stands: "not_enrolled" | "waits" | "counts";
    readonly from: UnixSeconds | null;
  } {
    const { standing } = this.#options;
    if (standing === undefined) return { stands: "not_enrolled", from: null };
    const told = this.#orders?.meter;
    const from = told?.key === toHex(standing.meter.publicKey) ? told.from : null;
    return { stands: this.#meter === undefined ? "waits" : "counts", from };
  }

  /** How everything stands: what goes to the platform, and what `contrada gateway status` shows. */
  state(now: UnixSeconds): StateMessage {
    const { outbox, standing, version } = this.#options;
    const { waiting } = outbox;
    const result = this.#result;
    const { report: command, heard } = this.#book;
    const local = this.#local;
    const plan = this.#shownPlan();
    const limitLetter = this.#limitLetter();
    return {
      time: now,
      version,
      devices: (this.#image?.devices ?? []).map(
        ({ id, kind, template, sheet, values, measuredAt, problem }) => ({
          id,
          kind,
          template,
          sheet,
          values: values as Readonly<Record<string, number>>,
          measuredAt: measuredAt === undefined ? null : Math.max(0, Math.floor(measuredAt / 1000)),
          problem: problem ?? null,
        }),
      ),
      faults: this.faults,
      loads: this.#loads.reports(),
      decision: this.decision,
      mode: {
        commanded: (heard.command?.until ?? 0) > now ? heard.command!.mode : "auto",
        override: local === undefined ? "none" : local.mode === "hold" ? "hold" : "auto",
      },
      ...(command && { command }),
      ...(local && { local }),
      ...(plan && { plan }),
      safeState: result?.safeState ?? "all_lost",
      limits: [result?.limited.bound, result?.limited.inverterBound].filter((name) => name !== undefined),
      ...(limitLetter && { limitLetter }),
      outbox: { waiting, oldest: waiting === 0 ? null : (outbox.oldest ?? null) },
      ordersRefused: this.#ordersRefused,
      meterKey: standing === undefined ? "" : toHex(standing.meter.publicKey),
      nextMeterKey: standing?.nextMeter === undefined ? "" : toHex(standing.nextMeter.publicKey),
    };
  }

  #limitLetter(): StateMessage["limitLetter"] {
    const [standing, refused] = [this.#limit, this.#limitRefused];
    if (standing === undefined && refused === undefined) return undefined;
    return { issuedAt: standing?.issuedAt ?? null, refused: refused ?? null };
  }

  #inputs(image: ProcessImage, seconds: number, now: UnixSeconds) {
    const { settings, link, clock, override } = this.#options;
    const orders = this.#orders;
    const limit = this.#limit?.limit ?? null;
    const isClockRight = clock.isRight;
    return {
      image,
      seconds,
      books: this.#meter?.books ?? { solarWh: 0, gridWh: 0 },
      supply: this.#proven?.supply ?? NO_SUPPLY_ORDER,
      silentS: this.#silentS(),
      isLinkUp: link.isUp,
      isClockRight,
      saleRemainingJ: this.#saleRemainingJ(now),
      gridEnergySellable: this.#proven?.orders.laws.gridEnergySellable ?? false,
      // One that was over when orders were made is over, whatever the clock says.
      operator: limit === null || limit.until <= (orders?.time ?? 0) ? [] : [timedLimitOf(limit)],
      failsafe: failsafeOf(limit) ?? settings.failsafe,
      importPriceAt: (start: number) => this.#importPriceAt(start),
      feedInPrice: this.#feedInPriceAt(now),
      reserveWh: orders?.reserveWh ?? settings.reserveWh,
      values: isClockRight ? this.#values(image, now) : undefined,
      heard: this.#book.heard,
      local: override?.() ?? null,
    };
  }

  /** What who plans a load must know of the hours to come. */
  #coming(): ComingTerms {
    const { solarWh, gridWh } = this.#meter?.books ?? { solarWh: this.#result?.storedWh ?? 0, gridWh: 0 };
    return {
      importPrice: (start) => this.#importPriceAt(start),
      feedInPrice: (start) => this.#feedInPriceAt(start),
      importMaxW: (start) => this.#flowMaxW(start).importW,
      plan: this.#plan?.plan({ solarWh, gridWh }),
    };
  }

  /** The platform's prices, as far as it said them, before the home's own. */
  #importPriceAt(start: UnixSeconds): number {
    return this.#toldPrice("importMicroEurPerKwh", start) ?? this.#prices.importPrice(start);
  }

  #feedInPriceAt(start: UnixSeconds): number {
    return this.#toldPrice("feedInMicroEurPerKwh", start) ?? this.#prices.feedInPrice(start);
  }

  #toldPrice(list: "importMicroEurPerKwh" | "feedInMicroEurPerKwh", start: UnixSeconds): number | undefined {
    const told = this.#orders?.prices;
    return told?.[list][Math.floor((start - told.from) / QUARTER_HOUR_S)];
  }

  /** What the plan says of this quarter hour. A planner that fails is told, and the home is run on. */
  #values(image: ProcessImage, now: UnixSeconds) {
    const { settings, note } = this.#options;
    const terms = (): PlanTerms | undefined => {
      const store = storeOf(image, settings, {
        reserveWh: this.#orders?.reserveWh ?? settings.reserveWh,
        gridEnergySellable: this.#proven?.orders.laws.gridEnergySellable ?? false,
      });
      if (store === undefined) return undefined;
      return {
        store,
        importPrice: (start) => this.#importPriceAt(start),
        feedInPrice: (start) => this.#feedInPriceAt(start),
        flowMaxW: (start) => this.#flowMaxW(start),
      };
    };
    try {
      return this.#plan?.values(now, terms);
    } catch (error) {
      note?.({ about: "failure", part: "plan", error });
      return undefined;
    }
  }

  /** What connection and operator leave of a quarter hour, W. */
  #flowMaxW(start: UnixSeconds) {
    const { importPowerMaxW, exportPowerMaxW } = this.#options.settings.connection;
    const least = { importW: importPowerMaxW, exportW: exportPowerMaxW };
    const limit = this.#limit?.limit ?? null;
    if (limit === null || limit.until <= start || limit.from >= start + QUARTER_HOUR_S) return least;
    return {
      importW: Math.min(least.importW, limit.importPowerMaxW ?? least.importW),
      exportW: Math.min(least.exportW, limit.exportPowerMaxW ?? least.exportW),
    };
  }

  /** Since the platform was last heard, s; from the start on where it never was. */
  #silentS(): number {
    if (this.#options.link.isUp) return 0;
    const since = this.#heardAtMs ?? 0;
    return (Math.max(0, this.#steadyMs - since) * this.#options.clock.speed) / 1000;
  }

  #saleRemainingJ(now: UnixSeconds): number {
    const sales = this.#proven?.orders.sales ?? [];
    const running = { intervalStart: quarterHourOf(now), joules: this.#meter?.exportedJ ?? 0 };
    const through = this.#orders?.bookedThrough ?? 0;
    const unbooked = this.#exported.filter(({ intervalStart }) => intervalStart > through);
    const sold = sales.length === 0 ? 0 : toDeliver(sales, [...unbooked, running]);
    const obligation = this.#orders?.obligations.find((one) => one.intervalStart === running.intervalStart);
    return Math.max(sold, (obligation?.exportWh ?? 0) * J_PER_WH - running.joules, 0);
  }

  /** What somebody in the home wishes, behind what the gateway itself sets. */
  #withWishes(outputs: readonly Output[], image: ProcessImage): readonly Output[] {
    const wishes = this.#options.neighbour?.wishes(image) ?? [];
    if (wishes.length === 0) return outputs;
    const isFree = ({ device, point }: Output) =>
      outputs.every((one) => one.device !== device || one.point !== point);
    return [...outputs, ...wishes.filter(isFree)];
  }

  #show(image: ProcessImage): void {
    const { neighbour, override } = this.#options;
    if (neighbour === undefined) return;
    const local = override?.() ?? null;
    neighbour.tell(image, {
      decision: DECISION_CODES[this.#code] ?? "",
      override: local === null ? "none" : local.mode === "hold" ? "hold" : "auto",
    });
  }

  #decide(result: CycleResult, now: UnixSeconds): void {
    if (result.code === this.#code || this.#options.clock.isUnset) return;
    this.#code = result.code;
    this.#since = now;
    const decision = result.explain(now);
    this.#waitingDecisions.push(decision);
    this.#options.note?.({ about: "decision", decision });
  }

  #noteLoads({ loadsChanged }: CycleResult, now: UnixSeconds): void {
    for (const load of loadsChanged) {
      this.#waitingLoads.push({ time: now, load: load.id, code: load.code, numbers: load.numbers });
      this.#options.note?.({ about: "load", load });
    }
  }

  #noteFaults({ symptoms }: CycleResult, now: UnixSeconds): void {
    const { clock, outbox, note, link, standing } = this.#options;
    if (clock.isUnset) return;
    const gateway = (code: Symptom["code"], numbers: Symptom["numbers"] = {}): Symptom => ({
      code,
      device: "gateway",
      numbers,
    });
    const all: Symptom[] = [...symptoms];
    for (const { device } of this.#writeProblems) all.push({ code: "write_refused", device, numbers: {} });
    if (!clock.isRight)
      all.push(gateway("clock_wrong", { offsetS: Math.round((clock.platformOffsetMs ?? 0) / 1000) }));
    if (standing !== undefined && !link.isUp)
      all.push(gateway("link_lost", { silentS: Math.round(this.#silentS()) }));
    if (this.#ordersRefused !== null) all.push(gateway("orders_refused"));
    if (clock.jumps !== this.#jumps) {
      this.#jumps = clock.jumps;
      all.push(gateway("clock_jumped", { times: clock.jumps }));
    }
    if (this.#refusedReadings > 0) {
      all.push(gateway("readings_refused", { readings: this.#refusedReadings }));
      this.#refusedReadings = 0;
    }
    const changed = this.#faults.note(all, now);
    if (changed.length === 0) return;
    this.#safely("outbox", () => outbox.keep({ faults: JSON.stringify(this.#faults.all()) }));
    this.#stateAt = 0;
    for (const fault of changed) note?.({ about: "fault", fault });
  }

  #count(image: ProcessImage, result: CycleResult, seconds: number, now: UnixSeconds): void {
    const { clock, standing, ring } = this.#options;
    if (!clock.isRight) return;
    if (ring !== undefined && result.measuredW !== undefined) {
      const values = [...result.measuredW.subarray(0, 7), result.storedWh ?? 0];
      this.#safely("ring", () => ring.record(now, values));
    }
    if (standing === undefined) return;
    const meter = this.#meterFor(now, standing);
    if (meter === undefined) return;
    const seen = {
      registersWh: registersOf(image),
      flowsW: result.measuredW,
      storedWh: result.storedWh,
    };
    const closed = meter.see(now, seconds, seen);
    if (closed.length === 0) return;
    for (const { reading } of closed) this.#noteExport(reading);
    while (this.#exported.length > 200) this.#exported.shift();
    const { chain, meter: signer } = standing;
    for (const { reading, isSpread } of closed) {
      this.#unkept.push({ signed: signReading(chain, reading, signer), isSpread });
    }
    this.#keptAt = now;
    this.#keep();
  }

  #noteExport({ intervalStart, storedSolar, storedGrid }: Reading): void {
    const joules = (storedSolar.exportedWh + storedGrid.exportedWh) * J_PER_WH;
    if (joules > 0) this.#exported.push({ intervalStart, joules });
  }

  /** The meter, once its first quarter hour has begun. */
  #meterFor(now: UnixSeconds, { home, meter }: Standing): Meter | undefined {
    if (this.#meter !== undefined) return this.#meter;
    const told = this.#orders?.meter;
    if (told === undefined || told === null || told.key !== toHex(meter.publicKey)) return undefined;
    // It begins with a whole quarter hour: the first cycle in it.
    if (now < told.from || now - quarterHourOf(now) > Math.max(2, 2 * this.#options.clock.speed))
      return undefined;
    const from = quarterHourOf(now);
    this.#meter = new Meter(home, { from, solarWh: told.openingSolarWh, gridWh: told.openingGridWh });
    return this.#meter;
  }

  #tell(image: ProcessImage, result: CycleResult, stepS: number, now: UnixSeconds): void {
    const { link } = this.#options;
    if (!link.isUp) return;
    const { measuredW, limited, safeState } = result;
    if (measuredW !== undefined) {
      const values: LiveValues = liveValuesOf(image, result, {
        time: now,
        stepS: Math.min(QUARTER_HOUR_S, stepS),
        books: this.#meter?.books,
        soldReservedWh: Math.ceil(this.#saleRemainingJ(now) / J_PER_WH),
      });
      link.publishLive({ values: [values], decision: this.decision, ...this.#supplyState(result) });
    }
    const tells = `${this.#code} ${safeState} ${limited.bound} ${limited.inverterBound} ${this.#ordersRefused}`;
    const loads = this.#loads.reports();
    const loadsTell = loads.map(({ code, powerW, change }) => `${code} ${change} ${Math.round(powerW / 50)}`);
    const loadsTold = loadsTell.join();
    const isTold =
      tells === this.#toldOf &&
      (loadsTold === this.#loadsToldOf || this.#steadyMs - this.#stateAtMs < LOADS_EVERY_MS);
    if (isTold && now - this.#stateAt < STATE_EVERY_S && now >= this.#stateAt) return;
    // A broker bears so many messages a second, however fast the home's time goes.
    if (this.#steadyMs - this.#stateAtMs < STATE_LEAST_MS && this.#toldOf !== "") return;
    this.#toldOf = tells;
    this.#loadsToldOf = loadsTold;
    this.#stateAt = now;
    this.#stateAtMs = this.#steadyMs;
    link.publishState(this.state(now));
  }

  #supplyState({ supply, measuredW }: CycleResult) {
    if (supply.why === "none") return {};
    return {
      supply: {
        why: supply.why as Exclude<SupplyLimitName, "none">,
        powerMaxW: supply.powerMaxW,
        unservedW: measuredW?.[FLOW.unserved] ?? 0,
        heardAt: Math.max(0, Math.floor(((this.#lastMs ?? 0) - this.#silentS() * 1000) / 1000)),
      },
    };
  }

  /** Hands over what waits, one message at a time; again where nobody answers. */
  #send(): void {
    const { link, outbox } = this.#options;
    if (!link.isUp || outbox.waiting === 0) return;
    const sent = this.#sent;
    if (sent !== undefined && this.#steadyMs - sent.at < RESEND_MS && outbox.through < sent.through) return;
    let readings: NumberedReading[] = [];
    this.#safely("outbox", () => {
      readings = outbox.next(READINGS_OF_A_MESSAGE_MAX);
    });
    const last = readings.at(-1);
    if (last === undefined) return;
    this.#sent = { through: last.sequence, at: this.#steadyMs };
    link.sendReadings({ outbox: outbox.name, readings }).catch((error: unknown) => {
      this.#sent = undefined;
      this.#options.note?.({ about: "failure", part: "link", error });
    });
  }

  #acknowledge(message: AckMessage): void {
    const { outbox, note } = this.#options;
    this.#heardAtMs = this.#steadyMs;
    this.#safely("outbox", () => {
      const isNew = outbox.acknowledge(message);
      if (!isNew) return;
      for (const { sequence, reason } of message.refused) {
        this.#refusedReadings += 1;
        note?.({ about: "reading_refused", sequence, reason });
      }
      // Signed before the meter's key was another one; the platform is told again, once.
      const isOtherKey = message.refused.some(({ reason }) => reason === "bad_signature");
      if (isOtherKey && this.metering.from !== null) this.#signAnew();
      this.#send();
    });
  }

  #order(message: OrdersMessage): void {
    const { standing, settings, outbox } = this.#options;
    if (standing === undefined || this.#trust === undefined) return;
    const known = this.#orders;
    if (known !== undefined && message.time < known.time) return;
    const proof = fromHex(message.proven);
    const keys = [standing.meter, standing.nextMeter].flatMap((signer) => signer?.publicKey ?? []);
    const told =
      proof === undefined
        ? ({ ok: false, error: "malformed" } as const)
        : provenOrders(proof, {
            trust: this.#trust,
            meterKeys: keys,
            fromHeight: this.#proven?.supply.height ?? 0,
            connectionW: settings.connection.importPowerMaxW,
            now: this.#wallMs === undefined ? undefined : Math.floor(this.#wallMs / 1000),
          });
    // Prices, limits and the meter's beginning count by the platform's word, what is proven only with its proof.
    this.#orders = message;
    if (told.ok) {
      this.#proven = told.value;
      this.#trust = told.value.trust;
      this.#ordersRefused = null;
      this.#heedLimits(message, told.value, standing);
      this.#followMeter(told.value.meterKey);
      this.#safely("outbox", () => outbox.keep({ orders: JSON.stringify(message) }));
      this.#heed();
      return;
    }
    // A gateway that came in a moment ago is not on the chain yet: nothing is wrong with that.
    if (told.error === "other_meter" && message.meter === null && this.#proven === undefined) return;
    if (this.#ordersRefused !== told.error) {
      this.#options.note?.({ about: "orders_refused", reason: told.error });
    }
    this.#ordersRefused = told.error;
  }

  /** The owner's letters to loads, and the switches at the box, which win. */
  #hearLoads(): void {
    const { standing, clock, outbox, note, override, loadSwitches } = this.#options;
    const book = this.#loadBook;
    const before = book.wishes;
    if (
      standing !== undefined &&
      this.#proven !== undefined &&
      clock.isRight &&
      this.#loadLetters.length > 0
    ) {
      const { ownerKeys } = this.#proven.orders;
      const { chain, home } = standing;
      const ground = { chain, home, ownerKeys, kinds: this.#loads.kinds };
      for (const reason of book.heed(this.#loadLetters, ground)) note?.({ about: "letter_refused", reason });
    }
    if (book.wishes !== before) {
      this.#safely("outbox", () => outbox.keep({ loadLetters: JSON.stringify(book.kept) }));
    }
    const isAuto = override?.()?.mode === "auto";
    this.#loads.hear(isAuto ? NO_WISHES : book.wishes, loadSwitches?.());
  }

  /** The grid operator's limit, believed by its own signature. */
  #heedLimits({ operatorLimits }: OrdersMessage, { operatorKeys }: ProvenOrders, standing: Standing): void {
    const { chain, home } = standing;
    const judged = judgeLimits(operatorLimits, { chain, home, operatorKeys, standing: this.#limit });
    if (judged.refused !== undefined) {
      this.#options.note?.({ about: "letter_refused", reason: judged.refused });
    }
    this.#limitRefused = judged.refused;
    if (judged.standing === this.#limit) return;
    this.#limit = judged.standing;
    this.#stateAt = 0;
    const kept = { limit: JSON.stringify(judged.standing ?? null) };
    this.#safely("outbox", () => this.#options.outbox.keep(kept));
  }

  /** Judges the owner's letters once it is known whose keys count and what the accumulator can. */
  #heed(): void {
    const { standing, settings, clock, outbox, note } = this.#options;
    const [proven, image] = [this.#proven, this.#image];
    if (standing === undefined || this.#letters.length === 0) return;
    if (proven === undefined || image === undefined || !clock.isRight) return;
    const accumulator = commandable(image, settings);
    if (accumulator === "unknown") return;
    const { isNew, refused } = this.#book.heed(
      this.#letters,
      {
        chain: standing.chain,
        home: standing.home,
        ownerKeys: proven.orders.ownerKeys,
        accumulator,
        now: Math.floor(clock.nowMs / 1000),
      },
      this.#orders?.time ?? 0,
    );
    for (const { reason } of refused) note?.({ about: "letter_refused", reason });
    if (!isNew) return;
    this.#stateAt = 0;
    this.#safely("outbox", () => outbox.keep({ letters: JSON.stringify(this.#book.state) }));
  }

  /** The switch at the box, and since when it says what it says. */
  #lookAtSwitch(now: UnixSeconds): void {
    const { override, outbox } = this.#options;
    const set = override?.() ?? null;
    const known = this.#local;
    if (set?.mode === known?.mode && (set?.reason ?? null) === (known?.reason ?? null)) return;
    this.#local = set === null ? undefined : { mode: set.mode, since: now, reason: set.reason };
    this.#stateAt = 0;
    this.#safely("outbox", () => outbox.keep({ local: JSON.stringify(this.#local ?? null) }));
  }

  /** The plan as people see it. One that cannot be shown is told, and the home is run on. */
  #shownPlan(): HomePlanColumns | undefined {
    const { solarWh, gridWh } = this.#meter?.books ?? { solarWh: 0, gridWh: 0 };
    const storedWh = this.#result?.storedWh;
    const solarShare = solarWh + gridWh > 0 ? solarWh / (solarWh + gridWh) : 0;
    try {
      return this.#plan?.shown(() =>
        storedWh === undefined
          ? undefined
          : { solarWh: storedWh * solarShare, gridWh: storedWh * (1 - solarShare) },
      );
    } catch (error) {
      this.#options.note?.({ about: "failure", part: "plan", error });
      return undefined;
    }
  }

  /** Where the home goes on under other numbers the next key is its meter's, for every quarter hour that it has. */
  #followMeter(meterKey: Uint8Array): void {
    const { standing, turnMeterKey } = this.#options;
    if (standing?.nextMeter === undefined || turnMeterKey === undefined) return;
    if (!equalBytes(meterKey, standing.nextMeter.publicKey)) return;
    this.#safely("outbox", () => {
      this.#options = { ...this.#options, standing: turnMeterKey() };
      this.#signAnew();
      this.#toldOf = "";
    });
  }

  /** What is not signed by the meter's present key is, where the platform does not have it. */
  #signAnew(): void {
    const { standing, outbox } = this.#options;
    if (standing === undefined) return;
    const { chain, meter } = standing;
    const sign = (signed: SignedReading) =>
      verifyReading(chain, signed, meter.publicKey) ? undefined : signReading(chain, signed.reading, meter);
    outbox.signAnew(sign);
    for (const [i, one] of this.#unkept.entries()) {
      this.#unkept[i] = { ...one, signed: sign(one.signed) ?? one.signed };
    }
    this.#sent = undefined;
  }

  /**
   * Onto the disk: readings, decisions, the time, what the meter has added up. Readings and the meter go together:
   * where the disk fails both wait for the next time.
   */
  #keep(): void {
    const { outbox } = this.#options;
    this.#safely("outbox", () => {
      outbox.add(this.#unkept, {
        ...(this.#lastMs !== undefined && { last: String(this.#lastMs) }),
        ...(this.#meter && { meter: JSON.stringify(this.#meter.state) }),
        ...(this.#book.report && { letters: JSON.stringify(this.#book.state) }),
        ...(this.#loads.kinds.size > 0 && { loads: JSON.stringify(this.#loads.kept) }),
      });
      this.#unkept.length = 0;
      outbox.decided(this.#waitingDecisions);
      this.#waitingDecisions.length = 0;
      outbox.loadsDecided(this.#waitingLoads);
      this.#waitingLoads.length = 0;
    });
  }

  /** A disk that fails is told, and the home is run on. */
  #safely(part: "outbox" | "ring", work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.note?.({ about: "failure", part, error });
    }
  }
}

function parsed(kept: string | undefined): object | undefined {
  return kept === undefined ? undefined : (JSON.parse(kept) as object);
}
