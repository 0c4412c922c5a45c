/**
 * Every codec of the house, found by looking: whatever a module of these rooms exports that reads and writes,
 * the body of a kind, the key and the row of a table. So a new one is fuzzed without being entered anywhere.
 */
import { globSync } from "node:fs";
import type { Codec } from "#base/codec.ts";

/** Rooms whose encodings are hashed, signed, logged or proved. */
const ROOMS = "src/{crypto,ledger,market,chain,consensus,metering,node}/**/*.ts";

/** By name: "ledger/block headerCodec", "chain/transactions deposit body", "ledger/account ACCOUNTS row". */
export async function everyCodec(): Promise<ReadonlyMap<string, Codec<unknown>>> {
  const root = new URL("../../", import.meta.url);
  const files = globSync(ROOMS, { cwd: root })
    .filter((file) => !/\.test\.ts$|[/\\](test-|fixtures)|native-web/.test(file))
    .sort();
  const found = new Map<string, Codec<unknown>>();
  const seen = new Set<unknown>();
  const take = (name: string, candidate: unknown) => {
    if (!isCodec(candidate) || seen.has(candidate)) return;
    seen.add(candidate);
    found.set(name, candidate);
  };
  for (const file of files) {
    const room = file.replace(/^src\//, "").replace(/\.ts$/, "");
    const module: Record<string, unknown> = await import(new URL(file, root).href);
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "object" || value === null) continue;
      take(`${room} ${name}`, value);
      const { key, row, codec } = value as Record<string, unknown>;
      take(`${room} ${name} key`, key);
      take(`${room} ${name} row`, row);
      take(`${room} ${(value as { name?: string }).name ?? name} body`, codec);
    }
  }
  return found;
}

function isCodec(value: unknown): value is Codec<unknown> {
  const { read, write } = (value ?? {}) as Record<string, unknown>;
  return typeof read === "function" && typeof write === "function";
}
