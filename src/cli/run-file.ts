/**
 * Which process runs a network's folder. A process number alone says little, for numbers are used again: beside
 * it stands when that process began, and only a process that began then is taken for it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "#cli/settings.ts";

const RUN_FILE = "up.json";

/** Takes the folder for this process; returns how to let go. Throws `UsageError` where another runs it. */
export function claimRun(folder: string): () => void {
  const other = runningIn(folder);
  if (other !== undefined) {
    throw new UsageError(
      `${folder} runs already (process ${other}); end it by: contrada network down ${folder}`,
    );
  }
  const file = join(folder, RUN_FILE);
  const { pid } = process;
  writeFileSync(file, `${JSON.stringify({ pid, began: beganOf(pid) ?? null })}\n`);
  return () => rmSync(file, { force: true });
}

/** The process that runs a folder, or `undefined` where none does. */
export function runningIn(folder: string): number | undefined {
  const file = join(folder, RUN_FILE);
  if (!existsSync(file)) return undefined;
  let kept: { readonly pid?: unknown; readonly began?: unknown };
  try {
    kept = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // cut short as it was written
  }
  const { pid, began } = kept;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return began !== null && beganOf(pid) === began ? pid : undefined;
}

/** When a process began, in whatever words this system has for it; `undefined` where there is none. */
function beganOf(pid: number): string | undefined {
  if (existsSync("/proc/self/stat")) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // After the name, which may hold anything, the state is the third field and the start the 22nd.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const { stdout, status } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
}
