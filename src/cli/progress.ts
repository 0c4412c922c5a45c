/** A progress bar on a terminal's standard error; silent where that is a file or a pipe. */

const BAR = 28;
/** Between two drawings. */
const PAUSE_MS = 80;

export interface Progress {
  /** `done` of the total given at the start. */
  show(done: number, note?: string): void;
  /** Clears the line, for something else to be written; it can be shown again. */
  end(): void;
}

export function startProgress(title: string, total: number): Progress {
  if (!process.stderr.isTTY) return { show() {}, end() {} };
  const began = performance.now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(done, note = "") {
      const now = performance.now();
      if (now - drawnAt < PAUSE_MS && done < total) return;
      drawnAt = now;
      drawn = true;
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const full = Math.round(share * BAR);
      const elapsedS = (now - began) / 1000;
      const left = share > 0.02 ? ` ${Math.max(0, Math.round(elapsedS / share - elapsedS))} s left` : "";
      const bar = "█".repeat(full) + "░".repeat(BAR - full);
      process.stderr.write(`\r\x1b[K${title} ${bar} ${Math.round(share * 100)} %${left} ${note}`);
    },
    end() {
      if (drawn) process.stderr.write("\r\x1b[K");
      drawn = false;
    },
  };
}
