/**
 * Several validators: the real application of each on a disk of its own, and in the place of CometBFT, which
 * is a program of its own and not simulated, an oracle that asks what CometBFT asks in the order that it
 * promises to keep:
 *
 * - a handshake at each start: Info, InitChain where nothing is there, and every decided block that the
 *   application lacks;
 * - CheckTx of what clients and neighbours hand in, PrepareProposal of a proposer, ProcessProposal of all, as
 *   many rounds as it takes; FinalizeBlock and Commit, with the mempool locked; then a recheck of what waits;
 * - either process may end at any moment, both keep what they had made durable.
 *
 * Left out: how consensus comes about. Which block is decided is drawn; that all agree on it is taken for
 * granted.
 */
import {
  CheckTxType,
  MisbehaviorType,
  type Request,
  type Response,
  ResponseApplySnapshotChunk_Result,
  ResponseOfferSnapshot_Result,
  type Snapshot,
  type ValidatorUpdate,
} from "cosmjs-types/tendermint/abci/types";
import { equalBytes, toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import { ChainApp, type ChainBlock } from "#chain/app.ts";
import { STATUS, statusOf } from "#ledger/status.ts";
import { decodeTransaction, signingHash, type Transaction } from "#ledger/transaction.ts";
import { MISBEHAVIOURS, type Misbehaviour } from "#market/evidence.ts";
import { validatorAddress } from "#market/organisation.ts";
import { validatorSetOf } from "#market/validator-set.ts";
import { CometApplication, OVERLOADED } from "#node/comet/application.ts";
import { DECIDED_LOG_FILE } from "#node/comet/restart.ts";
import { NodeFault } from "#node/fault.ts";
import { ALBA } from "../support/chain-bench.ts";
import { type Asking, genesisFileOf, initChainOf, requestOf } from "./abci.ts";
import { Checker } from "./checker.ts";
import { SimulatedDisk } from "./disk.ts";
import type { Profile } from "./profile.ts";
import type { Scene } from "./requests.ts";
import { judge, nameOf } from "./signatures.ts";
import { ORGANISATIONS, type Street, validatorSigner } from "./street.ts";
import { type Asked, Workload } from "./workload.ts";
import type { Life, World } from "./world.ts";

interface DecidedBlock {
  readonly height: number;
  readonly time: UnixSeconds;
  /** CometBFT's. */
  readonly hash: Uint8Array;
  readonly transactions: readonly Uint8Array[];
  readonly codes: readonly number[];
  readonly stateRoot: Uint8Array;
  /** Evidence that came with it. */
  readonly misbehaviour: readonly Misbehaviour[];
  /** Keys of the validators that CometBFT knows after it. */
  readonly validators: readonly string[];
}

/** What a block may hold; a transaction has some 200 bytes. */
const BLOCK_BYTES = [500, 1_500, 4_000];
const ACCEPT = 1;

export class Network {
  readonly world: World;
  readonly street: Street;
  readonly profile: Profile;
  readonly workload: Workload;
  readonly decided: DecidedBlock[] = [];
  readonly validators: readonly Validator[];
  /** Chain seconds that passed beside the world's clock. */
  leapt = 0;
  /** No more faults: what is broken heals, and everybody has to catch up. */
  calm = false;
  done = false;
  #inOpening = true;
  /** Too much was broken for too long: let them come up. */
  #breather = false;
  /** The same blocks under the embedded engine: what every validator is held against. */
  readonly #reference: ChainApp;
  readonly #checker: Checker;
  #waiting: (() => void)[] = [];
  /** All that clients asked for, in order. */
  readonly #asked: Uint8Array[] = [];
  readonly #made = new Map<Uint8Array | undefined, Asked>();

  constructor(world: World, street: Street, profile: Profile) {
    this.world = world;
    this.street = street;
    this.profile = profile;
    this.workload = new Workload(world, street, profile.realSignatures);
    this.#reference = new ChainApp(street.genesis);
    this.#checker = new Checker(world, "the network", this.#reference, this.workload.made);
    this.validators = Array.from({ length: profile.validators }, (_, i) => new Validator(this, i));
  }

  get height(): number {
    return this.decided.length;
  }

  get reference(): ChainApp {
    return this.#reference;
  }

  /** Of a clock that is right. */
  time(): UnixSeconds {
    return this.street.genesis.time + this.leapt + Math.floor(this.world.now / 1000);
  }

  start(): void {
    for (const validator of this.validators) {
      // The making of a folder is short, and worth an end in its midst.
      if (this.world.happens(1, 4)) validator.dieSoon("kill", 20);
      validator.start();
    }
    this.#run(this.#consensus());
    this.#run(this.#clients());
    this.#run(this.#mischief());
  }

  /** Resolves when the next block is decided. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #run(work: Promise<void>): void {
    work.catch((cause) => this.world.fail(cause));
  }

  async #consensus(): Promise<void> {
    const { world, profile, street } = this;
    for (const { time, transactions } of street.opening) {
      await world.sleep(world.between(100, 1_500), "a block of the opening");
      this.#decide(time, world.random.bytes(32), transactions);
    }
    this.#inOpening = false;
    this.leapt = street.noon - street.genesis.time;
    while (this.height < profile.heights) {
      this.#leap();
      await this.#height();
      if (this.height === profile.replaceAt) world.pick(this.validators).replace();
    }
    this.calm = true;
    await this.#recovery();
    this.done = true;
  }

  /** Everybody comes back, and a transaction that is right gets into a block. */
  async #recovery(): Promise<void> {
    const { world } = this;
    await world.sleep(30_000, "calm");
    let asked: Asked | undefined;
    for (let i = 0; i < 12; i++) {
      if (asked === undefined || i % 4 === 3) {
        asked = this.workload.plain(this.scene());
        for (const validator of this.validators) validator.receive(asked.bytes, asked.forged);
      }
      await this.#height();
      if (this.#checker.holds(asked.id)) break;
      if (i === 11) throw new Error("a transaction that is right does not get into any block");
    }
    await world.sleep(60_000, "all caught up");
    for (const validator of this.validators) {
      world.expect(validator.committed === this.height && validator.isUp, () => {
        return `validator ${validator.index} stays at block ${validator.committed} of ${this.height}`;
      });
    }
  }

  /** The hours between two blocks of a town's day need not be lived through. */
  #leap(): void {
    const { world } = this;
    const roll = world.random.integer(20);
    if (roll < 6) this.leapt += world.between(1, 600);
    else if (roll < 14) this.leapt += 900;
    else if (roll < 15) this.leapt += world.between(3_600, 86_400);
  }

  /** One height: rounds until a proposal is decided. */
  async #height(): Promise<void> {
    const { world } = this;
    for (let round = 0; ; round++) {
      await world.sleep(world.between(300, 1_500), "a round");
      this.#breather = round > 25;
      if (round > 400) throw new Error(`no block ${this.height + 1} in ${round} rounds`);
      const ready = this.validators.filter((one) => one.isUp && one.committed === this.height);
      if (3 * ready.length <= 2 * this.validators.length) continue;
      const proposer = world.pick(ready);
      const time = this.#blockTime();
      const honest = !world.happens(this.calm ? 0 : this.profile.byzantine, 100);
      const transactions = honest ? await proposer.propose(world.pick(BLOCK_BYTES)) : this.#nonsense();
      if (transactions === undefined) continue;
      const hash = world.random.bytes(32);
      const verdicts = await Promise.all(
        ready.map((one) => one.judgeProposal(this.height + 1, time, hash, transactions)),
      );
      const given = verdicts.filter((verdict) => verdict !== undefined);
      world.expect(new Set(given).size <= 1, () => `validators differ on a proposal: ${given}`);
      world.expect(!honest || given.every((verdict) => verdict), () => "an honest proposal is rejected");
      const wellFormed = transactions.every((bytes) => decodeTransaction(bytes).ok);
      const signed = !transactions.some((bytes) => this.workload.made.get(nameOf(bytes)) === true);
      world.expect(
        given.every((verdict) => verdict === (wellFormed && signed)),
        () => "a proposal is misjudged",
      );
      if (3 * given.length <= 2 * this.validators.length) continue;
      // Where too many are dishonest, what nobody signed is decided all the same, and has to do no harm.
      const forced = wellFormed && !signed && world.happens(2, 3);
      if (forced) world.count("blocks decided against the rules");
      else if (given[0] !== true) continue;
      if (!this.calm && world.happens(1, 12)) {
        world.count("rounds without a decision");
        continue;
      }
      this.#decide(time, hash, transactions);
      return;
    }
  }

  /** The median of the clocks, never back. */
  #blockTime(): UnixSeconds {
    const clocks = this.validators.map((one) => one.clock()).sort((a, b) => a - b);
    return Math.max(clocks[clocks.length >> 1]!, this.#reference.time);
  }

  /** What a proposer without honesty proposes: anything that was ever seen, twice, and bytes that mean nothing. */
  #nonsense(): Uint8Array[] {
    const { world } = this;
    world.count("byzantine proposals");
    const seen = this.validators.flatMap((one) => one.waiting());
    const old = this.decided.flatMap(({ transactions }) => transactions);
    const chosen: Uint8Array[] = [];
    for (let i = world.between(0, 6); i > 0; i--) {
      const from = world.pick([seen, old, chosen, this.#asked]);
      if (from.length > 0) chosen.push(world.pick(from));
    }
    for (let i = world.between(0, 2); i > 0; i--) chosen.push(this.workload.next(this.scene()).bytes);
    if (world.happens(1, 3)) chosen.push(world.random.bytes(world.between(0, 200)));
    return chosen;
  }

  #decide(time: UnixSeconds, hash: Uint8Array, transactions: readonly Uint8Array[]): void {
    const { world } = this;
    const app = this.#reference;
    const misbehaviour = this.#inOpening ? [] : this.#evidence();
    const block = app.open(time, misbehaviour);
    const done = transactions.map((bytes) => ({ bytes, status: STATUS[execute(block, bytes, "counts")] }));
    const produced = app.produce(block, done, this.street.producer);
    produced.commit();
    const { stateRoot } = app;
    const height = app.height;
    const numbers = done.map(({ status }) => status);
    const validators = validatorSetOf(block.state).map(toHex);
    this.decided.push({
      ...{ height, time, hash, transactions, codes: numbers, stateRoot },
      ...{ misbehaviour, validators },
    });
    const codes = done.map(({ status }) => statusOf(status)).join(" ");
    world.note(`block ${height} at ${time}: ${codes} → ${toHex(stateRoot.subarray(0, 8))}`);
    world.count("blocks");
    this.#checker.check({ height, misbehaviour, transactions: done }, true);
    this.#strike(height, produced.events.length > 0);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Somebody ends where it matters: when deadlines fall due, and while snapshots are written. */
  #strike(height: number, deadlines: boolean): void {
    const { world, profile } = this;
    if (this.calm || this.#breather || profile.mischiefMs > 100_000) return;
    if (deadlines && world.happens(1, 4)) {
      world.count("ends at deadlines");
      world.pick(this.validators).dieSoon(world.happens(1, 2) ? "kill" : "power");
    } else if (height % profile.snapshotEvery === 0 && world.happens(1, 4)) {
      world.count("ends at snapshots");
      world.pick(this.validators).dieSoon(world.happens(1, 2) ? "kill" : "power", 12);
    }
  }

  /** What CometBFT saw its validators do: of those now, of former ones, of nobody's; also once more. */
  #evidence(): Misbehaviour[] {
    const { world } = this;
    if (!world.happens(this.profile.byzantine, 150)) return [];
    return Array.from({ length: world.between(1, 2) }, () => {
      const old = this.decided.flatMap(({ misbehaviour }) => misbehaviour);
      if (old.length > 0 && world.happens(1, 4)) return world.pick(old);
      const key = validatorSigner(world.pick([...ORGANISATIONS, ALBA]), world.random.integer(2)).publicKey;
      return {
        address: world.happens(1, 10) ? world.random.bytes(20) : validatorAddress(key),
        height: world.between(1, this.height),
        kind: world.pick(MISBEHAVIOURS),
      };
    });
  }

  /** What the state holds now, for whoever makes a transaction. */
  scene(): Scene {
    return { view: this.#reference.view(), time: this.time() };
  }

  /** People and their apps: a message may come late, twice, to several validators, or never. */
  async #clients(): Promise<void> {
    const { world, profile } = this;
    while (!this.calm) {
      await world.sleep(world.between(20, profile.clientMs), "somebody asks");
      if (this.#inOpening) continue;
      const again = this.#asked.length > 0 && world.happens(1, 10);
      const bytes = again ? world.pick(this.#asked) : undefined;
      const asked = this.#made.get(bytes) ?? this.workload.next(this.scene());
      this.#asked.push(asked.bytes);
      this.#made.set(asked.bytes, asked);
      world.note(`asks: ${asked.what} of ${asked.sender}, ${asked.id.slice(0, 12)}`);
      if (world.happens(1, 12)) this.workload.forget(asked.sender);
      for (let copies = world.happens(1, 6) ? 2 : 1; copies > 0; copies--) {
        if (world.happens(profile.loss, 100)) continue;
        const validator = world.pick(this.validators);
        const ms = world.happens(1, 10) ? world.between(500, 5_000) : world.between(1, 50);
        world.after(ms, `arrives at ${validator.index}`, () => {
          validator.receive(asked.bytes, asked.forged);
        });
      }
    }
  }

  /** What breaks: processes, machines, disks, clocks, lines. */
  async #mischief(): Promise<void> {
    const { world, profile } = this;
    while (!this.calm) {
      await world.sleep(world.between(200, 2 * profile.mischiefMs), "mischief");
      if (this.calm) break;
      if (this.#breather) continue;
      const validator = world.pick(this.validators);
      const roll = world.random.integer(100);
      if (roll < 25) validator.crash("kill");
      else if (roll < 45) validator.crash("power");
      else if (roll < 65) validator.dieSoon(world.happens(1, 2) ? "kill" : "power");
      else if (roll < 74) validator.restartEngine();
      else if (roll < 82) validator.pause(world.between(1_000, 15_000));
      else if (roll < 88) validator.skew = world.between(-400, 400);
      else if (roll < 96) {
        if (profile.rot) validator.crash("rot");
      } else if (profile.stateSync) validator.replace();
    }
    for (const validator of this.validators) validator.heal();
  }
}

/** Executes bytes as the reference does. */
function execute(block: ChainBlock, bytes: Uint8Array, refused: "counts" | "leaves no trace") {
  const decoded = decodeTransaction(bytes);
  return decoded.ok ? executed(block, decoded.value, refused) : "malformed";
}

function executed(block: ChainBlock, transaction: Transaction, refused: "counts" | "leaves no trace") {
  const signed = () =>
    judge(transaction.publicKey, signingHash(transaction), transaction.signature) === "valid";
  return block.execute(transaction, signed, refused).status;
}

const FOLDER = "/home";
const GENESIS_FILE = "/config/genesis.json";

class Validator {
  readonly index: number;
  /** Height of the last Commit that was answered. */
  committed = 0;
  /** Seconds that its clock is off. */
  skew = 0;
  readonly #network: Network;
  readonly #world: World;
  readonly #disk: SimulatedDisk;
  #app: CometApplication | undefined;
  #process: Life = { alive: false };
  #engine: Life = { alive: false };
  #up = false;
  #pausedUntil = 0;
  /** The application promised to have at least this. */
  #promised = 0;
  /** Blocks that its CometBFT has in its own store. */
  #stored = 0;
  /** What happens to the machine when the process ends by itself. */
  #ends: "kill" | "power" = "kill";
  /** Its last life ended, and the page cache stayed. */
  #killed = false;
  /** The block that it began with, from a state of others; 0 = the genesis. */
  #base = 0;
  /** A new machine that has no state yet. */
  #syncs = false;
  /** A bit turned over since it ended. */
  #rotten = false;
  /** One turned over since its folder was made. */
  #everRotten = false;
  /** One turned over before it began. */
  #wasRotten = false;
  readonly #mempool = new Map<string, Uint8Array>();
  readonly #seen = new Set<string>();
  #doors: { bytes: Uint8Array; forged: boolean; request: Request }[] = [];
  #locked = false;
  #doorBusy = false;
  #doorOpens: (() => void) | undefined;
  /** The block that waiting transactions make, by the reference. */
  #shadow: ChainBlock | undefined;
  /** It does not know all that waits. */
  #shadowLost = false;
  /** When proposals were seen, and the time that what waits is checked at. */
  readonly #proposals = new Map<string, UnixSeconds>();
  #checkTime: UnixSeconds = 0;

  constructor(network: Network, index: number) {
    this.#network = network;
    this.#world = network.world;
    this.index = index;
    this.#disk = new SimulatedDisk(network.world);
    this.skew = network.world.between(-30, 30);
    this.#renew();
    if (network.profile.disk) Object.assign(this.#disk.faults, { syncFails: 12, full: 8 });
  }

  get isUp(): boolean {
    return this.#up && this.#world.now >= this.#pausedUntil;
  }

  clock(): UnixSeconds {
    return this.#network.time() + this.skew;
  }

  waiting(): Uint8Array[] {
    return [...this.#mempool.values()];
  }

  /** The application's process begins, then CometBFT's. */
  start(): void {
    const world = this.#world;
    const network = this.#network;
    const life: Life = { alive: true };
    this.#process = life;
    // What a killed process left unsynced shows when the power goes soon after.
    if (this.#killed && !network.calm && world.happens(1, 4)) this.dieSoon("power", 20);
    this.#killed = false;
    this.#promised = Math.max(this.#promised, this.committed);
    const storage = this.#disk.mount(life, () => this.#ended("it ended at an operation of its disk"));
    try {
      this.#app = new CometApplication({
        folder: FOLDER,
        ...(network.profile.stateSync && { genesisFile: GENESIS_FILE }),
        snapshotEvery: network.profile.snapshotEvery,
        wallMs: () => 1000 * this.clock(),
        storage,
        surroundings: world.surroundings(life),
        verdicts: 30,
        slowPath: { ofOneSender: 1, ofAll: 2 },
        most: { waiting: 12, unverified: 4 },
        note: (sentence) => world.note(`${this.index}: ${sentence}`),
      });
    } catch (error) {
      if (!life.alive) return;
      if (!this.#rotten || !(error instanceof NodeFault)) {
        this.#broken(error);
        return;
      }
      this.#stopped(error);
      return;
    }
    this.#wasRotten = this.#rotten;
    // One that knows no genesis yet opens its folder at InitChain.
    this.#rotten &&= this.#app.genesis === undefined;
    world.count("starts");
    this.#proposals.clear();
    this.#startEngine();
  }

  #startEngine(): void {
    const engine: Life = { alive: true };
    this.#engine = engine;
    this.#mempool.clear();
    this.#seen.clear();
    this.#doors = [];
    this.#locked = false;
    this.#doorBusy = false;
    this.#doorOpens = undefined;
    // An application that lives on keeps what waits until the next block.
    this.#shadow = undefined;
    this.#shadowLost = true;
    this.#follow(engine).catch((error) => {
      if (engine.alive) this.#broken(error);
    });
  }

  crash(kind: "kill" | "power" | "rot"): void {
    if (!this.#process.alive) return;
    this.#ends = kind === "kill" ? "kill" : "power";
    this.#process.alive = false;
    this.#ended(kind);
    if (kind === "rot") this.#rot();
  }

  /** The machine is lost, and another one with nothing on it takes its place. */
  replace(): void {
    if (!this.#process.alive || this.#network.validators.some((one) => one.#syncs)) return;
    this.#world.count("machines replaced");
    this.crash("power");
    this.#anew();
  }

  #anew(): void {
    this.#renew();
    this.#stored = 0;
    this.#promised = 0;
    this.committed = 0;
    this.#base = 0;
    // One that InitChain tells the genesis cannot be offered a state before that.
    this.#syncs = this.#network.profile.stateSync;
    this.#rotten = false;
    this.#everRotten = false;
  }

  #renew(): void {
    const { profile, street } = this.#network;
    const file = [GENESIS_FILE, genesisFileOf(street.genesis)] as const;
    this.#disk.renew(new Map(profile.stateSync ? [file] : []));
  }

  /** Ends within one of the next operations of the disk. */
  dieSoon(kind: "kill" | "power", within = 6): void {
    this.#ends = kind;
    this.#disk.dieIn(this.#world.between(1, within));
  }

  /** CometBFT alone begins anew; the application lives on. */
  restartEngine(): void {
    if (!this.#up || !this.#engine.alive) return;
    this.#world.note(`${this.index}: CometBFT restarts`);
    this.#world.count("restarts of the engine alone");
    this.#engine.alive = false;
    this.#up = false;
    const life = this.#process;
    this.#world.after(5_000, `CometBFT of ${this.index} is back`, () => this.#startEngine(), life);
  }

  /** A process that gets no time, or a line that carries nothing. */
  pause(ms: number): void {
    this.#pausedUntil = this.#world.now + ms;
  }

  heal(): void {
    this.#pausedUntil = 0;
    this.skew = 0;
    Object.assign(this.#disk.faults, { syncFails: 0, full: 0 });
    this.#disk.dieIn(Number.POSITIVE_INFINITY);
  }

  #ended(why: string): void {
    const world = this.#world;
    world.note(`${this.index}: ended (${why})`);
    world.count("crashes");
    this.#engine.alive = false;
    this.#up = false;
    this.#app = undefined;
    this.#killed = this.#ends === "kill";
    this.#disk.crash(this.#ends);
    this.#ends = "kill";
    world.after(world.between(200, 8_000), `${this.index} starts`, () => this.start());
  }

  /** Something was thrown: where a disk failed that is how it should be, and a supervisor starts it again. */
  #broken(error: unknown): void {
    // A bit that did no harm until InitChain came again, as in the text of the genesis that was told.
    const noticed = error instanceof NodeFault && ["state_lost", "genesis_differs"].includes(error.code);
    if (this.#everRotten && noticed) {
      this.#stopped(error);
      return;
    }
    if (!this.#disk.faulty) {
      this.#world.fail(new Error(`validator ${this.index} broke down: ${causeOf(error)}`, { cause: error }));
      return;
    }
    this.#process.alive = false;
    this.#ended(`its disk failed: ${error instanceof NodeFault ? error.code : "an error of the system"}`);
  }

  /** It says what is wrong with its folder and does not start: its keeper lets it begin anew. */
  #stopped(fault: NodeFault): void {
    this.#world.note(`${this.index}: ${fault.message}`);
    this.#world.count("rotten bits that a validator stops at");
    this.#process.alive = false;
    this.#ended(fault.code);
    this.#anew();
  }

  /** A bit turns over in what the application keeps. CometBFT hands over what goes by it. */
  #rot(): void {
    const world = this.#world;
    const files = this.#disk.paths().filter((path) => path.startsWith(FOLDER) && this.#disk.size(path) > 0);
    if (files.length === 0) return;
    const log = `${FOLDER}/${DECIDED_LOG_FILE}`;
    const path = files.includes(log) && world.happens(1, 2) ? log : world.pick(files);
    world.count("bits rotted");
    world.note(`${this.index}: a bit of ${path} turns over`);
    this.#disk.flip(path, world.random.integer(8 * this.#disk.size(path)));
    this.#rotten = true;
    this.#everRotten = true;
    this.#promised = this.#base;
    this.committed = 0;
  }

  /** A request on the consensus connection; never answered where either process ends meanwhile. */
  #ask(engine: Life, asking: Asking): Promise<Response> {
    const request = requestOf(asking);
    this.#app!.foresee(request);
    return this.#answer(engine, request);
  }

  #answer(engine: Life, request: Request): Promise<Response> {
    const app = this.#app!;
    return new Promise((resolve, reject) => {
      app.answer(request).then(
        (response) => engine.alive && this.#process.alive && resolve(response),
        (error) => engine.alive && this.#process.alive && reject(error),
      );
    });
  }

  async #follow(engine: Life): Promise<void> {
    const world = this.#world;
    const network = this.#network;
    await world.sleep(world.between(10, 500), `handshake of ${this.index}`, engine);
    if (this.#syncs) await this.#sync(engine);
    const info = (await this.#ask(engine, { info: {} })).info!;
    let height = Number(info.lastBlockHeight);
    world.note(`${this.index}: Info ${height}, CometBFT has ${this.#stored}`);
    world.expect(height <= this.#stored, () => `validator ${this.index} has block ${height}, undecided`);
    world.expect(
      height >= this.#promised,
      () => `validator ${this.index} promised block ${this.#promised} and has ${height}`,
    );
    this.#promised = height;
    const root = height === 0 ? new Uint8Array(0) : network.decided[height - 1]!.stateRoot;
    world.expect(equalBytes(info.lastBlockAppHash, root), () => `Info of ${this.index}: another app hash`);
    for (let at = this.#wasRotten ? 1 : Math.max(1, height - 2); at <= height; at++) {
      const kept = this.#app!.block(at);
      const { time, hash } = network.decided[at - 1]!;
      if (at <= this.#base) continue;
      world.expect(
        kept?.time === time && equalBytes(kept.hash, hash),
        () => `validator ${this.index} keeps another block ${at}`,
      );
    }
    if (height === 0) {
      await this.#ask(engine, initChainOf(network.street.genesis));
      this.#rotten = false;
    }
    while (height < this.#stored) height = await this.#apply(engine, height + 1);
    this.committed = height;
    this.#up = true;
    for (;;) {
      while (network.height === this.#stored || world.now < this.#pausedUntil) {
        if (network.height === this.#stored) await network.next();
        else await world.sleep(this.#pausedUntil - world.now, "a pause ends", engine);
        if (!engine.alive) return;
      }
      const ms = world.happens(1, 8) ? world.between(200, 3_000) : world.between(1, 100);
      await world.sleep(ms, `block ${this.#stored + 1} comes to ${this.index}`, engine);
      this.#stored += 1;
      height = await this.#apply(engine, this.#stored);
    }
  }

  /**
   * State sync as CometBFT goes about it: the newest snapshot that others have, held against the app hash that
   * the light client trusts, chunk by chunk from whoever has it; some of them do not tell the truth. Where it
   * comes to nothing the node begins with the genesis.
   */
  async #sync(engine: Life): Promise<void> {
    const world = this.#world;
    const network = this.#network;
    const others = network.validators.filter((one) => one !== this && one.isUp);
    const offers: { giver: Validator; snapshot: Snapshot }[] = [];
    for (const giver of others) {
      const listed = await giver.#inTime(giver.#ask(giver.#engine, { listSnapshots: {} }));
      for (const snapshot of listed?.listSnapshots?.snapshots ?? []) offers.push({ giver, snapshot });
      if (!engine.alive) return;
    }
    const known = offers.filter(({ snapshot }) => Number(snapshot.height) + 2 <= network.height);
    const newest = known.reduce((most, { snapshot }) => Math.max(most, Number(snapshot.height)), 0);
    const givers = known.filter(({ snapshot }) => Number(snapshot.height) === newest);
    world.note(`${this.index}: snapshots of ${newest} at ${givers.length}`);
    if (newest === 0) {
      if (this.#app!.height > 0) return this.#syncAnew();
      this.#syncs = false;
      return;
    }
    const names = new Set(givers.map(({ snapshot }) => toHex(snapshot.hash)));
    world.expect(names.size === 1, () => `snapshots of block ${newest} differ`);
    const { snapshot } = givers[0]!;
    const lied = world.happens(1, 4);
    // Somebody offers a state that is none: what the light client trusts is another app hash.
    const appHash = lied ? world.random.bytes(32) : network.decided[newest - 1]!.stateRoot;
    const { result } = (await this.#ask(engine, { offerSnapshot: { snapshot, appHash } })).offerSnapshot!;
    if (result !== ResponseOfferSnapshot_Result.ACCEPT) {
      const { height } = this.#app!;
      world.expect(height > 0, () => `validator ${this.index} refuses a good offer: ${result}`);
      return this.#syncAnew();
    }
    const { ACCEPT, RETRY } = ResponseApplySnapshotChunk_Result;
    for (let index = 0, tries = 0; index < snapshot.chunks; tries++) {
      const { giver } = world.pick(givers);
      const asked = { height: snapshot.height, format: snapshot.format, chunk: index };
      const loaded = giver.isUp
        ? await giver.#inTime(giver.#ask(giver.#engine, { loadSnapshotChunk: asked }))
        : undefined;
      if (!engine.alive) return;
      const chunk = Uint8Array.from(loaded?.loadSnapshotChunk?.chunk ?? []);
      const spoilt = chunk.length === 0 || world.happens(1, 4);
      if (spoilt && chunk.length > 0) chunk[world.random.integer(chunk.length)]! ^= 4;
      await world.sleep(world.between(1, 50), `chunk ${index} for ${this.index}`, engine);
      const sender = String(giver.index);
      // The state is there, and whether it is durable is another matter.
      if (index === snapshot.chunks - 1 && !network.calm && world.happens(1, 3)) this.dieSoon("power", 12);
      const applied = (await this.#ask(engine, { applySnapshotChunk: { index, chunk, sender } }))
        .applySnapshotChunk!;
      const last = index === snapshot.chunks - 1;
      world.note(`${this.index}: chunk ${index} of ${newest}: ${applied.result}`);
      if (spoilt) {
        world.count("spoilt chunks");
        world.expect(applied.result === RETRY, () => `a spoilt chunk is answered ${applied.result}`);
        if (tries > 30) break;
      } else if (lied && last) {
        const { REJECT_SNAPSHOT } = ResponseApplySnapshotChunk_Result;
        world.expect(applied.result === REJECT_SNAPSHOT, () => "a state of another app hash is taken");
        break;
      } else {
        world.expect(applied.result === ACCEPT, () => `a good chunk is answered ${applied.result}`);
        index += 1;
      }
    }
    this.#syncs = false;
    const { height } = this.#app!;
    if (height === 0) return;
    world.expect(height === newest && !lied, () => `validator ${this.index} synced to block ${height}`);
    world.count("state syncs");
    // From here on CometBFT knows of it too.
    this.#base = newest;
    this.#stored = newest;
  }

  /** It ended between its state and CometBFT's: the one has a block that the other does not know of. */
  #syncAnew(): Promise<void> {
    this.#world.count("state syncs begun anew");
    this.crash("power");
    this.#anew();
    return new Promise(() => {});
  }

  async #apply(engine: Life, height: number): Promise<number> {
    const world = this.#world;
    const block = this.#network.decided[height - 1]!;
    const { time, hash, transactions, codes, stateRoot } = block;
    const misbehavior = block.misbehaviour.map(told);
    const txs = transactions.map((bytes) => bytes.slice());
    const done = (
      await this.#ask(engine, {
        finalizeBlock: {
          ...{ height: BigInt(height), time: { seconds: BigInt(time), nanos: 0 }, hash, txs },
          misbehavior,
        },
      })
    ).finalizeBlock!;
    const where = `block ${height} at validator ${this.index}`;
    const given = done.txResults.map(({ code }) => code);
    world.note(`${where}: ${given} → ${toHex(done.appHash.subarray(0, 8))}`);
    world.expect(given.join() === codes.join(), () => `${where}: codes ${given} instead of ${codes}`);
    world.expect(equalBytes(done.appHash, stateRoot), () => `${where}: another app hash`);
    this.#compareValidators(block, done.validatorUpdates);
    world.expect(this.#app!.height === height - 1, () => `${where}: FinalizeBlock changed what is committed`);
    await world.sleep(world.random.integer(3), `Commit of ${this.index}`, engine);
    this.#locked = true;
    while (this.#doorBusy) await new Promise<void>((resolve) => (this.#doorOpens = resolve));
    await this.#ask(engine, { commit: {} });
    this.committed = height;
    this.#promised = height;
    world.expect(
      this.#app!.height === height && equalBytes(this.#app!.view()!.stateRoot, stateRoot),
      () => `${where}: not committed`,
    );
    this.#shadow = undefined;
    this.#shadowLost = false;
    this.#checkTime = Math.max(time, this.#proposals.get(toHex(hash)) ?? 0);
    this.#proposals.clear();
    for (const bytes of transactions) {
      this.#mempool.delete(nameOf(bytes));
      this.#seen.add(nameOf(bytes));
    }
    const waiting = [...this.#mempool];
    for (const [name, bytes] of waiting) {
      const { code } = (
        await this.#ask(engine, { checkTx: { tx: bytes.slice(), type: CheckTxType.RECHECK } })
      ).checkTx!;
      this.#compareCheck(bytes, code, "recheck");
      if (code !== 0) this.#mempool.delete(name);
    }
    this.#locked = false;
    if (this.#up) this.#door(engine);
    return height;
  }

  /** What CometBFT makes of what it is told: the set that the reference has, a step at a time, never empty. */
  #compareValidators({ height, validators }: DecidedBlock, updates: readonly ValidatorUpdate[]): void {
    const { decided, world } = this.#network;
    const before = decided[height - 2]?.validators ?? foundersOf(this.#network.street);
    const set = new Set(before);
    const where = () => `block ${height} at validator ${this.index}`;
    for (const { pubKey, power } of updates) {
      const key = toHex(pubKey?.ed25519 ?? new Uint8Array(0));
      world.expect(
        set.has(key) === (power === 0n),
        () => `${where()}: an update of a validator changes nothing`,
      );
      if (power === 0n) set.delete(key);
      else set.add(key);
    }
    if (updates.length > 0) world.count("validator updates", updates.length);
    const same = [...set].sort().join() === validators.join();
    world.expect(
      same && set.size > 0,
      () => `${where()}: the validators are ${[...set].map(short)} instead of ${validators.map(short)}`,
    );
    world.expect(3 * updates.length <= Math.max(3, before.length), () => `${where()}: too many come and go`);
  }

  /** A transaction from a client or a neighbour. */
  receive(bytes: Uint8Array, forged: boolean): void {
    if (!this.isUp) return;
    const name = nameOf(bytes);
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const request = requestOf({ checkTx: { tx: bytes.slice(), type: CheckTxType.NEW } });
    this.#app!.foresee(request);
    this.#doors.push({ bytes, forged, request });
    if (!this.#locked) this.#door(this.#engine);
  }

  #door(engine: Life): void {
    if (this.#doorBusy) return;
    this.#doorBusy = true;
    this.#judgeAtTheDoor(engine).catch((error) => {
      if (engine.alive) this.#broken(error);
    });
  }

  async #judgeAtTheDoor(engine: Life): Promise<void> {
    const world = this.#world;
    for (let next = this.#doors.shift(); next !== undefined; next = this.#doors.shift()) {
      const { bytes, forged, request } = next;
      const { code } = (await this.#answer(engine, request)).checkTx!;
      world.note(`${this.index}: CheckTx ${code}`);
      world.count(code === 0 ? "let in" : "turned away");
      world.count(`status ${code === OVERLOADED ? "overloaded" : statusOf(code)}`);
      world.expect(!forged || code !== 0, () => `validator ${this.index} lets a forged transaction in`);
      this.#compareCheck(bytes, code, "check");
      const name = nameOf(bytes);
      if (code !== 0) {
        this.#seen.delete(name);
        const refused = decodeTransaction(bytes);
        if (refused.ok && world.happens(3, 4)) this.#network.workload.forget(refused.value.sender);
      } else {
        this.#mempool.set(name, bytes);
        for (const other of this.#network.validators) {
          if (other === this || world.happens(1, 10)) continue;
          const ms = world.between(1, 200);
          world.after(ms, `gossip to ${other.index}`, () => other.receive(bytes, forged), engine);
        }
      }
      if (this.#locked) break;
    }
    this.#doorBusy = false;
    this.#doorOpens?.();
    this.#doorOpens = undefined;
  }

  /** The reference keeps the same queue, as long as it is at the same block. */
  #compareCheck(bytes: Uint8Array, code: number, what: string): void {
    if (code === OVERLOADED || this.#app === undefined) return;
    const { reference } = this.#network;
    if (reference.height !== this.#app.height) this.#shadowLost = true;
    if (this.#shadowLost) return;
    this.#shadow ??= reference.open(this.#checkTime);
    const status = execute(this.#shadow, bytes, "leaves no trace");
    this.#world.count("checks compared");
    this.#world.expect(
      STATUS[status] === code,
      () => `validator ${this.index}: ${what} says ${statusOf(code)} instead of ${status}`,
    );
  }

  /** What it proposes; `undefined` where it does not answer in time. */
  async propose(maxTxBytes: number): Promise<Uint8Array[] | undefined> {
    const txs = this.waiting();
    const request = { prepareProposal: { maxTxBytes: BigInt(maxTxBytes), txs } };
    const response = await this.#inTime(this.#ask(this.#engine, request));
    if (response === undefined) return undefined;
    const chosen = response.prepareProposal!.txs;
    const size = chosen.reduce((sum, bytes) => sum + bytes.length, 0);
    this.#world.expect(size <= maxTxBytes, () => `validator ${this.index} proposes ${size} bytes`);
    return chosen.map((bytes) => new Uint8Array(bytes));
  }

  async judgeProposal(
    height: number,
    time: UnixSeconds,
    hash: Uint8Array,
    transactions: readonly Uint8Array[],
  ): Promise<boolean | undefined> {
    if (!this.isUp || this.committed !== height - 1) return undefined;
    this.#proposals.set(toHex(hash), this.clock());
    const txs = transactions.map((bytes) => bytes.slice());
    const asked = { height: BigInt(height), time: { seconds: BigInt(time), nanos: 0 }, hash, txs };
    const response = await this.#inTime(this.#ask(this.#engine, { processProposal: asked }));
    return response && response.processProposal!.status === ACCEPT;
  }

  /** An answer, or `undefined` where it does not come: its giver may have ended. */
  #inTime<T>(answer: Promise<T>): Promise<T | undefined> {
    const engine = this.#engine;
    return Promise.race([
      answer.catch((error) => {
        if (engine.alive) this.#broken(error);
        return undefined;
      }),
      this.#world.sleep(800, "out of time").then(() => undefined),
    ]);
  }
}

/** In CometBFT's form. */
function told({ address, height, kind }: Misbehaviour) {
  const { DUPLICATE_VOTE, LIGHT_CLIENT_ATTACK } = MisbehaviorType;
  return {
    type: kind === "duplicate_vote" ? DUPLICATE_VOTE : LIGHT_CLIENT_ATTACK,
    validator: { address, power: 1n },
    height: BigInt(height),
    time: { seconds: 0n, nanos: 0 },
    totalVotingPower: 4n,
  };
}

function short(key: string): string {
  return key.slice(0, 6);
}

function foundersOf({ genesis }: Street): string[] {
  return genesis.founders
    .flatMap(({ validator }) => (validator === undefined ? [] : [toHex(validator)]))
    .sort();
}

function causeOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
