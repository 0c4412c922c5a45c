import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromUtf8, utf8 } from "#base/bytes.ts";
import { NodeFault } from "#node/fault.ts";
import { disk, replaceFile } from "#node/storage.ts";
import { temporaryFolder } from "../../test/support/node-load.ts";

const isInUse = (error: unknown) => error instanceof NodeFault && error.code === "folder_in_use";

test("a lock keeps out every other opener, in this process too, until it is released", (t) => {
  const path = join(temporaryFolder(t), "lock");
  const release = disk.lock(path);
  assert.throws(() => disk.lock(path), isInUse);
  release();
  disk.lock(path)();
});

test("a lock keeps a second process out, and goes with the first however that ends", async (t) => {
  const path = join(temporaryFolder(t), "lock");
  const script = `import { disk } from "#node/storage.ts"; disk.lock(${JSON.stringify(path)}); console.log("locked"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  assert.throws(() => disk.lock(path), isInUse);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  disk.lock(path)();
});

test("a replaced file is the old or the new one, and nothing is left beside it", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "file");
  replaceFile(disk, path, utf8("old"));
  // What a crash left behind is no obstacle.
  const left = disk.open(`${path}.part`, "create");
  left.write(0, utf8("half a new one, and longer"));
  left.close();
  replaceFile(disk, path, utf8("new"));
  assert.equal(fromUtf8(disk.read(path)), "new");
  assert.deepEqual(disk.list(folder), ["file"]);
});

test("secrets are for the owner alone; other files need not be", {
  skip: process.platform === "win32",
}, (t) => {
  const folder = temporaryFolder(t);
  replaceFile(disk, join(folder, "secret"), utf8("x"), "create secret");
  assert.equal(statSync(join(folder, "secret")).mode & 0o777, 0o600);
  disk.makeFolder(join(folder, "a", "b"));
  assert.equal(statSync(join(folder, "a", "b")).mode & 0o777, 0o700);
});

test("reading past the end gives what there is; only a file that may be made is made", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "file");
  assert.throws(() => disk.open(path, "write"), /ENOENT/);
  assert.equal(existsSync(path), false);
  const file = disk.open(path, "create");
  file.write(2, Uint8Array.of(7, 8));
  await file.sync();
  assert.deepEqual(file.read(1, 100), Uint8Array.of(0, 7, 8));
  file.truncate(3);
  assert.equal(file.size(), 3);
  file.close();
  assert.deepEqual([...readFileSync(path)], [0, 0, 7]);
});
