/** What must hold of a network after whatever befell it: one history, in every node, and ours beside it. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { ChainApp, isSigned } from "#chain/app.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { GENESIS } from "../support/node-load.ts";
import type { CometNode, Standing } from "./comet-network.ts";
import { cometHash } from "./steady-load.ts";

/**
 * The longest that honest validators may be without a block, ms. The goal is 10 s (docs/operating/figures.md), and
 * `CONTRADA_PROGRESS_S=10` holds the tests to it; a machine that does much else is given three times as long.
 */
export const PROGRESS_MS = 1_000 * Number(process.env.CONTRADA_PROGRESS_S ?? 30);

/** Waits until something is found; says what was not within so many milliseconds, and why a look failed last. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 90_000,
): Promise<T> {
  let cause: unknown;
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(100)) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause });
}

/** The height at which all applications stand, where they stand at one and agree. */
export function agreement(
  nodes: readonly CometNode[],
  atLeast: number,
  withinMs?: number,
): Promise<Standing> {
  const look = async () => {
    const [first, ...others] = await Promise.all(nodes.map((node) => node.application()));
    const equal = others.every(
      ({ height, appHash }) => height === first!.height && appHash === first!.appHash,
    );
    return equal && first!.height >= atLeast ? first! : undefined;
  };
  return eventually(`${nodes.length} nodes agree at block ${atLeast} or later`, look, withinMs);
}

/**
 * A replica that executes what the nodes decided, beside them, from the first block on. At each height all
 * nodes must have the same block and the app hash that comes out here.
 */
export class Beside {
  readonly chain = new ChainApp(GENESIS);
  /** How often each transaction was executed with success. */
  readonly executed = new Map<string, number>();
  /** Transactions that stood in a block and were refused. */
  refused = 0;

  async follow(nodes: readonly CometNode[], to: number): Promise<void> {
    for (let height = this.chain.height + 1; height <= to; height++) {
      const [first, ...others] = await Promise.all(nodes.map((node) => node.block(height)));
      const { hash, appHash, time, misbehaviour, transactions } = first!;
      for (const [i, other] of others.entries()) {
        assert.equal(other.hash, hash, `a fork: ${nodes[i + 1]!.name} has another block ${height}`);
        assert.equal(other.appHash, appHash, `${nodes[i + 1]!.name} has another app hash at ${height}`);
      }
      const block = this.chain.open(time, misbehaviour);
      for (const { tx, code } of transactions) {
        const transaction = decodeTransaction(tx);
        assert.ok(transaction.ok, `block ${height} holds bytes that are no transaction`);
        const { status } = block.execute(transaction.value, () => isSigned(transaction.value), "counts");
        assert.equal(code, STATUS[status], `block ${height}`);
        if (status !== "ok") this.refused += 1;
        else this.executed.set(cometHash(tx), (this.executed.get(cometHash(tx)) ?? 0) + 1);
      }
      const step = this.chain.seal(block);
      assert.equal(toHex(step.stateRoot), appHash, `the app hash of block ${height}`);
      step.commit();
    }
  }

  /** Every acknowledged transaction was executed, and none twice. */
  holdsOnce(acknowledged: Iterable<string>): void {
    for (const name of acknowledged) assert.ok(this.executed.has(name), `acknowledged and lost: ${name}`);
    const twice = [...this.executed].filter(([, times]) => times > 1);
    assert.deepEqual(twice, [], "executed twice");
  }
}
