/**
 * The same disks that refuse, under the application that CometBFT drives: a block that cannot be made durable
 * is not committed, the application answers nothing more of consensus, and after a restart on a mended disk
 * CometBFT hands over what it says it lacks; every app hash is that of an undisturbed run.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeepPartial } from "cosmjs-types/helpers";
import { Request, type Response } from "cosmjs-types/tendermint/abci/types";
import { toHex, utf8 } from "#base/bytes.ts";
import { appStateJson } from "#node/comet/app-state.ts";
import { CometApplication } from "#node/comet/application.ts";
import { NodeFault } from "#node/fault.ts";
import { GENESIS, Load, NOON } from "../support/node-load.ts";
import { FailingStorage, type Failure } from "./failing-storage.ts";

const FOLDER = "/node";
const BLOCKS = 6;
const load = new Load();
/** Block n decides the n-th two. */
const DECIDED = Array.from({ length: BLOCKS }, () => [load.deposit(), load.deposit()]);

function open(storage: FailingStorage, notes: string[] = []): CometApplication {
  const note = (sentence: string) => notes.push(sentence);
  return new CometApplication({ folder: FOLDER, storage, wallMs: () => NOON * 1_000, note });
}

function ask(app: CometApplication, request: DeepPartial<Request>): Promise<Response> {
  return app.answer(Request.decode(Request.encode(Request.fromPartial(request as Request)).finish()));
}

/** What CometBFT does after its own start: asks how far the application is, and hands over the rest. */
async function handOver(app: CometApplication, committed: Map<number, string>): Promise<void> {
  const { lastBlockHeight, lastBlockAppHash } = (await ask(app, { info: {} })).info!;
  const known = committed.get(Number(lastBlockHeight));
  if (known !== undefined) assert.equal(toHex(lastBlockAppHash), known);
  assert.ok(Number(lastBlockHeight) >= committed.size, "a committed block is gone");
  if (lastBlockHeight === 0n) {
    const appStateBytes = utf8(JSON.stringify(appStateJson({ genesis: GENESIS, clock: undefined })));
    const time = { seconds: BigInt(GENESIS.time), nanos: 0 };
    await ask(app, { initChain: { chainId: GENESIS.chain, time, initialHeight: 1n, appStateBytes } });
  }
  for (let height = Number(lastBlockHeight) + 1; height <= BLOCKS; height++) {
    const time = { seconds: BigInt(NOON + height), nanos: 0 };
    const hash = new Uint8Array(32).fill(height);
    const finalizeBlock = { height: BigInt(height), time, hash, txs: DECIDED[height - 1]! };
    const { appHash } = (await ask(app, { finalizeBlock })).finalizeBlock!;
    await ask(app, { commit: {} });
    committed.set(height, toHex(appHash));
  }
}

test("an application whose disk refuses commits nothing more, and comes back with all it committed", async () => {
  const whole = new FailingStorage();
  const undisturbed = new Map<number, string>();
  const first = open(whole);
  await handOver(first, undisturbed);
  first.close();
  assert.equal(undisturbed.size, BLOCKS);
  let faults = 0;
  for (let at = 1; at <= whole.done.length; at++) {
    const hows: readonly Failure[] =
      whole.done[at - 1] === "write" ? ["full", "half", "broken"] : ["full", "broken"];
    for (const how of hows) {
      for (const lasting of [false, true]) {
        const what = `operation ${at}, ${whole.done[at - 1]}, ${how}, ${lasting ? "lasting" : "once"}`;
        const storage = new FailingStorage().plan({ at, how, lasting });
        const committed = new Map<number, string>();
        let app: CometApplication | undefined;
        const notes: string[] = [];
        let fault: unknown;
        try {
          app = open(storage, notes);
          await handOver(app, committed);
        } catch (error) {
          fault = error;
        }
        if (fault !== undefined) {
          assert.match(String(fault instanceof NodeFault ? fault.cause : fault), /ENOSPC|EIO/, what);
          faults += 1;
        } else {
          // Only a snapshot was lost, and it says so.
          assert.equal(committed.size, BLOCKS, what);
          assert.match(notes.join("\n"), /snapshot/, what);
        }
        storage.mend();
        if (app !== undefined && committed.size > 0 && committed.size < BLOCKS) {
          const height = BigInt(committed.size + 1);
          const time = { seconds: BigInt(NOON) + height, nanos: 0 };
          const finalizeBlock = { height, time, hash: new Uint8Array(32).fill(Number(height)), txs: [] };
          await assert.rejects(async () => {
            await ask(app, { finalizeBlock });
            await ask(app, { commit: {} });
          }, what);
        }
        app?.close();
        const again = open(storage);
        await handOver(again, committed);
        again.close();
        assert.deepEqual(committed, undisturbed, what);
      }
    }
  }
  assert.ok(faults > 60, `${faults} faults`);
  console.log(`${whole.done.length} operations, ${faults} faults, no committed block lost, equal app hashes`);
});
