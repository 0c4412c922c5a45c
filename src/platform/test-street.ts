/**
 * For tests: a street of two homes with a chain in memory, driven through the same port as a node's. Every
 * key comes from a name; meters make readings whose books close.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { p256 } from "@noble/curves/nist.js";
import { concat, fromHex, toHex, utf8 } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { dayOf, parseInstant, QUARTER_HOUR_S, ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { ChainApp, type ChainBlock, isSigned } from "#chain/app.ts";
import { DEFAULT_PARAMETERS, type Genesis } from "#chain/genesis.ts";
import type {
  AdmissionRefusal,
  ChainHost,
  CommittedBlock,
  Outcome,
  StoredBlock,
  Submission,
} from "#chain/host.ts";
import {
  admitMember,
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerHomePlant,
} from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import { clientDataStart, encodeAssertion } from "#crypto/passkey.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, signTransaction, transactionId } from "#ledger/transaction.ts";
import type { EnergyFlows, Reading, StoreMovement } from "#metering/reading.ts";
import { type SignedReading, signReading } from "#metering/signed-reading.ts";
import { type Client, createClient, ProblemError } from "#wire/client.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import { signInHash } from "#wire/sign-in.ts";
import { identityOf } from "../../test/support/identities.ts";
import type { Directory } from "./directory.ts";
import { type OperatedPlatform, openPlatform, type PlatformOptions } from "./platform.ts";

/** Tuesday 16 June 2026, noon in Rome; the start of a quarter hour. */
export const NOON: UnixSeconds = parseInstant("2026-06-16T10:00Z")!;
export const TODAY = dayOf(ROME, NOON);
export const OPERATOR = 1;
/** Citizens and the plants they own. */
export const ANNA = 2;
export const BRUNO = 3;
export const PLANT_OF_ANNA = 1;
export const PLANT_OF_BRUNO = 2;
/** Suppliers: the first two are enrolled and have a rate for today. */
export const ALBA = 4;
export const BREZZA = 5;
export const CIMA = 6;
export const RATE = 142_000;

export const keyOf = (name: string | number) => signerFromSeed(hash(utf8(`street ${name}`)));
export interface Passkey {
  readonly publicKey: Uint8Array;
  /** An assertion over 32 bytes, as the ledger takes it. */
  assert(challenge: Uint8Array): Uint8Array;
}

/** A passkey whose owner was present and recognised. */
export function madePasskey(name: string): Passkey {
  const secret = hash(utf8(`passkey ${name}`));
  return {
    publicKey: p256.getPublicKey(secret, true),
    assert(challenge) {
      const authenticatorData = concat(hash(utf8("street.example")), Uint8Array.of(0x05, 0, 0, 0, 1));
      const rest = utf8('https://street.example","crossOrigin":false}');
      const clientDataJson = concat(clientDataStart(challenge), rest);
      const signed = concat(authenticatorData, hash(clientDataJson));
      const signature = p256.sign(signed, secret, { lowS: true });
      return encodeAssertion({ authenticatorData, clientDataJson, signature });
    },
  };
}

export const meterOf = (plant: number) => keyOf(`meter ${plant}`);

type Kind<B> = { readonly number: number; readonly codec: Codec<B> };

