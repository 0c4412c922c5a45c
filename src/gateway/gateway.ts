/**
 * The gateway of a home: once a second it reads its devices, decides, writes, counts, and tells. `cycle` decides;
 * here is what has to happen around it, in one order that never changes: time, image, decision, setpoints, faults,
 * meter, messages. Nothing here waits for the platform, and no failure of the disk or the link stops a cycle.
 *
 * What each part knows stands in its file: whom it believes and what it was ordered (`standing-orders`), what the
 * owner wants (`owners-word`), what the coming hours cost and allow (`home-terms`), the meter (`own-meter`), what
 * waits for the disk (`waiting-for-disk`) and for the platform (`reading-sender`), what happened (`diary`), and what is
 * told (`telling`); `gateway-parts` puts them together.
 *
 * Whoever calls `tick` keeps the time: a timer in the box, a loop in tests that run a week in seconds.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Decision } from "#control/dispatch.ts";
import type { AckMessage, OrdersMessage, StateMessage } from "#wire/gateway-messages.ts";
import type { Fault } from "#wire/schemas.ts";
import type { Ticks } from "./clock.ts";
import type { CycleInputs, CycleResult, Output } from "./cycle.ts";
import type { WriteProblem } from "./device-bus.ts";
import { type GatewayOptions, type GatewayParts, partsOf } from "./gateway-parts.ts";
import { overrideShown, stateOf } from "./home-state.ts";
import { registersOf } from "./home-values.ts";
import type { ProcessImage } from "./process-image.ts";

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #parts: GatewayParts;
  #lastMs: number | undefined;
  #steadyMs = 0;
  /** `undefined` before the first cycle. */
  #wallMs: number | undefined;
  #result: CycleResult | undefined;
  #image: ProcessImage | undefined;
  #writeProblems: readonly WriteProblem[] = [];

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#parts = partsOf(options, () => this.#result?.storedWh ?? 0);
    const known = options.outbox.kept("orders");
    if (known !== undefined) this.#order(JSON.parse(known) as OrdersMessage);
  }

  /** Begins to listen. */
  open(): void {
    const { link, clock } = this.#options;
    const { contact, sender, telling, word } = this.#parts;
    const heard = () => contact.heard(this.#steadyMs);
    link.open({
      connected: (isUp) => {
        heard();
        if (!isUp) return;
        // Whoever is there now is told how the home stands, and says what time it is.
        sender.again();
        telling.rhythm.anew();
      },
      acknowledged: (message) => {
        heard();
        this.#acknowledge(message);
      },
      ordered: (message) => {
        heard();
        this.#order(message);
      },
      commanded: (message) => {
        heard();
        word.hear(message);
        this.#heed();
      },
      clock: ({ time, speed }) => {
        heard();
        clock.heardPlatform(time * 1000, speed, this.#steadyMs);
      },
    });
  }

  /** One cycle. Never rejects for what devices, link or disk do. */
  async tick(ticks: Ticks): Promise<CycleResult> {
    const { clock, neighbour } = this.#options;
    const { bus, word, loads, cycle, contact, telling, sender, diary, waiting } = this.#parts;
    this.#steadyMs = ticks.steadyMs;
    this.#wallMs = ticks.wallMs;
    clock.tick(ticks);
    const nowMs = clock.nowMs;
    const now = Math.floor(nowMs / 1000);
    const elapsedMs = this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs);
    const seconds = Math.min(QUARTER_HOUR_S, elapsedMs / 1000);
    // Of a time that nobody has said yet nothing is counted.
    this.#lastMs = clock.isUnset ? undefined : nowMs;
    const time = { nowMs, ...ticks, speed: clock.speed };
    const image = await bus.read(time);
    this.#image = image;
    this.#heed();
    if (word.lookAtSwitch(now)) telling.rhythm.soon();
    word.heedForLoads(loads);
    const result = cycle.run(this.#inputs(image, Math.max(1, seconds), now));
    this.#result = result;
    this.#writeProblems = await bus.write(this.#withWishes(result.outputs, image), time);
    this.#note(result, now);
    this.#count(image, result, seconds, now);
    const steadyMs = this.#steadyMs;
    const heardMs = nowMs - contact.silentS(steadyMs) * 1000;
    const stepS = Math.max(1, Math.round(seconds));
    telling.tell(image, result, { now, stepS, steadyMs, heardMs }, () => this.state(now));
    sender.send(steadyMs);
    neighbour?.tell(image, { decision: diary.code ?? "", override: overrideShown(word.switch) });
    if (waiting.isDue(now)) this.#keep(now);
    return result;
  }

  /** Stops: devices are told to rest, what is in memory is written. */
  async close(): Promise<void> {
    const { devices, outbox, ring, link, clock, neighbour } = this.#options;
    const { bus, loads } = this.#parts;
    const rest = devices
      .filter(({ kind }) => kind === "accumulator")
      .map(({ id }) => ({ device: id, point: "setPowerW" as const, value: 0 }));
    await bus.write([...rest, ...loads.release()], {
      nowMs: this.#lastMs ?? 0,
      wallMs: 0,
      steadyMs: Number.MAX_SAFE_INTEGER,
      speed: 1,
    });
    this.#keep(Math.floor(clock.nowMs / 1000));
    await bus.close();
    await neighbour?.close();
    await link.close();
    ring?.close();
    outbox.close();
  }

  get decision(): Decision {
    return this.#parts.diary.decision(this.#result);
  }

  get faults(): readonly Fault[] {
    return this.#parts.diary.faults;
  }

  /** Where it stands between enrolment and metering; the instant of its first quarter hour once that is known. */
  get metering(): {
    readonly stands: "not_enrolled" | "waits" | "counts";
    readonly from: UnixSeconds | null;
  } {
    const { orders, meter } = this.#parts;
    if (orders.standing === undefined) return { stands: "not_enrolled", from: null };
    const from = orders.meterBeginning?.from ?? null;
    return { stands: meter.books === undefined ? "waits" : "counts", from };
  }

  /** How everything stands: what goes to the platform, and what `contrada gateway status` shows. */
  state(now: UnixSeconds): StateMessage {
    const { outbox, version } = this.#options;
    const { word, orders, loads, terms, meter } = this.#parts;
    const [image, result] = [this.#image, this.#result];
    return stateOf(now, {
      ...{ version, image, result, word, orders, outbox },
      decision: this.decision,
      faults: this.faults,
      loads: loads.reports(),
      plan: terms.shownPlan(meter.books, result?.storedWh),
    });
  }

  #inputs(image: ProcessImage, seconds: number, now: UnixSeconds): CycleInputs {
    const { link, clock } = this.#options;
    const { orders, terms, meter, word, contact } = this.#parts;
    const isClockRight = clock.isRight;
    return {
      image,
      seconds,
      books: meter.books ?? { solarWh: 0, gridWh: 0 },
      supply: orders.supply,
      silentS: contact.silentS(this.#steadyMs),
      isLinkUp: link.isUp,
      isClockRight,
      saleRemainingJ: meter.remainingJ(now),
      gridEnergySellable: orders.gridEnergySellable,
      operator: terms.operator(clock),
      failsafe: terms.failsafe,
      importPriceAt: terms.importPriceAt,
      feedInPrice: terms.feedInPriceAt(now),
      reserveWh: terms.reserveWh,
      values: isClockRight ? terms.values(image, now) : undefined,
      heard: word.heard,
      local: word.switch,
    };
  }

  /** What somebody in the home wishes, behind what the gateway itself sets. */
  #withWishes(outputs: readonly Output[], image: ProcessImage): readonly Output[] {
    const wishes = this.#options.neighbour?.wishes(image) ?? [];
    if (wishes.length === 0) return outputs;
    const isFree = ({ device, point }: Output) =>
      outputs.every((one) => one.device !== device || one.point !== point);
    return [...outputs, ...wishes.filter(isFree)];
  }

  /** What happened: what became of the owner's letter, decisions, what loads do, faults. */
  #note(result: CycleResult, now: UnixSeconds): void {
    const { clock, link } = this.#options;
    const { word, diary, symptoms, orders, contact, telling } = this.#parts;
    const isBlind = word.heard.command !== null && !clock.isRight;
    const bound = isBlind ? "safe_state" : result.bound;
    if (word.came(result.directive, bound, now)) telling.rhythm.soon();
    if (!clock.isUnset) diary.noteDecision(result, now);
    diary.noteLoads(result, now);
    if (clock.isUnset) return;
    const isSilent = orders.standing !== undefined && !link.isUp;
    const own = symptoms.look({
      clock,
      silentS: isSilent ? contact.silentS(this.#steadyMs) : undefined,
      ordersFault: orders.fault,
      needsCode: link.needsCode === true,
      writeProblems: this.#writeProblems,
    });
    if (diary.noteFaults([...result.symptoms, ...own], now)) telling.rhythm.soon();
  }

  #count(image: ProcessImage, result: CycleResult, seconds: number, now: UnixSeconds): void {
    const { clock, ring } = this.#options;
    const { log, meter, waiting } = this.#parts;
    if (!clock.isRight) return;
    const { measuredW: flowsW, storedWh, gas } = result;
    if (ring !== undefined && flowsW !== undefined) {
      const values = [...flowsW.subarray(0, 7), storedWh ?? 0];
      log.attempt("ring", () => ring.record(now, values));
    }
    const closed = meter.see(now, seconds, clock.speed, () => ({
      registersWh: registersOf(image),
      flowsW,
      storedWh,
      gas,
    }));
    if (closed.length === 0) return;
    waiting.readings.push(...closed);
    this.#keep(now);
  }

  #acknowledge(message: AckMessage): void {
    const { outbox } = this.#options;
    const { log, symptoms, sender } = this.#parts;
    log.attempt("outbox", () => {
      const isNew = outbox.acknowledge(message);
      if (!isNew) return;
      for (const { sequence, reason } of message.refused) {
        symptoms.readingRefused();
        log.note({ about: "reading_refused", sequence, reason });
      }
      // Signed before the meter's key was another one; the platform is told again, once.
      const isOtherKey = message.refused.some(({ reason }) => reason === "bad_signature");
      if (isOtherKey && this.metering.from !== null) this.#signAnew();
      sender.send(this.#steadyMs);
    });
  }

  #order(message: OrdersMessage): void {
    const wallS = this.#wallMs === undefined ? undefined : Math.floor(this.#wallMs / 1000);
    const { orders, telling, log } = this.#parts;
    const heeded = orders.hear(message, wallS);
    if (heeded === undefined) return;
    if (heeded.isLimitNew) telling.rhythm.soon();
    if (heeded.isKeyNew) {
      log.attempt("outbox", () => {
        this.#signAnew();
        telling.rhythm.anew();
      });
    }
    this.#heed();
  }

  /** The owner's letters, as soon as they can be judged. */
  #heed(): void {
    const { word, telling } = this.#parts;
    if (word.heed(this.#image)) telling.rhythm.soon();
  }

  #signAnew(): void {
    const { orders, waiting, sender } = this.#parts;
    if (orders.standing === undefined) return;
    waiting.signAnew(orders.standing);
    sender.again();
  }

  /** Onto the disk: what waits, the time, what the meter has added up, what stands of letters and loads. */
  #keep(now: UnixSeconds): void {
    const { meter, word, loads, waiting } = this.#parts;
    const [state, letters] = [meter.state, word.kept];
    waiting.keep(now, {
      ...(this.#lastMs !== undefined && { last: String(this.#lastMs) }),
      ...(state && { meter: JSON.stringify(state) }),
      ...(letters && { letters: JSON.stringify(letters) }),
      ...(loads.kinds.size > 0 && { loads: JSON.stringify(loads.kept) }),
    });
  }
}
