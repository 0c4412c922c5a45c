/** The watchdog over real processes: each test begins one that beats for a while, and sees what becomes of it. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "contrada-watchdog-"));
after(() => rmSync(folder, { recursive: true }));
const WATCHDOG = new URL("./watchdog.ts", import.meta.url).href;

/** A process that does this under a watchdog of a second. */
function watched(does: string, environment: Record<string, string> = {}): ChildProcess {
  const program = `
    import { watchOver } from ${JSON.stringify(WATCHDOG)};
    const dog = watchOver(1);
    const hang = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    const passed = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const beats = async (ms) => {
      for (const end = Date.now() + ms; Date.now() < end; await passed(100)) dog.beat();
    };
    ${does}`;
  return spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    // Whom nobody ends is ended here, by another signal.
    timeout: 30_000,
  });
}

async function ended(child: ChildProcess) {
  const [said, [code, signal]] = await Promise.all([text(child.stderr!), once(child, "exit")]);
  return { said, code, signal };
}

test("a gateway whose loop hangs is ended with a sentence, and not before", async () => {
  const child = watched(`
    await beats(1500);
    console.log("hangs");
    hang();`);
  const heard = text(child.stdout!);
  const { said, signal } = await ended(child);
  assert.equal(await heard, "hangs\n", "as long as it beats it lives");
  assert.equal(signal, "SIGKILL");
  assert.match(said, /contrada: no cycle ended within 1 s; the gateway ends itself\./);
});

test("a gateway whose cycles end no more is ended, though its loop goes on", async () => {
  const { signal } = await ended(watched("dog.beat(); await passed(60_000);"));
  assert.equal(signal, "SIGKILL");
});

test("a gateway that is closed goes its way, and nobody ends it", async () => {
  const { said, code } = await ended(watched("await beats(200); await dog.close(); await passed(1500);"));
  assert.deepEqual([code, said], [0, ""]);
});

test("a watcher that somebody ended is begun anew, and watches", async () => {
  const { said, signal } = await ended(
    watched(`
      import { execFileSync } from "node:child_process";
      const shells = () => execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], { encoding: "utf8" })
        .split("\\n").filter((line) => / sh$/.test(line)).map((line) => Number.parseInt(line, 10));
      const [first] = shells();
      process.kill(first, "SIGKILL");
      await beats(1200);
      if (shells().includes(first) || shells().length !== 1) throw new Error("no other watches");
      hang();`),
  );
  assert.match(said, /no cycle ended within 1 s/);
  assert.equal(signal, "SIGKILL");
});

test("systemd is told that it is ready after the first cycle, that it lives, and that it stops", async () => {
  const heard = join(folder, "heard");
  const notify = join(folder, "systemd-notify");
  writeFileSync(notify, `#!/bin/sh\necho "$1" >> ${heard}\n`);
  chmodSync(notify, 0o755);
  const environment = {
    NOTIFY_SOCKET: join(folder, "socket"),
    PATH: `${folder}${delimiter}${process.env.PATH}`,
  };
  const { code } = await ended(
    watched("await passed(100); dog.beat(); dog.beat(); await passed(500); await dog.close();", environment),
  );
  assert.equal(code, 0);
  const lines = readFileSync(heard, "utf8").trim().split("\n");
  assert.deepEqual([...lines].sort(), ["READY=1", "STOPPING=1", "WATCHDOG=1"]);
  assert.equal(lines.at(-1), "STOPPING=1");
});
