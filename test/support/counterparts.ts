/**
 * Counterparts that a test wants and a bare machine may lack: shared data, a browser, another program. An absent
 * one skips the test, saying so; with `CONTRADA_REQUIRE=all`, as `.ci/run` sets it, it fails.
 */
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** A file or folder of the shared data beside the project. */
export function sharedData(path: string): string {
  return fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));
}

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

/** True where the test should end here: `absent` says what is missing, `undefined` nothing. */
export function skipped(t: TestContext, absent: string | undefined): boolean {
  if (absent === undefined) return false;
  if (process.env.CONTRADA_REQUIRE === "all") throw new Error(`required, but absent: ${absent}`);
  t.skip(`absent: ${absent}`);
  return true;
}

/** True where the test should end here for want of shared data. */
export function skippedWithout(t: TestContext, sharedPath: string): boolean {
  return skipped(t, existsSync(sharedData(sharedPath)) ? undefined : `../shared/data/${sharedPath}`);
}

/** Whether the long form of a test is wanted. */
export const LONG = process.env.CONTRADA_LONG === "1";

/** True where the test should end here because it belongs to the long form. */
export function skippedUnlessLong(t: TestContext): boolean {
  if (!LONG) t.skip("the long form: CONTRADA_LONG=1");
  return !LONG;
}
