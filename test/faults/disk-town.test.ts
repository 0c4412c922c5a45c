/** A living town on a small disk that somebody fills: its process ends by itself, and the town lives on later. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { skipped } from "../support/counterparts.ts";

const CHILD = new URL("../towns/live-child.ts", import.meta.url).pathname;

test("a town whose disk is full ends with an exit code that says so, and lives on when there is room", {
  timeout: 180_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-full-town-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmdirSync(folder);
    skipped(t, "the right to mount a small file system");
    return;
  }
  const children: ChildProcess[] = [];
  t.after(async () => {
    for (const child of children) child.kill("SIGKILL");
    execFileSync("umount", ["-l", folder]);
    rmdirSync(folder);
  });
  const live = () => {
    const child = spawn(process.execPath, [CHILD, join(folder, "town"), "3600"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    let out = "";
    let errors = "";
    child.stderr.on("data", (piece: Buffer) => (errors += piece.toString()));
    const lives = new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (piece: Buffer) => {
        out += piece.toString();
        if (out.includes("lives")) resolve();
      });
      child.on("exit", () => reject(new Error(`it ended: ${errors}`)));
    });
    return { child, lives, errors: () => errors, exited: once(child, "exit") };
  };
  const first = live();
  await first.lives;
  const filler = join(folder, "filler");
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(1 << 16), { flag: "a" });
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
  }
  const [code] = await first.exited;
  assert.equal(code, 1, first.errors());
  assert.match(first.errors(), /ENOSPC|disk_failed|disk is full|SQLITE_FULL/);
  rmSync(filler);
  const again = live();
  await again.lives;
  again.child.kill("SIGKILL");
  await again.exited;
});
