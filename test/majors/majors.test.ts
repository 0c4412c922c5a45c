/**
 * Two releases of Node bring two releases of V8, ICU and OpenSSL. The same transactions come to the same
 * verdicts and roots at every height under both, before and after a restore, and the one replays the block log
 * that the other wrote. The other one is found by CONTRADA_NODE24, the path of its program.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import {
  commitAll,
  GENESIS,
  Load,
  NOON,
  openLoaded,
  QUARTER,
  temporaryFolder,
} from "../support/node-load.ts";

const OTHER = process.env.CONTRADA_NODE24 ?? "";
const ABSENT = existsSync(OTHER) ? undefined : "Node 24 (CONTRADA_NODE24=PATH)";
const [HISTORIES, BLOCKS] = LONG ? [40, 60] : [6, 30];
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function run(program: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    // A test runner in a test runner would speak to the outer one.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined },
  });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`);
  return stdout;
}

test("two releases of Node come to the same verdicts and roots at every height, before and after a restore", async (t) => {
  if (skipped(t, ABSENT)) return;
  const folder = join(temporaryFolder(t), "own");
  let clock = GENESIS.time;
  const limits = { snapshotEvery: { blocks: 5, transactions: 1_000 } };
  const node = await openLoaded(folder, { now: () => clock, blockIntervalMs: "manual", limits });
  const load = new Load();
  await commitAll(node, load.street(4));
  clock = NOON;
  await commitAll(node, [load.interval(NOON - QUARTER, 4)]);
  for (let i = 0; i < 20; i++)
    await commitAll(node, i % 4 === 0 ? [load.sale(1 + (i % 3)), load.deposit()] : [load.deposit()]);
  await node.close();
  const told = new Map<string, string[]>();
  for (const [name, program] of [
    ["this", process.execPath],
    ["other", OTHER],
  ] as const) {
    const copy = `${folder}-${name}`;
    cpSync(folder, copy, { recursive: true });
    told.set(
      name,
      run(program, "test/majors/child.ts", String(HISTORIES), String(BLOCKS), copy).trimEnd().split("\n"),
    );
  }
  const [own, other] = [told.get("this")!, told.get("other")!];
  for (const [i, line] of own.entries()) assert.equal(other[i], line, `line ${i + 1}`);
  assert.equal(other.length, own.length);
  // The histories were worth the while, and a restore changes nothing.
  assert.ok(own.length > 2 * HISTORIES * BLOCKS + 20, `${own.length} lines`);
  const verdicts = own.slice(0, 2 * HISTORIES * BLOCKS).filter((_, i) => i % 2 === 0);
  const statuses = new Set(verdicts.flatMap((line) => line.split(" ")[3]!.split(",")));
  for (const status of ["ok", "role_not_allowed", "sale_exists"]) assert.ok(statuses.has(status), status);
  assert.ok(!statuses.has("bad_signature"), "a torsioned signature is valid under every release");
  for (let i = 0; i < 2 * HISTORIES * BLOCKS; i += 2) {
    const [, , , codes, root] = own[i]!.split(" ");
    assert.deepEqual(own[i + 1]!.split(" ").slice(2), [codes, root], `line ${i + 1}`);
  }
  const versions = [process.execPath, OTHER].map((program) =>
    run(program, "-p", "process.version + ' OpenSSL ' + process.versions.openssl").trim(),
  );
  t.diagnostic(
    `${own.length} lines equal under ${versions.join(" and ")}; statuses: ${[...statuses].join(" ")}`,
  );
});

test("the tests of everything that settles pass under the other release of Node too", (t) => {
  if (skippedUnlessLong(t) || skipped(t, ABSENT)) return;
  const files = globSync(["src/{base,crypto,ledger,market,chain,metering}/*.test.ts"], { cwd: ROOT }).sort();
  const out = run(OTHER, "--import", "./test/support/frozen.ts", "--test", "--test-concurrency=2", ...files);
  t.diagnostic(`${files.length} files, ${/ℹ pass (\d+)|# pass (\d+)/.exec(out)?.[0]}`);
});
