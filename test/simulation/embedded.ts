/**
 * The embedded node on a simulated disk, with clients that remember what they were told. It ends again and
 * again, in the middle of whatever it does; after each start everything that was acknowledged is where it
 * was, and no block that was ever shown is another one now. At the end its blocks are gone through with the
 * checker's own model, and handed to a fresh application under CometBFT, which has to come to the same roots.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import { ChainApp } from "#chain/app.ts";
import type { StoredBlock } from "#chain/host.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, signingHash, transactionId } from "#ledger/transaction.ts";
import { CometApplication } from "#node/comet/application.ts";
import { NodeFault } from "#node/fault.ts";
import { type EmbeddedNode, openNode } from "#node/node.ts";
import type { Storage } from "#node/storage.ts";
import { type Asking, initChainOf, requestOf } from "./abci.ts";
import { Checker } from "./checker.ts";
import { SimulatedDisk } from "./disk.ts";
import type { Profile } from "./profile.ts";
import { judge } from "./signatures.ts";
import type { Street } from "./street.ts";
import { type Asked, Workload } from "./workload.ts";
import type { Life, World } from "./world.ts";

const FOLDER = "/node";
const BLOCKS = 10;

export class Embedded {
  done = false;
  readonly #world: World;
  readonly #street: Street;
  readonly #profile: Profile;
  readonly #workload: Workload;
  readonly #disk: SimulatedDisk;
  #life: Life = { alive: false };
  #node: EmbeddedNode | undefined;
  #ends: "kill" | "power" = "kill";
  /** Its last life ended, and the page cache stayed. */
  #killed = false;
  #leapt = 0;
  #skew = 0;
  #opened = false;
  #calm = false;
  /** Hash of each block that anyone was shown. */
  readonly #shown: string[] = [];
  /** Where an acknowledged transaction stands, by its id. */
  readonly #acknowledged = new Map<string, string>();
  /** A bit that turned over since the last start. */
  #rotten: { readonly path: string; readonly bit: number } | undefined;
  #rotNext = false;
  #everRotten = false;

  constructor(world: World, street: Street, profile: Profile) {
    this.#world = world;
    this.#street = street;
    this.#profile = profile;
    this.#workload = new Workload(world, street, profile.realSignatures);
    this.#disk = new SimulatedDisk(world);
    if (profile.disk) Object.assign(this.#disk.faults, { syncFails: 8, full: 6 });
  }

  start(): void {
    // The making of a folder is short, and worth an end in its midst.
    if (this.#world.happens(1, 3)) this.#disk.dieIn(this.#world.between(1, 25));
    this.#begin();
    this.#run(this.#clients());
    this.#run(this.#mischief());
  }

  #run(work: Promise<void>): void {
    work.catch((cause) => this.#world.fail(cause));
  }

  #time(): UnixSeconds {
    return this.#street.genesis.time + this.#leapt + this.#skew + Math.floor(this.#world.now / 1000);
  }

  #begin(): void {
    const life: Life = { alive: true };
    this.#life = life;
    if (this.#rotNext) this.#rot();
    // What a killed process left unsynced shows when the power goes soon after.
    if (this.#killed && !this.#calm && this.#world.happens(1, 3)) {
      this.#ends = "power";
      this.#disk.dieIn(this.#world.between(2, 25));
    }
    this.#killed = false;
    this.#live(life).catch((error) => {
      if (life.alive) this.#broken(error);
    });
  }

  async #live(life: Life): Promise<void> {
    const world = this.#world;
    const storage = this.#disk.mount(life, () => this.#ended("ended at an operation of its disk"));
    const node = await this.#open(life, storage);
    if (!life.alive) return;
    this.#rotten = undefined;
    this.#node = node;
    world.count("starts of the embedded node");
    world.note(`node: open at block ${node.view().height}`);
    this.#check(node);
    node.onBlock(({ height, hash, transactions }) => {
      if (!life.alive) return;
      world.count("blocks of the embedded node");
      world.note(`node: block ${height} of ${transactions.length} → ${toHex(hash.subarray(0, 8))}`);
      world.expect(height === this.#shown.length + 1, () => `the node shows block ${height}`);
      this.#shown.push(toHex(hash));
    });
    if (!this.#opened) await this.#opening(node, life);
  }

  #open(life: Life, storage: Storage): Promise<EmbeddedNode> {
    const world = this.#world;
    return openNode({
      folder: FOLDER,
      genesis: this.#street.genesis,
      producer: this.#street.producer,
      now: () => this.#time(),
      blockIntervalMs: this.#profile.blockMs,
      storage,
      surroundings: world.surroundings(life),
      limits: {
        inFlight: { transactions: 40, bytes: 30_000, ofOneSender: 30 },
        block: { transactions: 8, bytes: 3_000 },
        verifying: 3,
        slowPath: { ofOneSender: 2, ofAll: 6 },
        snapshotEvery: { blocks: 3, transactions: 1_000 },
      },
      note: (sentence) => {
        if (!life.alive) return;
        world.note(`node: ${sentence}`);
        world.expect(
          this.#everRotten || !sentence.startsWith("passed over the snapshot"),
          () => `a snapshot that nothing damaged: ${sentence}`,
        );
      },
      failed: (fault) => {
        if (life.alive) this.#broken(fault);
      },
    });
  }

  /** What was shown once is there, and what was acknowledged stands where it was said to stand. */
  #check(node: EmbeddedNode): void {
    const world = this.#world;
    const { height } = node.view();
    world.expect(
      height >= this.#shown.length,
      () => `the node has ${height} of ${this.#shown.length} blocks`,
    );
    const places = new Map<string, string>();
    for (let at = 1; at <= height; at++) {
      const block = node.block(at)!;
      const hash = toHex(block.hash);
      const before = (this.#shown[at - 1] ??= hash);
      world.expect(before === hash, () => `block ${at} of the node is another one now`);
      for (const [index, { id }] of block.transactions.entries()) {
        const name = toHex(id);
        world.expect(!places.has(name), () => `transaction ${name} stands in the chain twice`);
        places.set(name, `${at}/${index}`);
      }
    }
    for (const [id, place] of this.#acknowledged) {
      world.expect(
        places.get(id) === place,
        () => `acknowledged at ${place}, found at ${places.get(id)}: ${id}`,
      );
    }
  }

  /** The first transactions, until all of them are in. */
  async #opening(node: EmbeddedNode, life: Life): Promise<void> {
    const answers = this.#street.opening.flatMap(({ transactions }) =>
      transactions.map((bytes) => this.#submit(node, life, bytes, false)),
    );
    for (const answer of await Promise.all(answers)) {
      if (!life.alive) return;
      const fine = answer === "committed" || answer === "nonce_already_used";
      this.#world.expect(fine, () => `a transaction of the opening is ${answer}`);
    }
    this.#opened = true;
    this.#leapt = this.#street.noon - this.#street.genesis.time;
  }

  /** Resolves with what became of it; never, where the node ends before. */
  async #submit(node: EmbeddedNode, life: Life, bytes: Uint8Array, forged: boolean): Promise<string> {
    const world = this.#world;
    const decoded = decodeTransaction(bytes);
    const id = decoded.ok ? toHex(transactionId(decoded.value)) : "";
    const submission = await node.submit(bytes);
    if (!life.alive) return "lost";
    if (!submission.admitted) {
      world.note(`node: ${id.slice(0, 12)} is ${submission.status}`);
      world.count("refused by the embedded node");
      world.count(`status ${submission.status}`);
      world.expect(
        submission.status !== "expired" || !decoded.ok || decoded.value.expiryHeight <= node.view().height,
        () => `${id} is expired for the block after ${node.view().height}`,
      );
      if (decoded.ok && world.happens(3, 4)) this.#workload.forget(decoded.value.sender);
      if (forged) {
        const known = ["overloaded", "already_waiting", "key_not_registered", "bad_signature", "stopped"];
        world.expect(
          known.includes(submission.status) || submission.status === "malformed",
          () => `a forged transaction is ${submission.status}`,
        );
      }
      return submission.status;
    }
    world.expect(!forged, () => "the node admits a forged transaction");
    const outcome = await submission.committed.catch((error: unknown) => {
      if (life.alive && !this.#disk.faulty) throw error;
      return undefined;
    });
    if (!life.alive || outcome === undefined) return "lost";
    const place = `${outcome.height}/${outcome.index}`;
    world.note(`node: ${id.slice(0, 12)} at ${place}`);
    world.count("acknowledged by the embedded node");
    const before = this.#acknowledged.get(id);
    world.expect(before === undefined || before === place, () => `acknowledged twice: ${id}`);
    this.#acknowledged.set(id, place);
    return "committed";
  }

  async #clients(): Promise<void> {
    const world = this.#world;
    const late: Asked[] = [];
    while (!this.#calm) {
      await world.sleep(world.between(1, world.happens(1, 6) ? 150 : 20), "somebody asks the node");
      const node = this.#node;
      const life = this.#life;
      if (this.#shown.length >= BLOCKS) return void this.#end();
      if (!this.#opened || node === undefined || !life.alive) continue;
      if (world.happens(1, 5)) this.#leapt += world.pick([1, 60, 900, 900]);
      const again = late.length > 0 && world.happens(1, 8);
      const scene = { view: node.view(), time: this.#time() };
      const asked = again ? world.pick(late) : this.#workload.next(scene);
      late.push(asked);
      if (world.happens(1, 10)) this.#workload.forget(asked.sender);
      world.note(`asks the node: ${asked.what} of ${asked.sender}, ${asked.id.slice(0, 12)}`);
      for (let copies = world.happens(1, 6) ? 2 : 1; copies > 0; copies--) {
        if (world.happens(this.#profile.loss, 100)) continue;
        world.after(
          world.happens(1, 8) ? world.between(20, 400) : world.random.integer(5),
          "arrives at the node",
          () => this.#run(this.#submit(node, life, asked.bytes, asked.forged).then(() => {})),
          life,
        );
      }
    }
  }

  async #mischief(): Promise<void> {
    const world = this.#world;
    while (!this.#calm) {
      await world.sleep(world.between(20, this.#profile.mischiefMs / 2), "mischief at the node");
      if (this.#calm || !this.#life.alive || this.#rotten !== undefined) continue;
      const roll = world.random.integer(100);
      if (roll < 20) this.#crash("kill");
      else if (roll < 40) this.#crash("power");
      else if (roll < 70) {
        this.#ends = world.happens(1, 2) ? "kill" : "power";
        this.#disk.dieIn(world.between(1, 10));
      } else if (roll < 78) this.#skew = world.between(-500, 500);
      else if (roll < 84) this.#run(this.#node?.produceNow().catch(() => {}) ?? Promise.resolve());
      else if (roll < 90) this.#run(this.#node?.snapshotNow().catch(() => {}) ?? Promise.resolve());
      else if (roll < 92) this.#close();
      else if (this.#profile.rot) {
        this.#rotNext = true;
        this.#crash("power");
      }
    }
  }

  #crash(kind: "kill" | "power"): void {
    if (!this.#life.alive) return;
    this.#ends = kind;
    this.#life.alive = false;
    this.#ended(kind);
  }

  #ended(why: string): void {
    const world = this.#world;
    world.note(`node: ended (${why})`);
    world.count("crashes of the embedded node");
    this.#node = undefined;
    this.#killed = this.#ends === "kill";
    this.#disk.crash(this.#ends);
    this.#ends = "kill";
    world.after(world.between(5, 500), "the node starts", () => this.#begin());
  }

  /** Somebody stops it as one should. */
  #close(): void {
    const node = this.#node;
    const life = this.#life;
    if (node === undefined || !life.alive) return;
    this.#node = undefined;
    this.#world.count("clean ends of the embedded node");
    this.#run(
      node.close().then(
        () => {
          if (!life.alive) return;
          life.alive = false;
          this.#ended("closed");
        },
        (error) => {
          if (life.alive) this.#broken(error);
        },
      ),
    );
  }

  /** Something was thrown: where a disk failed, or a bit turned over, that is how it should be. */
  #broken(error: unknown): void {
    const world = this.#world;
    if (this.#rotten !== undefined && error instanceof NodeFault && this.#node === undefined) {
      const { path, bit } = this.#rotten;
      world.note(`node: notices the bit: ${error.code}`);
      world.count("rotten bits that the node stops at");
      this.#disk.flip(path, bit); // the keeper puts the copy back
      this.#rotten = undefined;
    } else if (!this.#disk.faulty) {
      world.fail(new Error(`the embedded node broke down: ${told(error)}`, { cause: error }));
      return;
    }
    this.#life.alive = false;
    this.#ended(error instanceof NodeFault ? error.code : "an error of the system");
  }

  #rot(): void {
    const world = this.#world;
    this.#rotNext = false;
    const files = this.#disk.paths().filter((path) => this.#disk.size(path) > 0);
    if (files.length === 0) return;
    const path = world.pick(files);
    const bit = world.random.integer(8 * this.#disk.size(path));
    this.#rotten = { path, bit };
    this.#everRotten = true;
    this.#disk.flip(path, bit);
    world.note(`node: bit ${bit} of ${path} turns over`);
    world.count("bits rotted");
  }

  /** All is calm, and everything is gone through. */
  #end(): void {
    this.#calm = true;
    Object.assign(this.#disk.faults, { syncFails: 0, full: 0 });
    this.#disk.dieIn(Number.POSITIVE_INFINITY);
    this.#run(this.#finish());
  }

  async #finish(): Promise<void> {
    const world = this.#world;
    await world.sleep(10_000, "the node is calm");
    const node = this.#node;
    if (node === undefined) throw new Error("the embedded node does not come back");
    const blocks: StoredBlock[] = [];
    await node.close();
    this.#life.alive = false;
    this.#disk.crash("power");
    const life: Life = { alive: true };
    const again = await this.#open(
      life,
      this.#disk.mount(life, () => {}),
    );
    this.#check(again);
    for (let at = 1; at <= again.view().height; at++) blocks.push(again.block(at)!);
    await again.close();
    await this.#goThrough(blocks);
    this.done = true;
  }

  async #goThrough(blocks: readonly StoredBlock[]): Promise<void> {
    const world = this.#world;
    const { genesis } = this.#street;
    const chain = new ChainApp(genesis);
    const checker = new Checker(world, "the embedded node", chain, this.#workload.made);
    const life: Life = { alive: true };
    const comet = new CometApplication({
      folder: "/beside",
      wallMs: () => 1000 * this.#time(),
      storage: new SimulatedDisk(world).mount(life, () => {}),
      surroundings: world.surroundings(life),
    });
    const ask = (request: Asking) => comet.answer(requestOf(request));
    await ask(initChainOf(genesis));
    for (const { height, time, hash, stateRoot, transactions, seal } of blocks) {
      if (seal.by !== "producer") throw new Error(`block ${height} of the node is signed by no producer`);
      const { header, signature } = seal;
      const numbered = transactions.map(({ bytes, status }) => ({ bytes, status: STATUS[status] }));
      const replayed = chain.replay({ header, signature, transactions: numbered }, (transaction) => {
        const { publicKey, signature } = transaction;
        return judge(publicKey, signingHash(transaction), signature) === "valid";
      });
      if (!replayed.ok) throw new Error(`block ${height} of the node does not replay: ${replayed.error}`);
      checker.check({ height, transactions: numbered }, height % 2 === 0 || height === blocks.length);
      const txs = transactions.map(({ bytes }) => bytes.slice());
      const finalizeBlock = { height: BigInt(height), time: { seconds: BigInt(time), nanos: 0 }, hash, txs };
      const done = (await ask({ finalizeBlock })).finalizeBlock!;
      world.expect(equalBytes(done.appHash, stateRoot), () => {
        return `block ${height} has another root under CometBFT than under the embedded node`;
      });
      world.expect(
        done.txResults.every(({ code }, i) => code === numbered[i]!.status),
        () => `block ${height} has other codes under CometBFT`,
      );
      await ask({ commit: {} });
    }
    comet.close();
  }
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
