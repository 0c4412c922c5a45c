/** Files that only this user may read, replaced as a whole: a crash leaves the old one or the new one. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";

export function writeSecret(path: string, content: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, "w", 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