/** The chain's port over a chain in memory. Blocks are made on demand, or one after each submission. */
export class MemoryChain implements DrivenChain {
  readonly app: ChainApp;
  readonly blocks: CommittedBlock[] = [];
  time: UnixSeconds;
  /** Makes a block after each submission, in the next turn. */
  automatic = true;
  /** What every submission is refused with. */
  refuse: AdmissionRefusal | undefined;
  readonly #producer = keyOf("producer");
  readonly #listeners = new Set<(block: CommittedBlock) => void>();
  #open: ChainBlock | undefined;
  #pending: {
    readonly id: Uint8Array;
    readonly bytes: Uint8Array;
    readonly events: CommittedBlock["events"];
    readonly settle: PromiseWithResolvers<Outcome>;
  }[] = [];

  constructor(genesis: Genesis) {
    this.app = new ChainApp(genesis);
    this.time = genesis.time;
  }

  get chain(): string {
    return this.app.genesis.chain;
  }

  get producer(): Uint8Array {
    return this.app.genesis.producer;
  }

  async submit(bytes: Uint8Array): Promise<Submission> {
    const decoded = decodeTransaction(bytes);
    if (!decoded.ok) return { admitted: false, id: undefined, status: "malformed" };
    const id = transactionId(decoded.value);
    if (this.refuse !== undefined) return { admitted: false, id, status: this.refuse };
    if (this.#open === undefined || this.#pending.length === 0) this.#open = this.app.open(this.time);
    const { status, events } = this.#open.execute(
      decoded.value,
      () => isSigned(decoded.value),
      "leaves no trace",
    );
    if (status !== "ok") return { admitted: false, id, status };
    const settle = Promise.withResolvers<Outcome>();
    settle.promise.catch(() => undefined);
    this.#pending.push({ id, bytes, events, settle });
    if (this.automatic) setImmediate(() => this.produce());
    return { admitted: true, id, committed: settle.promise };
  }

  /** Seals what waits. */
  produce(): void {
    if (this.#open !== undefined && this.#pending.length > 0) this.#seal();
  }

  #seal(): void {
    const pending = this.#pending;
    const {
      block,
      hash: blockHash,
      events,
      commit,
    } = this.app.produce(
      this.#open!,
      pending.map(({ bytes }) => ({ bytes, status: STATUS.ok })),
      this.#producer,
    );
    commit();
    this.#open = undefined;
    this.#pending = [];
    const { height, time, previousHash, stateRoot } = block.header;
    const committed: CommittedBlock = {
      height,
      time,
      hash: blockHash,
      previousHash,
      stateRoot,
      seal: { by: "producer", header: block.header, signature: block.signature },
      events,
      transactions: pending.map((one) => ({
        id: one.id,
        bytes: one.bytes,
        status: "ok",
        events: one.events,
      })),
    };
    this.blocks.push(committed);
    for (const listener of this.#listeners) listener(committed);
    for (const [index, { id, settle }] of pending.entries()) {
      settle.resolve({ id, height, index, status: "ok" });
    }
  }

  async produceNow(): Promise<void> {
    this.produce();
  }

  /** What waits is lost, as in a crash. */
  lose(): void {
    for (const { settle } of this.#pending) settle.reject(new Error("lost"));
    this.#pending = [];
    this.#open = undefined;
  }

  view() {
    return this.app.view();
  }

  now(): UnixSeconds {
    return this.time;
  }

  waiting(): number {
    return this.#pending.length;
  }

  onBlock(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  block(height: number): StoredBlock | undefined {
    return this.blocks[height - 1];
  }

  replay(fromHeight: number): Iterable<CommittedBlock> {
    return this.blocks.slice(fromHeight - 1);
  }

  /** Signs as a member and makes a block of it. Throws where it is refused. */
  /** Lets a minute pass, and with it what was waiting for it: makes a block without transactions. */
  async passMinute(): Promise<void> {
    this.produce();
    this.time += 60;
    this.#open = this.app.open(this.time);
    this.#seal();
  }

  async act<B>(member: number, kind: Kind<B>, body: B, signer: Signer = keyOf(member)): Promise<Outcome> {
    return act(this, member, kind, body, signer);
  }

  /** A signed transaction, in hexadecimal. */
  signed<B>(member: number, kind: Kind<B>, body: B, signer: Signer = keyOf(member)): string {
    return toHex(signedBy(this, member, kind, body, signer));
  }
}

/** A chain whose blocks are made on demand. */
export interface DrivenChain extends ChainHost {
  produceNow(): Promise<void>;
}

/** Signs as a member and makes a block of it. Throws where it is refused. */
export async function act<B>(
  host: DrivenChain,
  member: number,
  kind: Kind<B>,
  body: B,
  signer: Signer = keyOf(member),
): Promise<Outcome> {
  const submission = await host.submit(signedBy(host, member, kind, body, signer));
  if (!submission.admitted) throw new Error(`refused: ${submission.status}`);
  await host.produceNow();
  return submission.committed;
}

function signedBy<B>(host: ChainHost, member: number, kind: Kind<B>, body: B, signer: Signer): Uint8Array {
  const unsigned = {
    chain: host.chain,
    kind: kind.number,
    sender: member,
    nonce: (host.view().member(member)?.nonce ?? 0) + 1,
    expiryHeight: host.view().height + 100,
    body: encode(kind.codec, body),
  };
  return signTransaction(unsigned, signer);
}

export const streetGenesis = (chain = "street"): Genesis => ({
  chain,
  time: NOON - 86_400,
  producer: keyOf("producer").publicKey,
  founders: [{ member: OPERATOR, role: "operator", keys: [keyOf(OPERATOR).publicKey] }],
  // A key that is revoked is gone in the next block after a minute.
  parameters: { ...DEFAULT_PARAMETERS, keyDelayS: 60, delayBlocks: 1 },
});

/** Founds the street on a chain that stands at its genesis. */
export async function found(host: DrivenChain): Promise<void> {
  for (const [member, role] of [
    [ANNA, "citizen"],
    [BRUNO, "citizen"],
    [ALBA, "supplier"],
    [BREZZA, "supplier"],
    [CIMA, "supplier"],
  ] as const) {
    await act(host, OPERATOR, admitMember, {
      member,
      role,
      keys: [keyOf(member).publicKey],
      identity: identityOf(member, role),
    });
  }
  for (const [plant, owner] of [
    [PLANT_OF_ANNA, ANNA],
    [PLANT_OF_BRUNO, BRUNO],
  ] as const) {
    await act(host, OPERATOR, registerHomePlant, {
      plant,
      sheet: {
        owner,
        meterKey: meterOf(plant).publicKey,
        feeder: 1,
        solarPeakW: 6000,
        capacity: Wh(10_000n),
        chargePowerMaxW: 5000,
        dischargePowerMaxW: 5000,
      },
    });
  }
  for (const [member, name] of [
    [ALBA, "Alba Energia"],
    [BREZZA, "Brezza"],
  ] as const) {
    await act(host, OPERATOR, enrolEnergySupplier, { member, name });
    await act(host, OPERATOR, depositMoney, {
      member,
      amount: MicroEur(10_000_000n),
      reference: `opening ${member}`,
    });
    await act(host, member, publishDayRate, { day: TODAY, rate: MicroEurPerKwh(BigInt(RATE)) });
  }
}

/** The street as it was founded on the day before `NOON`, with today's rates; the chain's clock shows `NOON`. */
export async function foundStreet(chain = "street"): Promise<MemoryChain> {
  const memory = new MemoryChain(streetGenesis(chain));
  await found(memory);
  memory.time = NOON;
  return memory;
}

/** What a quarter hour did, in whole Wh; what it says nothing about did not happen. */
export type Doings = Partial<
  Omit<EnergyFlows, "solarToAccumulator" | "accumulatorToHome" | "accumulatorToGrid" | "gridToAccumulator">
> & {
  readonly solar?: Partial<StoreMovement>;
  readonly grid?: Partial<StoreMovement>;
};

/** A meter that goes on from quarter hour to quarter hour. */
export class Meter {
  readonly plant: number;
  next: UnixSeconds;
  solarWh = 0;
  gridWh = 0;

  constructor(plant: number, first: UnixSeconds) {
    this.plant = plant;
    this.next = first;
  }

  reading(doings: Doings = {}): Reading {
    const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
    const storedSolar = { ...still, ...doings.solar };
    const storedGrid = { ...still, ...doings.grid };
    this.solarWh += storedSolar.chargedWh - storedSolar.usedWh - storedSolar.exportedWh - storedSolar.lostWh;
    this.gridWh += storedGrid.chargedWh - storedGrid.usedWh - storedGrid.exportedWh - storedGrid.lostWh;
    const intervalStart = this.next;
    this.next += QUARTER_HOUR_S;
    return {
      plant: this.plant,
      intervalStart,
      flows: {
        solarToHome: doings.solarToHome ?? 0,
        solarToAccumulator: storedSolar.chargedWh,
        solarToGrid: doings.solarToGrid ?? 0,
        accumulatorToHome: storedSolar.usedWh + storedGrid.usedWh,
        accumulatorToGrid: storedSolar.exportedWh + storedGrid.exportedWh,
        gridToHome: doings.gridToHome ?? 0,
        gridToAccumulator: storedGrid.chargedWh,
      },
      storedSolar,
      storedGrid,
      closingSolarWh: this.solarWh,
      closingGridWh: this.gridWh,
    };
  }

  signed(doings: Doings = {}, chain = "street"): SignedReading {
    return signReading(chain, this.reading(doings), meterOf(this.plant));
  }
}

/** A sale that Anna signs: so many Wh to Alba at today's rate. */
export function saleOf(energyWh: number, id: number) {
  return {
    kind: authoriseEnergySale,
    body: {
      sale: new Uint8Array(16).fill(id),
      plant: PLANT_OF_ANNA,
      supplier: ALBA,
      day: TODAY,
      rate: MicroEurPerKwh(BigInt(RATE)),
      fee: DEFAULT_PARAMETERS.saleFee,
      energy: Wh(BigInt(energyWh)),
    },
  };
}

export const DIRECTORY: Directory = {
  member: (number) =>
    (
      ({
        [OPERATOR]: { name: "Contrada Olmo", address: null, role: "operator" },
        [ANNA]: { name: "Casa Anna", address: "Via dell’Olmo 2", role: "citizen" },
        [BRUNO]: { name: "Casa Bruno", address: "Via dell’Olmo 4", role: "citizen" },
      }) as const
    )[number],
  plant: (number) =>
    number > 2
      ? undefined
      : { name: `Casa ${number}`, address: `Via dell’Olmo ${2 * number}`, microgrid: "Olmo", feeder: 1 },
};

export const MAP: MicrogridMap = {
  name: "Olmo",
  width: 100,
  height: 100,
  streets: [],
  feeders: [],
  transformer: { x: 50, y: 50, ratedVa: 100_000 },
  homes: [],
};

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "contrada-platform-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A platform on a free port of the loopback, over the street. Close it with `close`. */
export async function openStreet(
  options: Partial<PlatformOptions> & { readonly memory?: MemoryChain } = {},
): Promise<{ readonly memory: MemoryChain; readonly platform: OperatedPlatform; close(): Promise<void> }> {
  const memory = options.memory ?? (await foundStreet());
  const folder = temporaryFolder();
  const platform = await openPlatform({
    host: memory,
    folder: folder.path,
    port: 0,
    community: { name: "Contrada Olmo", homes: 2 },
    operator: { member: OPERATOR, signer: keyOf(OPERATOR) },
    directory: DIRECTORY,
    map: MAP,
    importPrice: (time) => (time % 86_400 < 43_200 ? 200_000 : 310_000),
    durable: false,
    ...options,
  });
  return {
    memory,
    platform,
    async close() {
      await platform.close();
      folder.remove();
    },
  };
}

/** Signs in with a key and answers with the token. */
export async function tokenFor(url: string, chain: string, signer: Signer): Promise<string> {
  const client = createClient((input, init) => fetch(input, init), url);
  const publicKey = toHex(signer.publicKey);
  const { challenge } = await client.call("POST /v1/session/challenge", { body: { publicKey } });
  const signature = toHex(signer.sign(signInHash(chain, fromHex(challenge)!)));
  const session = await client.call("POST /v1/session", {
    body: { publicKey, challenge, signature, bearer: true },
  });
  return session.token!;
}

export async function clientFor(url: string, member: number, chain = "street"): Promise<Client> {
  const token = await tokenFor(url, chain, keyOf(member));
  return createClient((input, init) => fetch(input, init), url, token);
}

/** For `assert.rejects`: the platform refused with this code. */
export function refusedWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ProblemError && error.problem.code === code;
}
