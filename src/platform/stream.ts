/**
 * The live stream of a screen: server-sent events (HTML standard, section 9.2).
 *
 * Two kinds of events. *States* (live, accumulator, clock, microgrid, market) replace each other: only the newest is worth sending,
 * at most twice a second. *Facts* (block, sale, contract) each count: the last few hundred are kept, and a client that
 * lost its connection gets those it missed by its Last-Event-ID. Where they are kept no longer, or the platform
 * began anew, it gets the present state instead and goes on from there.
 *
 * Who sees what: clock, street and blocks are for everybody signed in; a home's live values and sales are for
 * its own citizen; a sale is also for the supplier that buys it, a contract for both its partners. That its numbers were
 * renewed, only the owner hears.
 *
 * A client that does not read as fast as is written is cut off; it comes back by itself and resumes.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { StreamEvents } from "#wire/stream-events.ts";
import { Refused } from "./problems.ts";
import type { Visitor as SignedIn } from "./sessions.ts";

/** What a stream must know of who listens. */
type Visitor = Omit<SignedIn, "key">;

/** Facts kept of each kind. */
const KEPT = 512;
const TICK_MS = 500;
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a client that does not read. */
const UNREAD_MAX = 256 * 1024;
const STREAMS_MAX = 2_000;
const STREAMS_OF_MEMBER_MAX = 8;
/** What the browser waits before it comes back, ms. */
const RETRY_MS = 2_000;

type EventName = keyof StreamEvents;
type FactName = "block" | "sale" | "contract";

/** Whom a fact is for; everybody where it says nothing. */
export interface Audience {
  readonly plant?: number;
  readonly supplier?: number;
}

interface Fact {
  readonly sequence: number;
  readonly name: FactName;
  readonly audience: Audience;
  readonly data: string;
}

/** Where the stream asks for the present state. */
export interface Present {
  live(plant: number): StreamEvents["live"] | undefined;
  accumulator(plant: number): StreamEvents["accumulator"] | undefined;
  clock(): StreamEvents["clock"] | undefined;
  microgrid(): StreamEvents["microgrid"];
  market(): StreamEvents["market"] | undefined;
  block(): StreamEvents["block"] | undefined;
  /** The open sales of a home, or what a supplier is buying. */
  sales(visitor: Visitor): readonly StreamEvents["sale"][];
}

interface Client {
  readonly visitor: Visitor;
  readonly response: ServerResponse;
}

