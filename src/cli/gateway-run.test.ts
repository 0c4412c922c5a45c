/**
 * What a box loads to run a home, read from the sources: every file that is loaded at once by `gateway-run`, and by
 * what it loads for an enrolled one. A package of some megabytes comes in by one line, and stays for years.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../", import.meta.url));
const BEGINS = [
  "cli/gateway-run.ts",
  "gateway/identity.ts",
  "gateway/mqtt-link.ts",
  "devices/mqtt-client.ts",
];
/** `import` or `export … from` of values; those of types are gone when it runs. */
const LOADS = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const PACKAGES = ["@noble/curves", "@noble/hashes", "jsmodbus", "mqtt"];

/** Packages by the file that loads them. */
function packagesOf(files: readonly string[]): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const look = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of readFileSync(`${SOURCES}${file}`, "utf8").matchAll(LOADS)) {
      if (name!.startsWith("node:") || name!.endsWith(".json")) continue;
      const path = name!.startsWith("#")
        ? name!.slice(1)
        : new URL(name!, `file:///${file}`).pathname.slice(1);
      if (!name!.startsWith("#") && !name!.startsWith(".")) packages.set(name!, file);
      else if (existsSync(`${SOURCES}${path}`)) look(path);
      else assert.equal(name, "#crypto/native", `${file} loads ${name}, which is not there`);
    }
  };
  for (const file of files) look(file);
  assert.ok(seen.size > 80, `${seen.size} files`);
  return packages;
}

test("a box loads signatures, Modbus and the client of MQTT, and none of the large packages", () => {
  const found = [...packagesOf(BEGINS)].filter(
    ([name]) => !PACKAGES.some((one) => name === one || name.startsWith(`${one}/`)),
  );
  assert.deepEqual(found, []);
});

test("of mqtt it loads the client alone, which is without WebSockets, HTTP and proxies", () => {
  const names = [...packagesOf(BEGINS).keys()].filter((name) => name.startsWith("mqtt"));
  assert.deepEqual(names, ["mqtt/lib/client"]);
});
