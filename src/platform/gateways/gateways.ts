/**
 * The gateways of a community, put together: who may come in (`enrolment`), how they are reached (`bus`), what they
 * say (`intake`) and what they are told (`orders`). Nothing of it is opened before the first code is asked for or where
 * gateways are known already: a town without any has no open port and no authority.
 */
import type { DatabaseSync } from "node:sqlite";
import { fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { about, type Note } from "#base/log.ts";
import { QUARTER_HOUR_S, quarterHourOf } from "#base/time.ts";
import { replaceHomeMeter } from "#chain/transactions.ts";
import { rowProofCodec } from "#ledger/proof.ts";
import { PLANTS } from "#market/participant.ts";
import { encodeMessage, type StateMessage } from "#wire/gateway-messages.ts";
import type {
  EnrolGateway,
  EnrolledGateway,
  GatewayCode,
  GatewayReport,
  GatewayValidators,
  GatewayView,
  GivenValidators,
  RenewCertificate,
  RenewedCertificate,
} from "#wire/gateway-schemas.ts";
import { type SignedValidatorsLetter, validatorsLetterHash } from "#wire/validators-letter.ts";
import type { DemoPort } from "../demo.ts";
import type { HeadEnd } from "../head-end.ts";
import type { HomeCommands } from "../home-commands.ts";
import type { HomeLoadLetters } from "../home-loads.ts";
import type { LiveBoard } from "../live.ts";
import type { LoadRecord } from "../load-record.ts";
import type { MemberAccount } from "../member-account.ts";
import { Refused } from "../problems.ts";
import { checkedSignature } from "../signed-letter.ts";
import type { CertificateAuthority } from "./authority.ts";
import type { GatewayBus } from "./bus.ts";
import type { Enrolment } from "./enrolment.ts";
import { devicesOf, GatewayIntake } from "./intake.ts";
import { type OrderGround, ordersFor } from "./orders.ts";
import { GatewayRegistry, type GatewayRow } from "./registry.ts";

export interface GatewaysOptions {
  /** Where the embedded broker listens; 0 = any free port. */
  readonly address: string;
  readonly port: number;
  /** Names and addresses under which gateways reach it; the first is told to them. */
  readonly names: readonly string[];
  /** Of an external broker, `mqtts://host:port`, in the stead of the embedded one. */
  readonly mqttUrl?: string;
  /** Of certificates, 30 to 90. */
  readonly validDays?: number;
  /** How soon a revocation ends live connections, and a silence is noticed, at the latest, ms. */
  readonly checkEveryMs?: number;
}

interface Parts extends OrderGround {
  readonly folder: string;
  readonly database: DatabaseSync;
  readonly community: string;
  readonly headEnd: HeadEnd;
  readonly operator: Pick<MemberAccount, "send">;
  readonly live: LiveBoard;
  readonly homeCommands: HomeCommands;
  readonly loadLetters: HomeLoadLetters;
  readonly loadRecord: LoadRecord;
  readonly demo: DemoPort | undefined;
  readonly wallNow: () => number;
  readonly note: Note;
}

interface Opened {
  readonly authority: CertificateAuthority;
  readonly enrolment: Enrolment;
  readonly bus: GatewayBus;
  /** `mqtts://host:port`. */
  readonly broker: string;
  readonly stops: readonly (() => void)[];
}

const CLOCK_EVERY_MS = 10_000;
/** Prices and obligations move without a block, too. */
const ORDERS_EVERY_MS = 60_000;
const SILENCE_EVERY_MS = 30_000;

export class Gateways {
  readonly registry: GatewayRegistry;
  readonly #options: GatewaysOptions;
  readonly #parts: Parts;
  readonly #intake: GatewayIntake;
  /** Gateways whose meter is being given to the chain, or was refused for good. */
  readonly #replacing = new Set<string>();
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #isClosed = false;
  #isSaying = false;
  #askedAgain = false;

  constructor(options: GatewaysOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.registry = new GatewayRegistry(parts.database);
    this.#intake = new GatewayIntake({
      registry: this.registry,
      headEnd: parts.headEnd,
      live: parts.live,
      wallNow: parts.wallNow,
      now: () => parts.host.now(),
      acknowledge: (gateway, ack) => this.#opened?.bus.publish(gateway, "ack", encodeMessage("ack", ack)),
      onState: (gateway, state) => this.#follow(gateway, state),
      note: parts.note,
    });
    if (this.registry.standing().length > 0) {
      this.#open().catch((error) => parts.note("the gateways' broker cannot be opened", error));
    }
  }

  /** Where gateways reach the broker; `undefined` while it is not open. */
  get broker(): string | undefined {
    return this.#opened?.broker;
  }

  /** The homes that a gateway meters now. */
  get metered(): ReadonlySet<number> {
    const standing = this.registry.standing().filter(({ meteringFrom }) => meteringFrom !== null);
    return new Set(standing.map(({ home }) => home));
  }

  /** Whether a gateway meters a home and did not fall silent. */
  isHeard(home: number): boolean {
    const gateway = this.registry.ofHome(home);
    return gateway !== undefined && gateway.meteringFrom !== null && !this.#intake.isSilent(gateway.name);
  }

  /** Whether a home has a gateway that was not shut out. */
  has(home: number): boolean {
    return this.registry.ofHome(home) !== undefined;
  }

  /** The key that follows the meter's of a home that a gateway meters; `undefined` where none does. */
  nextMeterKey(home: number): Uint8Array | undefined {
    const gateway = this.registry.ofHome(home);
    return gateway === undefined || gateway.meteringFrom === null
      ? undefined
      : (gateway.nextMeterKey ?? undefined);
  }

  async newCode(home: number, platformUrl: string): Promise<GatewayCode> {
    const { enrolment, authority } = await this.#offered();
    const { code, expiresAt } = enrolment.newCode(home);
    const { fingerprint } = authority;
    const link = new URL("contrada:enrol");
    link.search = new URLSearchParams({ url: platformUrl, code, ca: fingerprint }).toString();
    return { code, link: link.href, home, expiresAt, fingerprint };
  }

  async enrol(request: EnrolGateway, from: string): Promise<EnrolledGateway> {
    const { enrolment, authority, broker } = await this.#offered();
    const { gateway, certificate } = await enrolment.enrol(request, from);
    const { host } = this.#parts;
    const fields = { gateway: gateway.name, home: gateway.home };
    this.#parts.note("a gateway came in", undefined, about("platform", "gateway_enrolled", fields, "info"));
    return {
      gateway: gateway.name,
      home: gateway.home,
      chain: host.chain,
      trust: await this.#trustToPin(gateway.home),
      certificate: certificate.pem,
      root: authority.rootPem,
      broker,
      expiresAt: certificate.expires,
    };
  }

  /** Whom a gateway believes from its enrolment on: the producer, or the validators of the newest block. */
  async #trustToPin(home: number): Promise<EnrolledGateway["trust"]> {
    const { host, numbers } = this.#parts;
    if (host.proveRow === undefined) return { producer: toHex(host.producer) };
    const { checkpoint } = await host.proveRow(PLANTS, numbers.plantNow(home));
    if (checkpoint.by === "producer") return { producer: toHex(host.producer) };
    return { validatorsHash: toHex(checkpoint.header.validatorsHash) };
  }

  async renew(name: string, request: RenewCertificate): Promise<RenewedCertificate> {
    const { enrolment, authority, broker } = await this.#offered();
    const { pem, expires } = await enrolment.renew(name, request);
    return { certificate: pem, root: authority.rootPem, broker, expiresAt: expires };
  }

  /** The validators of the newest block with their signatures; `null` where one producer makes the blocks. */
  async validators(home: number): Promise<GatewayValidators | null> {
    const { host, numbers } = this.#parts;
    if (host.proveRow === undefined) return null;
    const proof = await host.proveRow(PLANTS, numbers.plantNow(home)).catch(() => {
      throw new Refused("network_silent");
    });
    return proof.checkpoint.by === "producer" ? null : { home, proof: toHex(encode(rowProofCodec, proof)) };
  }

  /**
   * Keeps the owner's word on the validators and hands it on: the gateway judges it. Refused, in this order:
   * gateway_unknown, device_unknown, signature_wrong.
   */
  vouch(home: number, member: number, given: GivenValidators): void {
    const { host } = this.#parts;
    const gateway = this.registry.ofHome(home);
    if (gateway === undefined) throw new Refused("gateway_unknown");
    const { height, time, validatorsHash, publicKey, signature } = given;
    const letter = { chain: host.chain, home, height, time, validatorsHash };
    checkedSignature(host.view(), member, given, validatorsLetterHash(letter), "Nothing was handed on.");
    const signed: SignedValidatorsLetter = { ...letter, publicKey, signature };
    this.registry.vouch(gateway.name, JSON.stringify(signed));
    void this.#sayOrders();
  }

  views(): GatewayView[] {
    return this.registry.all().map((row) => this.#viewOf(row));
  }

  /** The home's gateway; `undefined` where it has none. */
  viewOfHome(home: number): GatewayView | undefined {
    const row = this.registry.ofHome(home);
    return row === undefined ? undefined : this.#viewOf(row);
  }

  /** What the gateway that meters a home last said, and since when it is silent; `undefined` where none meters it. */
  runs(home: number): { state: StateMessage | undefined; silentSince: number | null } | undefined {
    const row = this.registry.ofHome(home);
    if (row === undefined || row.meteringFrom === null) return undefined;
    return {
      state: this.#intake.stateOf(row.name)?.state,
      silentSince: this.#intake.isReachable(row.name) ? null : (row.heard ?? row.enrolled),
    };
  }

  /** Shuts a gateway out at once. Refused: gateway_unknown. */
  revoke(name: string): void {
    if (!this.registry.revoke(name, this.#parts.wallNow())) throw new Refused("gateway_unknown");
    this.#letGo(name);
    const what = about("platform", "gateway_revoked", { gateway: name }, "info");
    this.#parts.note("a gateway was removed", undefined, what);
  }

  /** A block came, or something else that changes what homes are asked. */
  changed(): void {
    this.#noteEnds();
    void this.#sayOrders();
  }

  /** A gateway that was shut out says nothing more of its home; what it last said is taken away. */
  #letGo(name: string): void {
    this.#opened?.bus.drop(name);
    this.#intake.forget(name);
    const home = this.registry.gateway(name)?.home;
    if (home === undefined || this.registry.ofHome(home)?.meteringFrom != null) return;
    const { loadLetters, live } = this.#parts;
    loadLetters.report(home, undefined, "gateway");
    live.gateway(home, undefined);
    live.faults(home, []);
    live.devices(home, []);
  }

  #lookForSilent(): void {
    this.#lookForGone();
    this.#intake.lookForSilence();
  }

  /** Gateways that another process shut out, or whose place another took. */
  #lookForGone(): void {
    for (const name of this.#intake.known()) {
      if (this.registry.gateway(name)?.revoked !== null) this.#letGo(name);
    }
  }

  /** When the meter of a gateway that was shut out ended, once the chain has another in its place. */
  #noteEnds(): void {
    const { host, numbers } = this.#parts;
    for (const { name, home, meterKey, nextMeterKey } of this.registry.ending()) {
      const keys = [meterKey, nextMeterKey].flatMap((key) => (key === null ? [] : toHex(key)));
      const meters = host.view().metersOf(numbers.plantNow(home));
      // Under new numbers the plant has one meter, which is another's.
      const of = meters.find(({ key }) => keys.includes(toHex(key)));
      const until = of === undefined ? host.now() : (of.term?.until ?? 0);
      if (until > 0) this.registry.endMetering(name, until);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await this.#opening?.catch(() => undefined);
    for (const stop of opened?.stops ?? []) stop();
    await opened?.bus.close();
  }

  #viewOf(row: GatewayRow): GatewayView {
    const newest = this.registry.certificatesOf(row.name)[0];
    const working = row.meteringFrom === null ? "enrolled" : "metering";
    return {
      gateway: row.name,
      home: row.home,
      state: row.revoked === null ? working : "revoked",
      version: row.version,
      enrolledAt: row.enrolled,
      certificateUntil: newest?.expires ?? 0,
      needsCode: this.registry.needsCode(row, this.#parts.wallNow()),
      heardAt: row.heard,
      meteringFrom: row.meteringFrom,
      meteringUntil: row.meteringUntil,
      acknowledged: row.through,
      revokedAt: row.revoked,
      reachable: row.revoked === null && this.#intake.isReachable(row.name),
      report: row.revoked === null ? this.#reportOf(row) : null,
    };
  }

  #reportOf(row: GatewayRow): GatewayReport | null {
    const heard = this.#intake.stateOf(row.name);
    if (heard === undefined) return null;
    const { state, clockOffsetS } = heard;
    return {
      time: state.time,
      clockOffsetS,
      waiting: state.outbox.waiting,
      waitingSince: state.outbox.oldest,
      safeState: state.safeState,
      ordersRefused: state.ordersRefused,
      meterFits: this.#meterFits(row, state),
      devices: devicesOf(state),
      faults: this.#intake.faultsOf(row.name),
    };
  }

  /** Whether the chain has this gateway's meter, or the one that follows, as the home's. */
  #meterFits({ home }: GatewayRow, { meterKey, nextMeterKey }: StateMessage): boolean {
    const { host, numbers } = this.#parts;
    const row = host.view().plant(numbers.plantNow(home));
    return row !== undefined && [meterKey, nextMeterKey].includes(toHex(row.meterKey));
  }

  async #offered(): Promise<Opened> {
    try {
      return await this.#open();
    } catch (error) {
      this.#parts.note("the gateways' broker cannot be opened", error);
      throw new Refused("gateways_closed");
    }
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#openNow().catch((error) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #openNow(): Promise<Opened> {
    const { folder, community, host, wallNow, note } = this.#parts;
    const { address, port, names, mqttUrl, validDays, checkEveryMs } = this.#options;
    // Large packages, and only where there are gateways.
    const { CertificateAuthority, VALID_DAYS_DEFAULT } = await import("./authority.ts");
    const { Enrolment } = await import("./enrolment.ts");
    const authority = await CertificateAuthority.open(folder, community);
    const enrolment = new Enrolment({
      registry: this.registry,
      authority,
      chain: host.chain,
      wallNow,
      validDays: validDays ?? VALID_DAYS_DEFAULT,
    });
    const stops: (() => void)[] = [];
    let bus: GatewayBus;
    let broker: string;
    if (mqttUrl === undefined) {
      const { EmbeddedBroker } = await import("./broker.ts");
      const embedded = await EmbeddedBroker.open({
        root: authority.rootPem,
        server: await authority.serverCertificate(names),
        address,
        port,
        admits: (serial, gateway) => this.registry.admits(serial, gateway),
        ...(checkEveryMs === undefined ? {} : { checkEveryMs }),
        note,
      });
      const renew = () => authority.serverCertificate(names).then((next) => embedded.use(next));
      const timer = setInterval(
        () => void renew().catch((error) => note("the broker's certificate", error)),
        DAY_MS,
      ).unref();
      stops.push(() => clearInterval(timer));
      bus = embedded;
      broker = `mqtts://${names[0]!.includes(":") ? `[${names[0]}]` : names[0]}:${embedded.port}`;
    } else {
      const { ExternalBroker, PLATFORM_NAME } = await import("./external-broker.ts");
      bus = new ExternalBroker({
        url: mqttUrl,
        root: authority.rootPem,
        certificate: await authority.clientCertificate(PLATFORM_NAME),
        stands: (gateway) => this.registry.gateway(gateway)?.revoked === null,
        note,
      });
      broker = mqttUrl;
    }
    const clock = setInterval(() => this.#sayClock(), CLOCK_EVERY_MS).unref();
    const orders = setInterval(() => void this.#sayOrders(), ORDERS_EVERY_MS).unref();
    const silence = setInterval(() => this.#lookForSilent(), checkEveryMs ?? SILENCE_EVERY_MS).unref();
    stops.push(
      () => clearInterval(clock),
      () => clearInterval(orders),
      () => clearInterval(silence),
      bus.onMessage((gateway, topic, payload) => {
        try {
          this.#intake.take(gateway, topic, payload);
        } catch (error) {
          note("a gateway's message", error, about("platform", "gateway_message_failed", { topic }, "error"));
        }
      }),
      bus.onOpen(() => this.#sayEverything()),
      this.#parts.homeCommands.onChange((home) => this.#sayCommands(home)),
      this.#parts.loadLetters.onChange((home) => this.#sayCommands(home)),
      this.#parts.demo?.onClock(() => this.#sayClock()) ?? (() => undefined),
    );
    const opened = { authority, enrolment, bus, broker, stops };
    this.#opened = opened;
    if (this.#isClosed) await bus.close();
    else this.#sayEverything();
    return opened;
  }

  #sayEverything(): void {
    for (const gateway of this.registry.standing()) this.#sayAll(gateway);
    this.#sayClock();
  }

  #sayAll(gateway: GatewayRow): void {
    const ack = this.#intake.ackFor(gateway);
    if (ack !== undefined) this.#opened?.bus.publish(gateway.name, "ack", encodeMessage("ack", ack));
    this.#sayCommands(gateway.home);
    void this.#sayOrdersTo(gateway);
    this.#sayClock(gateway.name);
  }

  #sayCommands(home: number): void {
    const gateway = this.registry.ofHome(home);
    if (gateway === undefined) return;
    const letter = this.#parts.homeCommands.letter(home);
    const commands = letter === undefined ? [] : [letter];
    const loads = this.#parts.loadLetters.letters(home);
    this.#opened?.bus.publish(gateway.name, "commands", encodeMessage("commands", { commands, loads }));
  }

  #sayClock(only?: string): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    const { host, demo } = this.#parts;
    const clock = demo?.clock();
    const speed = clock === undefined ? 1 : clock.paused ? 0 : clock.speed;
    const payload = encodeMessage("clock", { time: clock?.time ?? host.now(), speed });
    const names = only === undefined ? this.registry.standing().map(({ name }) => name) : [only];
    for (const name of names) opened.bus.publish(name, "clock", payload);
  }

  /** One round at a time: on a network a proof takes a while, and blocks do not wait for it. */
  async #sayOrders(): Promise<void> {
    if (this.#opened === undefined) return;
    this.#askedAgain = this.#isSaying;
    if (this.#isSaying) return;
    this.#isSaying = true;
    do {
      this.#askedAgain = false;
      for (const gateway of this.registry.standing()) await this.#sayOrdersTo(gateway);
    } while (this.#askedAgain && !this.#isClosed);
    this.#isSaying = false;
  }

  async #sayOrdersTo({ name }: GatewayRow): Promise<void> {
    try {
      const gateway = this.registry.gateway(name);
      if (gateway === undefined || gateway.revoked !== null) return;
      const orders = await ordersFor(gateway, this.#parts);
      if (orders !== undefined && !this.#isClosed) {
        this.#opened?.bus.publish(name, "orders", encodeMessage("orders", orders));
      }
    } catch (error) {
      this.#parts.note("a gateway's orders", error, about("platform", "gateway_orders_failed", {}, "error"));
    }
  }

  /** A gateway spoke: where the chain has its meter as the plant's, it meters from the next quarter hour on. */
  #follow(gateway: GatewayRow, state: StateMessage): void {
    const { host, numbers } = this.#parts;
    const isNew = gateway.heard === null;
    if (isNew) this.#sayAll(gateway);
    // One that has just connected would wait for the next round, and in a town's time that is long.
    else this.#sayClock(gateway.name);
    if (gateway.meteringFrom !== null) {
      // From here on the home is the gateway's, with whatever loads it has.
      const { loads = [] } = state;
      this.#parts.loadLetters.report(gateway.home, () => loads, "gateway");
      this.#parts.loadRecord.hear(gateway.home, state.time, loads);
      return;
    }
    if (!this.#meterFits(gateway, state)) {
      void this.#replaceMeter(gateway, state);
      return;
    }
    const plant = numbers.plantNow(gateway.home);
    const now = host.now();
    const view = host.view();
    const begins = view.metersOf(plant)[0]?.term?.from ?? 0;
    const last = this.#parts.headEnd.newestOf(gateway.home);
    // The former meter's last quarter hour says what the store holds; one that is silent is waited for a while.
    const isComplete = begins === 0 || (last?.intervalStart ?? 0) >= begins - QUARTER_HOUR_S;
    if (now < begins || (!isComplete && now < begins + FORMER_PATIENCE_S)) return;
    const from = quarterHourOf(now) + QUARTER_HOUR_S;
    const { solar, grid } = view.store(plant);
    const opening = {
      solarWh: last?.closingSolarWh ?? Number(solar),
      gridWh: last?.closingGridWh ?? Number(grid),
    };
    this.registry.beginMetering(gateway.name, from, opening);
    const fields = { gateway: gateway.name, home: gateway.home, from };
    this.#parts.note("a gateway meters", undefined, about("platform", "gateway_meters", fields, "info"));
    void this.#sayOrdersTo(gateway);
  }

  /** Whoever made the code wanted this meter for the home: the chain is told, from the next quarter hour on. */
  async #replaceMeter({ name, home }: GatewayRow, { meterKey }: StateMessage): Promise<void> {
    const { host, numbers, operator, note } = this.#parts;
    const key = fromHex(meterKey);
    if (key === undefined || this.#replacing.has(name)) return;
    this.#replacing.add(name);
    const plant = numbers.plantNow(home);
    const from = quarterHourOf(host.now()) + QUARTER_HOUR_S;
    const fields = { gateway: name, home, from };
    try {
      const submission = await operator.send(replaceHomeMeter, { plant, meterKey: key, from });
      const status = submission.admitted ? (await submission.committed).status : submission.status;
      const what = about(
        "platform",
        "meter_replaced",
        { ...fields, status },
        status === "ok" ? "info" : "warn",
      );
      note("a home's meter is replaced by its gateway's", undefined, what);
      // What another quarter hour would not change is not asked for again.
      if (status === "ok" || !LASTING.has(status)) this.#replacing.delete(name);
    } catch (error) {
      this.#replacing.delete(name);
      note("a home's meter", error, about("platform", "meter_replacement_failed", fields, "error"));
    }
  }
}

/** How long a former meter may take with its last quarter hour, s. */
const FORMER_PATIENCE_S = 4 * QUARTER_HOUR_S;
const LASTING: ReadonlySet<string> = new Set(["key_already_registered", "plant_unknown"]);

const DAY_MS = 86_400_000;