export class Stream {
  readonly #present: Present;
  /** Tells one run of the platform from the next: sequence numbers begin anew with it. */
  readonly #run = randomBytes(4).toString("hex");
  readonly #clients = new Set<Client>();
  readonly #facts: { readonly [name in FactName]: Fact[] } = { block: [], sale: [], contract: [] };
  /** Up to which fact of a kind has been dropped. */
  readonly #dropped: { readonly [name in FactName]: number } & Record<FactName, number> = {
    block: 0,
    sale: 0,
    contract: 0,
  };
  readonly #changedHomes = new Set<number>();
  readonly #changed = { clock: false, microgrid: false, market: false };
  readonly #timers: NodeJS.Timeout[];
  readonly #lives: (session: string) => boolean;
  #sequence = 0;
  #ticks = 0;
  /** The time that the clock showed when it was last told. */
  #toldTime: number | undefined;

  /** `lives` says whether a session goes on. */
  constructor(present: Present, lives: (session: string) => boolean) {
    this.#present = present;
    this.#lives = lives;
    this.#timers = [
      setInterval(() => this.#tick(), TICK_MS).unref(),
      setInterval(() => this.#heartbeat(), HEARTBEAT_MS).unref(),
    ];
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Begins a stream on a response that nobody else writes to. Refused: too_many_streams. */
  open(visitor: Visitor, response: ServerResponse, lastEventId: string | undefined): void {
    const own = [...this.#clients].filter(({ visitor: { member } }) => member === visitor.member);
    if (this.#clients.size >= STREAMS_MAX) throw new Refused("too_many_streams");
    // A tab that was closed without a word still holds its place: the oldest makes room.
    if (own.length >= STREAMS_OF_MEMBER_MAX) this.#cut(own[0]!);
    const client = { visitor, response };
    this.#clients.add(client);
    response.on("close", () => this.#clients.delete(client));
    response.on("error", () => this.#clients.delete(client));
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    this.#welcome(client, lastEventId);
  }

  /** A home has new values. */
  homeChanged(plant: number): void {
    if (this.#clients.size === 0) return;
    this.#changedHomes.add(plant);
    this.#changed.microgrid = true;
  }

  /** What is asked of a home's accumulator, or what became of it, is something else. */
  accumulatorChanged(plant: number): void {
    const value = this.#clients.size === 0 ? undefined : this.#present.accumulator(plant);
    for (const client of this.#clients) {
      if (client.visitor.plant === plant) this.#send(client, "accumulator", value);
    }
  }

  /** The neighbours' market has other orders, prices or limits. */
  marketChanged(): void {
    this.#changed.market = true;
  }

  /** The town's clock shows something else; `now` where somebody turned it. */
  clockChanged(now: boolean): void {
    this.#changed.clock = true;
    if (now) this.#sendClock();
  }

  publish<K extends FactName>(name: K, value: StreamEvents[K], audience: Audience = {}): void {
    const fact: Fact = { sequence: ++this.#sequence, name, audience, data: JSON.stringify(value) };
    const kept = this.#facts[name];
    kept.push(fact);
    if (kept.length > KEPT) this.#dropped[name] = kept.shift()!.sequence;
    for (const client of this.#clients) if (concerns(fact, client.visitor)) this.#sendFact(client, fact);
  }

  /** These accounts have other numbers on the chain and sign with other keys. */
  renewed(accounts: readonly number[]): void {
    const concerned = new Set(accounts);
    for (const client of this.#clients) {
      if (concerned.has(client.visitor.account)) this.#send(client, "renewed", {});
    }
  }

  /** Ends the streams of a session. */
  endSession(session: string): void {
    for (const client of this.#clients) if (client.visitor.session === session) client.response.end();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { response } of this.#clients) response.end();
    this.#clients.clear();
  }

  #welcome(client: Client, lastEventId: string | undefined): void {
    const { visitor } = client;
    const seen = this.#sequenceOf(lastEventId);
    for (const name of ["block", "sale"] as const) {
      if (seen !== undefined && seen >= this.#dropped[name]) continue;
      if (name === "sale") for (const sale of this.#present.sales(visitor)) this.#send(client, name, sale);
      else this.#send(client, name, this.#present.block());
    }
    if (seen !== undefined) {
      const missed = [...this.#facts.block, ...this.#facts.sale, ...this.#facts.contract]
        .filter((fact) => fact.sequence > seen && seen >= this.#dropped[fact.name] && concerns(fact, visitor))
        .sort((a, b) => a.sequence - b.sequence);
      for (const fact of missed) this.#sendFact(client, fact);
    }
    this.#send(client, "clock", this.#present.clock());
    this.#send(client, "microgrid", this.#present.microgrid());
    this.#send(client, "market", this.#present.market());
    if (visitor.plant !== undefined) this.#send(client, "live", this.#present.live(visitor.plant));
  }

  #tick(): void {
    this.#ticks += 1;
    if (this.#clients.size === 0) return;
    // A clock that runs is told again and again: a screen does not carry time on by itself for long.
    if (this.#changed.clock || this.#present.clock()?.time !== this.#toldTime) this.#sendClock();
    const street = this.#changed.microgrid && this.#ticks % 2 === 0 ? this.#present.microgrid() : undefined;
    if (street !== undefined) this.#changed.microgrid = false;
    const market = this.#changed.market && this.#ticks % 2 === 1 ? this.#present.market() : undefined;
    if (market !== undefined) this.#changed.market = false;
    for (const client of this.#clients) {
      this.#send(client, "microgrid", street);
      this.#send(client, "market", market);
      const { plant } = client.visitor;
      if (plant !== undefined && this.#changedHomes.has(plant)) {
        this.#send(client, "live", this.#present.live(plant));
      }
    }
    this.#changedHomes.clear();
  }

  #sendClock(): void {
    const clock = this.#present.clock();
    this.#changed.clock = false;
    this.#toldTime = clock?.time;
    for (const client of this.#clients) this.#send(client, "clock", clock);
  }

  #heartbeat(): void {
    for (const client of this.#clients) {
      if (this.#lives(client.visitor.session)) this.#write(client, ": so that nobody takes us for dead\n\n");
      else client.response.end();
    }
  }

  #send<K extends EventName>(client: Client, name: K, value: StreamEvents[K] | undefined): void {
    if (value === undefined) return;
    this.#write(client, this.#frame(name, this.#sequence, JSON.stringify(value)));
  }

  #sendFact(client: Client, { name, sequence, data }: Fact): void {
    this.#write(client, this.#frame(name, sequence, data));
  }

  #frame(name: EventName, sequence: number, data: string): string {
    return `id: ${this.#run}-${sequence}\nevent: ${name}\ndata: ${data}\n\n`;
  }

  #write(client: Client, text: string): void {
    client.response.write(text);
    if (client.response.writableLength > UNREAD_MAX) this.#cut(client);
  }

  #cut(client: Client): void {
    this.#clients.delete(client);
    client.response.destroy();
  }

  /** The number in an id of this run; `undefined` where the id is missing, of another run, or not ours. */
  #sequenceOf(lastEventId: string | undefined): number | undefined {
    const parts = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId ?? "");
    if (parts === null || parts[1] !== this.#run) return undefined;
    const sequence = Number(parts[2]);
    return sequence <= this.#sequence ? sequence : undefined;
  }
}

function concerns({ audience }: Fact, { plant, member, role }: Visitor): boolean {
  if (audience.plant === undefined && audience.supplier === undefined) return true;
  if (role === "citizen") return plant !== undefined && plant === audience.plant;
  return role === "supplier" && member === audience.supplier;
}
