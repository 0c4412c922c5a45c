/**
 * Whoever hangs is ended, so that somebody can begin it anew and the devices go by their own reversion meanwhile. A
 * small shell of its own waits for the beats of the cycles and ends the process when none comes; a loop that blocks
 * this process cannot keep it from that. (A thread would do too, and costs 9 MB of a small box's memory.) Where
 * systemd watches too (`NOTIFY_SOCKET`), it is told by `systemd-notify`, which comes with it.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";

/** One byte is a beat, the end of the pipe a gateway that has ended. `timeout` says 124 when nothing came. */
const WATCH = `
command -v timeout >/dev/null && command -v head >/dev/null || exit 3
while beat=$(timeout "$0" head -c 1); do [ -n "$beat" ] || exit 0; done
echo "contrada: no cycle ended within $0 s; the gateway ends itself." >&2
kill -9 "$PPID"
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
  const beatMs = (withinS * 1000) / 3;
  let shell: ChildProcess | undefined;
  let isClosed = false;
  const watch = () => {
    const child = spawn("/bin/sh", ["-c", WATCH, String(withinS)], { stdio: ["pipe", "ignore", "inherit"] });
    shell = child;
    child.unref();
    child.on("error", () => {
      shell = undefined;
    });
    child.stdin.on("error", () => undefined);
    child.on("exit", (code) => {
      shell = undefined;
      // Whoever lacks these tools runs unwatched; a watcher that somebody ended is begun anew by the next beat.
      if (code === 3) isClosed = true;
    });
  };
  watch();
  let beatenAt = Number.NEGATIVE_INFINITY;
  let notifiedAt = Number.NEGATIVE_INFINITY;
  const notify = (state: string) => execFile("systemd-notify", [state], () => undefined);
  return {
    beat() {
      const now = performance.now();
      if (!isClosed && now - beatenAt >= beatMs) {
        beatenAt = now;
        if (shell === undefined) watch();
        shell?.stdin?.write(".");
      }
      if (!notifies || now - notifiedAt < NOTIFY_MS) return;
      if (notifiedAt === Number.NEGATIVE_INFINITY) notify("READY=1");
      notifiedAt = now;
      notify("WATCHDOG=1");
    },
    async close() {
      isClosed = true;
      if (notifies) notify("STOPPING=1");
      shell?.stdin?.end();
    },
  };
}
