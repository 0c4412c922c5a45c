/**
 * What a node uses of the machine besides its disk: a clock for durations, timers, the turn of the event
 * loop, and the threads on which signatures are verified. Everything that could come in another order on
 * another day passes through here or through `storage`, so that a simulation can be the machine and repeat a
 * run from its seed (test/simulation).
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { judgeSignature, judgeSignatureAsync } from "#crypto/keys.ts";

export interface Surroundings {
  /** Monotonic, ms, from any start. */
  clockMs(): number;
  /** Calls back once after so many ms; what it returns calls that off. */
  after(ms: number, action: () => void): () => void;
  /** Resolves when whatever else waits has had its turn. */
  turn(): Promise<void>;
  /** Both give the verdict of the rule in `crypto/keys`; the second from other threads. */
  readonly judge: typeof judgeSignature;
  readonly judgeAsync: typeof judgeSignatureAsync;
}

export const machine: Surroundings = {
  clockMs: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  turn: () => nextTurn(),
  judge: judgeSignature,
  judgeAsync: judgeSignatureAsync,
};
