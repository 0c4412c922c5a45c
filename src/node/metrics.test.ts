import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MetricsRegistry } from "#base/metrics.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { commitAll, Load, OPERATOR, openLoaded } from "../../test/support/node-load.ts";

test("a node tells its height, what it refused and why, and how long its disk and its commits take", async () => {
  const metrics = new MetricsRegistry();
  const storage = new MemoryStorage();
  const node = await openLoaded("/node", { storage, metrics, blockIntervalMs: "manual" });
  const load = new Load();
  await commitAll(node, [load.deposit(), load.deposit()]);
  const spent = load.deposit();
  load.nonces.set(OPERATOR, 2);
  await node.submit(load.deposit(7n));
  await node.submit(new Uint8Array(3));
  const twice = await node.submit(spent);
  assert.equal(twice.admitted, false);
  const text = metrics.text();
  for (const line of [
    "contrada_chain_height_blocks 1",
    "contrada_chain_blocks_total 1",
    "contrada_chain_transactions_total 2",
    "contrada_chain_submissions_total 5",
    'contrada_chain_rejections_total{reason="malformed"} 1',
    'contrada_chain_rejections_total{reason="nonce_already_used"} 1',
    "contrada_mempool_transactions_count 1",
    "contrada_chain_commit_latency_seconds_count 2",
    "contrada_signature_slow_path_total 0",
    "contrada_snapshot_lag_blocks 1",
    "contrada_chain_stopped_state 0",
  ]) {
    assert.ok(text.includes(`\n${line}\n`), `${line} is not in\n${text}`);
  }
  const told = readFileSync(new URL("../../docs/operating/observing.md", import.meta.url), "utf8");
  for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) {
    assert.ok(told.includes(`\`${name}`), `${name} is not documented`);
  }
  const syncs = Number(/contrada_storage_sync_seconds_count (\d+)/.exec(text)?.[1]);
  assert.ok(syncs >= 2, "log and head of a block");
  assert.equal(node.ready(), true);
  await node.close();
  assert.equal(node.ready(), false);
  assert.ok(metrics.text().includes("\ncontrada_snapshot_written_total 1\n"));
});
