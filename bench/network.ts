/**
 * Four validators under CometBFT on this machine, with all their processes and the load sharing its cores, three
 * times in one run with transactions of equal size and equal settings: `kvstore`, CometBFT's own application in
 * its process; `empty`, one in Node that accepts everything over our socket server; `contrada`, ours, with
 * signatures, rules, state roots and a synced log. One JSON object; for each of the three:
 *
 * - `at100PerS`: milliseconds from sending to the NewBlock event, 100 transactions a second offered;
 * - `saturated`: committed a second with so many always under way, what is refused offered again, and processor
 *   time per transaction;
 *
 * and for ours `overload`: twice its saturated rate offered, what of that rate still commits, and how soon a
 * refusal is answered. `ratios.signaturesAloneAllow` is the limit by processor time: what would be left of the
 * empty application's rate if ours did nothing but verify.
 *
 * `node bench/network.ts [--short] [--only NAME] [--profile FOLDER]`; CONTRADA_COMETBFT names another binary.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { MicroEur } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import { verifySignature } from "#crypto/keys.ts";
import { findComet } from "#node/comet/binary.ts";
import { agreement } from "../test/networks/agreement.ts";
import { type CometNode, cometAbsent, makeNetwork, type Program } from "../test/networks/comet-network.ts";
import { GENESIS, Load, OPERATOR, operator, signerOf } from "../test/support/node-load.ts";

const { values: flags } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    profile: { type: "string" },
  },
});
const SENDERS = 1_500;
const CALM_S = flags.short ? 4 : 20;
const SATURATED_S = flags.short ? 6 : 20;
const OVERLOAD_S = flags.short ? 8 : 20;
/** Of overload that is not counted: until then what is let in fills what may wait. */
const FILLING_S = 4;
/** Transactions under way when saturated. */
const WINDOW = 1_000;
/** CometBFT answers the calls of one WebSocket one after the other; so each sender has its own, as clients do. */
const LANES = Math.ceil(SENDERS / 4);
/** Until a refused transaction is offered again where there is always to be enough under way. */
const AGAIN_MS = 50;
const REFERENCE_BYTES = 64;

if (cometAbsent !== undefined) {
  if (process.env.CONTRADA_REQUIRE === "all") throw new Error(`required, but absent: ${cometAbsent}`);
  console.log(JSON.stringify({ skipped: `absent: ${cometAbsent}` }));
  process.exit(0);
}

/** One transaction: what is sent, and the name by which a block shows it. */
interface Ready {
  readonly base64: string;
}

interface Engine {
  readonly name: string;
  readonly program: Program | "kvstore";
  /** Of each sender its transactions, in order. */
  readonly transactions: readonly (readonly Ready[])[];
  /** Before the first. */
  readonly setup: readonly Uint8Array[];
}

