#!/usr/bin/env node
// Plain JavaScript that any Node of the last ten years can parse: under an old Node it looks for the one
// that `npm ci` brought along, and says one sentence where there is none. Everything else is in src/cli.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  const { main } = await import("../src/cli/main.ts");
  await main(process.argv.slice(2));
} else {
  const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (existsSync(bundled)) {
    const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: "inherit",
    });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
  } else {
    console.error(
      `contrada: Node ${process.versions.node} is too old; run "npm ci" in this folder (it brings Node 26 along) or install Node 24 or later.`,
    );
    process.exit(1);
  }
}
