/**
 * What the owner wants of the home: signed letters from afar, to the accumulator and to single loads, and the switch at
 * the box, which wins. Letters are judged once it is known whose keys count and what the accumulator can; until then
 * they wait.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { CommandBound, CommandReport, Directive, Heard } from "#control/command.ts";
import type { CommandsMessage } from "#wire/gateway-messages.ts";
import type { LocalSwitch } from "#wire/home-schemas.ts";
import type { HomeClock } from "./clock.ts";
import type { GatewayLog } from "./gateway-log.ts";
import type { HomeSettings } from "./home-settings.ts";
import { commandable } from "./home-values.ts";
import { LetterBook, type LetterBookState } from "./letter-book.ts";
import { LoadLetterBook } from "./loads/load-letters.ts";
import type { LoadSwitches } from "./loads/load-switches.ts";
import type { Wish } from "./loads/steered-load.ts";
import type { SteeredLoads } from "./loads/steered-loads.ts";
import type { Outbox } from "./outbox.ts";
import type { BoxSwitch } from "./override.ts";
import type { ProcessImage } from "./process-image.ts";
import type { StandingOrders } from "./standing-orders.ts";

export interface OwnersWordOptions {
  readonly settings: HomeSettings;
  readonly clock: HomeClock;
  /** Whose keys count. */
  readonly orders: StandingOrders;
  readonly outbox: Pick<Outbox, "kept" | "keep">;
  /** What the switch at the box says. */
  readonly override: (() => BoxSwitch | null) | undefined;
  readonly loadSwitches: (() => LoadSwitches) | undefined;
  readonly log: GatewayLog;
}

const NO_WISHES: ReadonlyMap<string, Wish> = new Map();

export class OwnersWord {
  readonly #options: OwnersWordOptions;
  readonly #book: LetterBook;
  readonly #loadBook: LoadLetterBook;
  #letters: readonly unknown[] = [];
  #loadLetters: readonly unknown[] = [];
  /** At the last look. */
  #switch: BoxSwitch | null = null;
  #local: LocalSwitch | undefined;

  constructor(options: OwnersWordOptions) {
    const { outbox } = options;
    this.#options = options;
    this.#book = new LetterBook(JSON.parse(outbox.kept("letters") ?? "{}") as Partial<LetterBookState>);
    this.#loadBook = new LoadLetterBook(
      JSON.parse(outbox.kept("loadLetters") ?? "{}") as Record<string, Wish>,
    );
    this.#local = (JSON.parse(outbox.kept("local") ?? "null") as LocalSwitch | null) ?? undefined;
  }

  /** The letter that stands. */
  get heard(): Heard {
    return this.#book.heard;
  }

  /** What the newest letter came to; `undefined` before the first. */
  get report(): CommandReport | undefined {
    return this.#book.report;
  }

  /** What the switch at the box asks for. */
  get switch(): BoxSwitch | null {
    return this.#switch;
  }

  /** The switch at the box, and since when it says what it says. */
  get local(): LocalSwitch | undefined {
    return this.#local;
  }

  /** What must outlast a restart once a letter was heard. */
  get kept(): LetterBookState | undefined {
    return this.#book.report && this.#book.state;
  }

  hear({ commands, loads }: CommandsMessage): void {
    this.#letters = commands;
    this.#loadLetters = loads ?? [];
  }

  /** Judges the letters to the accumulator; whether one of them changed something. */
  heed(image: ProcessImage | undefined): boolean {
    const { settings, clock, orders, outbox, log } = this.#options;
    const { standing, proven } = orders;
    if (standing === undefined || this.#letters.length === 0) return false;
    if (proven === undefined || image === undefined || !clock.isRight) return false;
    const accumulator = commandable(image, settings);
    if (accumulator === "unknown") return false;
    const { chain, home } = standing;
    const { ownerKeys } = proven.orders;
    const now = Math.floor(clock.nowMs / 1000);
    const { isNew, refused } = this.#book.heed(
      this.#letters,
      { chain, home, ownerKeys, accumulator, now },
      orders.message?.time ?? 0,
    );
    for (const { reason } of refused) log.note({ about: "letter_refused", reason });
    if (isNew) log.attempt("outbox", () => outbox.keep({ letters: JSON.stringify(this.#book.state) }));
    return isNew;
  }

  /** Judges the letters to loads, and tells them what stands, with the switches at the box. */
  heedForLoads(loads: SteeredLoads): void {
    const { clock, orders, outbox, loadSwitches, log } = this.#options;
    const { standing, proven } = orders;
    const book = this.#loadBook;
    const before = book.wishes;
    const isHeard = standing !== undefined && proven !== undefined && clock.isRight;
    if (isHeard && this.#loadLetters.length > 0) {
      const { chain, home } = standing;
      const ground = { chain, home, ownerKeys: proven.orders.ownerKeys, kinds: loads.kinds };
      for (const reason of book.heed(this.#loadLetters, ground))
        log.note({ about: "letter_refused", reason });
    }
    if (book.wishes !== before) {
      log.attempt("outbox", () => outbox.keep({ loadLetters: JSON.stringify(book.kept) }));
    }
    loads.hear(this.#switch?.mode === "auto" ? NO_WISHES : book.wishes, loadSwitches?.());
  }

  /** Looks at the switch at the box; whether it says something else than before. */
  lookAtSwitch(now: UnixSeconds): boolean {
    const { override, outbox, log } = this.#options;
    this.#switch = override?.() ?? null;
    const [set, known] = [this.#switch, this.#local];
    if (set?.mode === known?.mode && (set?.reason ?? null) === (known?.reason ?? null)) return false;
    this.#local = set === null ? undefined : { mode: set.mode, since: now, reason: set.reason };
    log.attempt("outbox", () => outbox.keep({ local: JSON.stringify(this.#local ?? null) }));
    return true;
  }

  /** What this cycle made of the letter that stands; whether that is something else than before. */
  came(directive: Directive, bound: CommandBound | null, now: UnixSeconds): boolean {
    return this.#book.tell(directive, bound, now);
  }
}