/** Calls over WebSockets of one node, `lanes` of them beside each other. */
class Wire {
  readonly #sockets: WebSocket[];
  readonly #open = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  static async to(node: CometNode, lanes: number): Promise<Wire> {
    const sockets = Array.from(
      { length: lanes },
      () => new WebSocket(`ws://127.0.0.1:${node.rpc}/websocket`),
    );
    await Promise.all(sockets.map((socket) => new Promise((resolve) => (socket.onopen = resolve))));
    return new Wire(sockets);
  }

  constructor(sockets: WebSocket[]) {
    this.#sockets = sockets;
    for (const socket of sockets) {
      socket.onmessage = ({ data }) => {
        const text = String(data);
        const id = Number(/"id":(\d+)/.exec(text.slice(0, 60))?.[1]);
        const done = this.#open.get(id);
        if (done === undefined) return;
        this.#open.delete(id);
        done({ code: text.includes('"error"') ? -1 : Number(/"code":(\d+)/.exec(text)?.[1] ?? -1) });
      };
    }
  }

  call(method: string, { base64 }: Ready, lane = 0): Promise<Answer> {
    const id = ++this.#calls;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#open.set(id, resolve);
    const socket = this.#sockets[lane % this.#sockets.length]!;
    socket.send(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":{"tx":"${base64}"}}`);
    return promise;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

interface Answer {
  /** Of CheckTx; −1 = CometBFT itself refused. */
  readonly code: number;
}

/** Tells of each transaction when a block of the first node brings it. */
class Blocks {
  readonly #waiting = new Map<string, (at: number) => void>();
  readonly #socket: WebSocket;
  count = 0;
  transactions = 0;
  readonly open: Promise<unknown>;

  constructor(node: CometNode) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${node.rpc}/websocket`);
    const params = { query: "tm.event='NewBlock'" };
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.open = promise;
    this.#socket.onopen = () =>
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscribe", params }));
    this.#socket.onmessage = ({ data }) => {
      resolve(data); // the first message says that the subscription holds
      const at = performance.now();
      const block = JSON.parse(String(data)).result?.data?.value?.block;
      if (block === undefined) return;
      this.count += 1;
      for (const tx of (block.data.txs ?? []) as string[]) {
        this.transactions += 1;
        this.#waiting.get(tx)?.(at);
        this.#waiting.delete(tx);
      }
    };
  }

  expect({ base64 }: Ready, seen: (at: number) => void): void {
    this.#waiting.set(base64, seen);
  }

  close(): void {
    this.#socket.close();
  }
}

/** Hands out the senders' transactions in turn; a sender always speaks to the same node. */
class Senders {
  readonly retired = new Set<number>();
  readonly #transactions: readonly (readonly Ready[])[];
  readonly #next: number[];
  #turn = 0;

  constructor(transactions: readonly (readonly Ready[])[]) {
    this.#transactions = transactions;
    this.#next = transactions.map(() => 0);
  }

  take(): { sender: number; ready: Ready } {
    for (let tried = 0; tried < this.#transactions.length; tried++) {
      const sender = this.#turn++ % this.#transactions.length;
      const ready = this.#transactions[sender]![this.#next[sender]!];
      if (ready === undefined) continue;
      this.#next[sender]! += 1;
      return { sender, ready };
    }
    throw new Error("too few transactions were prepared");
  }

  /** What sender would send next, without taking it. */
  peek(sender: number): Ready {
    const ready = this.#transactions[sender]![this.#next[sender]!];
    if (ready === undefined) throw new Error("too few transactions were prepared");
    return ready;
  }

  advance(sender: number): void {
    this.#next[sender]! += 1;
  }

  /** A transaction of it was lost, and with it all that were to follow. */
  retire(sender: number): void {
    this.retired.add(sender);
  }
}

const report: Record<string, unknown> = {
  node: process.version,
  cores: availableParallelism(),
  cometbft: execFileSync(findComet()!, ["version"], { encoding: "utf8" }).trim(),
};
const measured: Record<string, Awaited<ReturnType<typeof measure>>> = {};
for (const engine of engines()) {
  if (flags.only !== undefined && flags.only !== engine.name) continue;
  measured[engine.name] = await measure(engine);
  Object.assign(report, { [engine.name]: measured[engine.name] });
  console.error(engine.name, JSON.stringify(measured[engine.name]));
}
const { kvstore, empty, contrada } = measured;
if (kvstore !== undefined && empty !== undefined && contrada !== undefined) {
  report.ratios = {
    p99OfKvstores: ratio(contrada.at100PerS.p99Ms, kvstore.at100PerS.p99Ms),
    saturatedOfEmptys: ratio(contrada.saturated.committedPerS, empty.saturated.committedPerS),
    saturatedOfKvstores: ratio(contrada.saturated.committedPerS, kvstore.saturated.committedPerS),
    ...(await signaturesAlone(Object.values(empty.saturated.cpuMsPerTransaction))),
  };
}
console.log(JSON.stringify(report, null, 2));
process.exit(0);

function* engines(): Generator<Engine> {
  const each = Math.ceil(
    (100 * CALM_S + 3_000 * (SATURATED_S + 2) + 3_000 * (FILLING_S + OVERLOAD_S)) / SENDERS,
  );
  const { setup, transactions } = ours(Math.ceil(each * 0.7));
  const bytes = Buffer.from(transactions[0]![0]!.base64, "base64").length;
  report.transactionBytes = bytes;
  const plain = Array.from({ length: SENDERS }, (_, sender) =>
    Array.from({ length: each }, (_, i) => {
      const text = `${sender}-${i}=`.padEnd(bytes, "0123456789abcdef");
      return { base64: Buffer.from(text).toString("base64") };
    }),
  );
  yield { name: "kvstore", program: "kvstore", transactions: plain, setup: [] };
  yield { name: "empty", program: { file: "empty-application-child.ts" }, transactions: plain, setup: [] };
  const program = { file: "application-child.ts" };
  yield { name: "contrada", program, transactions, setup };
}

/** Deposits of about 250 bytes, of as many operators. */
function ours(each: number): Pick<Engine, "setup" | "transactions"> {
  const load = new Load();
  const setup = [...load.operators(SENDERS)];
  const transactions = Array.from({ length: SENDERS }, (_, sender) =>
    Array.from({ length: each }, (_, i) => {
      const reference = `bench ${sender} ${i} `.padEnd(REFERENCE_BYTES, "r");
      const body = { member: OPERATOR, amount: MicroEur(1n), reference };
      const tx = load.transaction(operator(sender), depositMoney, body);
      return { base64: Buffer.from(tx).toString("base64") };
    }),
  );
  return { setup, transactions };
}

async function measure({ name, program, transactions, setup }: Engine) {
  const folder = mkdtempSync(join(tmpdir(), "contrada-bench-"));
  const nodes = await makeNetwork(folder, 4, GENESIS);
  try {
    for (const node of nodes) {
      node.program = program;
      await node.start();
    }
    await Promise.all(nodes.map((node) => node.ready()));
    const wires = await Promise.all(nodes.map((node) => Wire.to(node, LANES)));
    const blocks = new Blocks(nodes[0]!);
    await blocks.open;
    await admit(wires[0]!, blocks, setup);
    if (setup.length > 0) await agreement(nodes, 1);
    await sleep(1_000);
    const senders = new Senders(transactions);
    const at100PerS = await calm(wires, blocks, senders);
    const saturated = await saturate(nodes, wires, blocks, senders);
    const overload =
      name === "contrada" || flags.only !== undefined
        ? await overloaded(wires, blocks, senders, 2 * saturated.committedPerS, saturated.committedPerS)
        : undefined;
    blocks.close();
    for (const wire of wires) wire.close();
    return { at100PerS, saturated, ...(overload !== undefined && { overload }) };
  } finally {
    await Promise.all(nodes.map((node) => (flags.profile === undefined ? node.kill() : node.stop())));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In order, some at a time; what the door put off, and all behind it, once more. */
async function admit(wire: Wire, blocks: Blocks, setup: readonly Uint8Array[]): Promise<void> {
  const before = blocks.transactions;
  const end = performance.now() + 60_000;
  for (let from = 0; from < setup.length; from += 250) {
    const to = Math.min(setup.length, from + 250);
    for (let done = from; done < to; done = blocks.transactions - before) {
      if (performance.now() > end) throw new Error(`${done} of ${setup.length} are admitted`);
      for (const tx of setup.slice(done, to)) {
        void wire.call("broadcast_tx_async", { base64: Buffer.from(tx).toString("base64") });
      }
      for (let waited = 0; waited < 40 && blocks.transactions - before < to; waited++) await sleep(50);
    }
  }
}

/** 100 transactions a second, spread evenly. */
async function calm(wires: readonly Wire[], blocks: Blocks, senders: Senders) {
  const waits: number[] = [];
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let i = 0; i < 100 * CALM_S; i++) {
    while (performance.now() - began < i * 10) await sleep(1);
    const { sender, ready } = senders.take();
    const sent = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    blocks.expect(ready, (at) => {
      waits.push(at - sent);
      resolve();
    });
    all.push(promise);
    void wires[sender % 4]!.call("broadcast_tx_async", ready);
  }
  await Promise.race([Promise.all(all), sleep(10_000)]);
  const sorted = waits.sort((a, b) => a - b);
  return { ...percentiles(sorted), committed: waits.length, offered: all.length };
}

/** Always `WINDOW` under way, whatever the network does, after two seconds of ascent that do not count. */
async function saturate(
  nodes: readonly CometNode[],
  wires: readonly Wire[],
  blocks: Blocks,
  senders: Senders,
) {
  let underWay = 0;
  let refused = 0;
  let stop = false;
  const waits: number[] = [];
  const open = new Map<string, number>();
  const began = performance.now();
  const send = () => {
    const window = Math.min(WINDOW, (performance.now() - began) / 2);
    while (!stop && underWay < window) {
      const { sender, ready } = senders.take();
      underWay += 1;
      const sent = performance.now();
      open.set(ready.base64, sender);
      blocks.expect(ready, (at) => {
        underWay -= 1;
        open.delete(ready.base64);
        waits.push(at - sent);
      });
      void offer(sender, ready);
    }
  };
  const offer = async (sender: number, ready: Ready): Promise<void> => {
    while (open.has(ready.base64)) {
      const { code } = await wires[sender % 4]!.call("broadcast_tx_sync", ready, Math.floor(sender / 4));
      if (code === 0) return;
      if (open.has(ready.base64)) refused += 1;
      await sleep(AGAIN_MS);
    }
  };
  const timer = setInterval(send, 5);
  await sleep(2_000);
  const before = {
    at: performance.now(),
    count: blocks.transactions,
    blocks: blocks.count,
    cpu: cpuMs(nodes),
  };
  waits.length = 0;
  await sleep(1_000 * SATURATED_S);
  const seconds = (performance.now() - before.at) / 1_000;
  const committed = blocks.transactions - before.count;
  const cpu = cpuMs(nodes);
  stop = true;
  clearInterval(timer);
  for (let waited = 0; underWay > 0 && waited < 100; waited++) await sleep(100);
  for (const sender of open.values()) senders.retire(sender);
  const perTx = (ms: number) => Number((ms / Math.max(committed, 1)).toFixed(3));
  return {
    committedPerS: Math.round(committed / seconds),
    ...percentiles(waits.sort((a, b) => a - b)),
    blocksPerS: Number(((blocks.count - before.blocks) / seconds).toFixed(1)),
    /** Of all four nodes together; that of the load is the bench's own. */
    cpuMsPerTransaction: {
      comet: perTx(cpu.comet - before.cpu.comet),
      application: perTx(cpu.application - before.cpu.application),
      load: perTx(cpu.load - before.cpu.load),
    },
    /** Offered again, because the door put it off. */
    refused,
    lost: underWay,
  };
}

/** So many a second, whatever becomes of them. A sender that is refused offers the same again when its turn comes. */
async function overloaded(
  wires: readonly Wire[],
  blocks: Blocks,
  senders: Senders,
  perS: number,
  peak: number,
) {
  const busy = new Set<number>();
  const answers: number[] = [];
  const refusals: number[] = [];
  const codes = new Map<number, number>();
  let offered = 0;
  let turn = 0;
  const began = performance.now();
  let counted = { at: began, committed: blocks.transactions, offered: 0 };
  const offer = (): boolean => {
    for (let tried = 0; tried < SENDERS; tried++) {
      const sender = turn++ % SENDERS;
      if (busy.has(sender) || senders.retired.has(sender)) continue;
      const ready = senders.peek(sender);
      busy.add(sender);
      offered += 1;
      const sent = performance.now();
      const lane = Math.floor(sender / 4);
      void wires[sender % 4]!.call("broadcast_tx_sync", ready, lane).then(({ code }) => {
        const waited = performance.now() - sent;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        busy.delete(sender);
        if (code === 0) {
          answers.push(waited);
          senders.advance(sender);
        } else refusals.push(waited);
      });
      return true;
    }
    return false;
  };
  let missed = 0;
  for (let due = 0; performance.now() - began < 1_000 * (FILLING_S + OVERLOAD_S); await sleep(2)) {
    if (counted.at === began && performance.now() - began > 1_000 * FILLING_S) {
      counted = { at: performance.now(), committed: blocks.transactions, offered };
      missed = 0;
    }
    const until = ((performance.now() - began) / 1_000) * perS;
    for (; due < until; due++) if (!offer()) missed += 1;
  }
  const seconds = (performance.now() - counted.at) / 1_000;
  const committedPerS = Math.round((blocks.transactions - counted.committed) / seconds);
  return {
    offeredPerS: Math.round((offered - counted.offered) / seconds),
    /** Could not be offered: all senders were waiting for answers. */
    notOfferedPerS: Math.round(missed / seconds),
    committedPerS,
    ofPeak: ratio(committedPerS, peak),
    accepted: percentiles(answers.sort((a, b) => a - b)),
    refused: { count: refusals.length, ...percentiles(refusals.sort((a, b) => a - b)) },
    codes: Object.fromEntries(codes),
  };
}

/**
 * Processor time of one verification, and what share of the empty application's rate is left to one that does
 * nothing but verify each signature once in each of the four nodes.
 */
async function signaturesAlone(emptyMs: readonly number[]) {
  const signer = signerOf(OPERATOR);
  const messages = Array.from({ length: 2_000 }, (_, i) => hash(Uint8Array.of(i >>> 8, i & 0xff)));
  const signatures = messages.map((message) => signer.sign(message));
  const before = process.cpuUsage();
  for (const [i, message] of messages.entries()) {
    if (!verifySignature(signer.publicKey, message, signatures[i]!)) throw new Error("a good signature");
  }
  const { user, system } = process.cpuUsage(before);
  const verifyMs = (user + system) / 1_000 / messages.length;
  const empty = emptyMs.reduce((sum, ms) => sum + ms, 0);
  return {
    verifyMs: Number(verifyMs.toFixed(3)),
    signaturesAloneAllow: ratio(empty, empty + 4 * verifyMs),
  };
}

function percentiles(sorted: readonly number[]) {
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** Processor time so far, ms. */
function cpuMs(nodes: readonly CometNode[]): { comet: number; application: number; load: number } {
  const of = (pid: number | undefined) => {
    if (pid === undefined) return 0;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const sum = (each: (node: CometNode) => number) => nodes.reduce((ms, node) => ms + each(node), 0);
  const { user, system } = process.cpuUsage();
  return {
    comet: sum(({ pids }) => of(pids.comet)),
    application: sum(({ pids }) => of(pids.application)),
    load: (user + system) / 1_000,
  };
}

function ratio(a: number, b: number): number {
  return Number((a / b).toFixed(2));
}
