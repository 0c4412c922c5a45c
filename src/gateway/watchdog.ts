/**
 * Whoever hangs is ended, so that somebody can begin it anew and the devices go by their own reversion meanwhile. A
 * thread of its own looks whether cycles still end; a loop that blocks the process cannot keep it from that. Where
 * systemd watches too (`NOTIFY_SOCKET`), it is told by `systemd-notify`, which comes with it.
 */
import { execFile } from "node:child_process";
import { Worker } from "node:worker_threads";

/** What the other thread runs: it says why, and ends the process, which is then 137 (killed). */
const WATCH = `
const { workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const beats = new Int32Array(workerData.beats);
let before = -1;
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now === before) {
    writeSync(2, "contrada: no cycle ended within " + workerData.withinS + " s; the gateway ends itself.\\n");
    process.kill(process.pid, "SIGKILL");
  }
  before = now;
}, workerData.withinS * 1000);
`;

export interface Watchdog {
  /** A cycle has ended. */
  beat(): void;
  close(): Promise<void>;
}

/** Told by systemd so often, ms: its WatchdogSec should be three times as long. */
const NOTIFY_MS = 10_000;

/** `withinS`: how long no cycle may end. */
export function watchOver(withinS: number, notifies = process.env.NOTIFY_SOCKET !== undefined): Watchdog {
  const shared = new SharedArrayBuffer(4);
  const beats = new Int32Array(shared);
  const worker = new Worker(WATCH, {
    eval: true,
    workerData: { beats: shared, withinS },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  worker.unref();
  let notifiedAt = Number.NEGATIVE_INFINITY;
  const notify = (state: string) => execFile("systemd-notify", [state], () => undefined);
  return {
    beat() {
      Atomics.add(beats, 0, 1);
      if (!notifies || performance.now() - notifiedAt < NOTIFY_MS) return;
      if (notifiedAt === Number.NEGATIVE_INFINITY) notify("READY=1");
      notifiedAt = performance.now();
      notify("WATCHDOG=1");
    },
    async close() {
      if (notifies) notify("STOPPING=1");
      await worker.terminate();
    },
  };
}
