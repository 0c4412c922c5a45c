/**
 * Kills a node with SIGKILL, again and again, at instants drawn from a seed: under load, while it starts,
 * while it writes snapshots. After each kill the folder is opened and held against what was acknowledged:
 * every acknowledged transaction stands in its block, once, in order, and whatever else stands there was
 * really sent. Run directly: `node test/faults/kill.ts [kills] [seed]`.
 */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { decodeTransaction, transactionId } from "#ledger/transaction.ts";
import { auditFolder } from "#node/audit.ts";
import { Load, OPERATOR, openLoaded } from "../support/node-load.ts";
import type { Fed, Told } from "./kill-child.ts";

export interface KillReport {
  readonly kills: number;
  /** Kills before the node had come up. */
  readonly early: number;
  readonly acknowledged: number;
  readonly blocks: number;
  /** Sent, not acknowledged, and found in the log all the same: allowed, and rare. */
  readonly unacknowledged: number;
  /** Sentences of the openings: what they repaired. */
  readonly repairs: ReadonlyMap<string, number>;
}

/** In flight towards the child. */
const WINDOW = 150;

export async function killAgainAndAgain(kills: number, seed: string): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "contrada-kill-"));
  const random = new Random(seed);
  const books = new Books(folder);
  let early = 0;
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const what = `seed ${seed}, kill ${kill}`;
      const life = await live(folder, books, random, what);
      if (!life.ready) early += 1;
      await books.check(what);
    }
    const { firstProblem, blocks, transactions } = await auditFolder(folder);
    assert.equal(firstProblem, undefined, `seed ${seed}: ${JSON.stringify(firstProblem)}`);
    assert.equal(transactions, books.found, `seed ${seed}`);
    const { acknowledged, found, repairs } = books;
    return { kills, early, acknowledged, blocks, unacknowledged: found - acknowledged, repairs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was sent and acknowledged, and what the log is known to hold. */
class Books {
  readonly folder: string;
  readonly load = new Load();
  readonly repairs = new Map<string, number>();
  acknowledged = 0;
  found = 0;
  /** Of this life: by number. */
  sent = new Map<number, Uint8Array>();
  acks = new Map<number, { height: number; index: number }>();
  #ids = new Set<string>();
  #height = 0;
  #tipHash = "";

  constructor(folder: string) {
    this.folder = folder;
  }

  async check(what: string): Promise<void> {
    const node = await openLoaded(this.folder, {
      note: (sentence) => {
        const kind = sentence.replace(/\d+/g, "n");
        this.repairs.set(kind, (this.repairs.get(kind) ?? 0) + 1);
      },
    });
    const sentIds = new Set([...this.sent.values()].map(idOf));
    if (this.#height > 0)
      assert.equal(toHex(node.block(this.#height)!.hash), this.#tipHash, `${what}: rewritten`);
    const fresh = new Map<string, string>();
    let nonce = 0;
    for (let height = this.#height + 1; height <= node.view().height; height++) {
      for (const [index, { id, bytes, status }] of node.block(height)!.transactions.entries()) {
        const name = toHex(id);
        assert.equal(status, "ok", what);
        assert.ok(!this.#ids.has(name), `${what}: doubled at height ${height}`);
        assert.ok(sentIds.has(name), `${what}: never sent`);
        this.#ids.add(name);
        fresh.set(name, `${height}/${index}`);
        const decoded = decodeTransaction(bytes);
        assert.ok(decoded.ok && (nonce === 0 || decoded.value.nonce === nonce + 1), `${what}: out of order`);
        nonce = decoded.value.nonce;
      }
    }
    for (const [number, { height, index }] of this.acks) {
      const place = fresh.get(idOf(this.sent.get(number)!));
      assert.equal(place, `${height}/${index}`, `${what}: an acknowledged transaction is not where it was`);
    }
    this.acknowledged += this.acks.size;
    this.found += fresh.size;
    this.#height = node.view().height;
    if (this.#height > 0) this.#tipHash = toHex(node.view().tip!.hash);
    // Each deposit was one µEUR: the account counts the transactions.
    assert.equal(node.view().money(OPERATOR).posted, BigInt(this.found), what);
    this.load.nonces.set(OPERATOR, node.view().member(OPERATOR)!.nonce);
    this.sent = new Map();
    this.acks = new Map();
    await node.close();
  }
}

/** One life of the child, from its start to its kill. */
async function live(folder: string, books: Books, random: Random, what: string): Promise<{ ready: boolean }> {
  const script = new URL("./kill-child.ts", import.meta.url);
  const child = fork(script, [folder, String(2 + random.integer(25))], { serialization: "advanced" });
  // The channel ends after the last message that the child got out.
  const exited = Promise.all([once(child, "exit"), once(child, "disconnect")]);
  let ready = false;
  let failure: string | undefined;
  const acked = Promise.withResolvers<void>();
  child.on("message", (told: Told) => {
    if (told.type === "refused") failure = `${what}: refused, ${told.status}`;
    if (told.type === "ready") ready = true;
    if (told.type === "committed") {
      books.acks.set(told.number, told);
      acked.resolve();
    }
    feed(child, books);
  });
  child.on("error", () => {}); // the channel breaks with the kill
  if (random.integer(6) === 0) await Promise.race([sleep(random.integer(400)), exited]);
  else {
    await Promise.race([acked.promise, exited]);
    await sleep(random.integer(120));
  }
  assert.equal(child.exitCode, null, `${what}: the child ended by itself`);
  child.kill("SIGKILL");
  await exited;
  assert.equal(failure, undefined);
  return { ready };
}

function feed(child: ChildProcess, books: Books): void {
  while (books.sent.size - books.acks.size < WINDOW) {
    if (!child.connected) return;
    const number = books.sent.size;
    const bytes = books.load.deposit();
    books.sent.set(number, bytes);
    const fed: Fed = { number, bytes };
    child.send(fed, () => {});
  }
}

function idOf(bytes: Uint8Array): string {
  const decoded = decodeTransaction(bytes);
  assert.ok(decoded.ok);
  return toHex(transactionId(decoded.value));
}

if (import.meta.main) {
  const [kills = "200", seed = "kill"] = process.argv.slice(2);
  const report = await killAgainAndAgain(Number(kills), seed);
  console.log(JSON.stringify({ ...report, repairs: Object.fromEntries(report.repairs) }, null, 2));
}
