/** When a command that goes on running is asked to end. */

/** The same call of the terminal can arrive twice, from it and from a parent: a second one counts after this. */
const SIGNAL_APART_MS = 1_000;

/** Resolves when somebody wants the command to end; who asks again after a while ends it at once. */
export function askedToStop(): Promise<"stopped"> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        const now = performance.now();
        if (first !== undefined && now - first > SIGNAL_APART_MS) process.exit(130);
        first ??= now;
        resolve("stopped");
      });
    }
  });
}
