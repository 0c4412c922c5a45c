#!/usr/bin/env node
// Plain JavaScript that every Node from 16 on can parse: under one that is too old it hands over to the one that
// `npm ci` brought along, and says one sentence where there is none. Everything else is in src/cli.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OLDEST = 24;
const HANDED_OVER = "CONTRADA_HANDED_OVER";
const SMALL = "CONTRADA_SMALL";

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  if (process.argv[2] === "gateway" && process.execve !== undefined && process.env[SMALL] === undefined) {
    // A box does little and has little memory. Room for what is short-lived that does not grow saves 16 MB, no
    // optimizing compilers (which a second's work does not need) 11, and a heap of the C library for all threads,
    // which gives back what is large, some more. None of it can be asked for once the process runs.
    const flags = ["--max-semi-space-size=1", "--no-opt", "--no-maglev", ...process.execArgv];
    const heap = {
      MALLOC_ARENA_MAX: "1",
      MALLOC_MMAP_THRESHOLD_: "65536",
      MALLOC_TRIM_THRESHOLD_: "131072",
    };
    const environment = { ...heap, ...process.env, [SMALL]: "1" };
    process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], environment);
  }
  // What Node makes of the sources is kept: the next start takes half the time and, for a small box, half the memory.
  const { enableCompileCache } = await import("node:module");
  enableCompileCache?.(fileURLToPath(new URL("../node_modules/.cache/contrada", import.meta.url)));
  const { main } = await import("../src/cli/main.ts");
  await main(process.argv.slice(2));
} else {
  const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (existsSync(bundled) && process.env[HANDED_OVER] !== "1") handOver(bundled);
  else tooOld();
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, [HANDED_OVER]: "1" },
  });
  // A signal for this process alone is passed on; one of the terminal has reached the other already.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", tooOld);
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signals.indexOf(signal) === 0 ? 2 : 15)));
}

function tooOld() {
  console.error(
    `contrada: Node ${process.versions.node} is too old; run "npm ci" in this folder (it brings Node 26 along) or install Node ${OLDEST} or later.`,
  );
  process.exit(1);
}
