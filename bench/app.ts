/**
 * How much JavaScript the first screen of the app costs, gzip: the entry and everything that it and the Monitor
 * import statically or load for their first view (the chart), as built in app/dist. Goal: at most 90 KB. Ends
 * with one JSON object; `npm run build` comes first.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../app/dist/", import.meta.url));
if (!existsSync(join(dist, "index.html")))
  throw new Error("app/dist is not built: run `npm run build` first.");
const assets = join(dist, "assets");
const names = readdirSync(assets).filter((name) => name.endsWith(".js"));
const text = new Map(names.map((name) => [name, readFileSync(join(assets, name), "utf8")]));
const entry = /src="\/assets\/([^"]+\.js)"/.exec(readFileSync(join(dist, "index.html"), "utf8"))?.[1];
if (entry === undefined) throw new Error("index.html names no entry script.");

/** The screen that draws the flow of the home, by a word of its own. */
const monitor = names.filter(
  (name) => name !== entry && /\bflow-diagram\b|monitor\.title/.test(text.get(name)!),
);
const first = new Set<string>();
const wait = [entry, ...monitor.filter((name) => name.startsWith("screen"))];
for (let name = wait.pop(); name !== undefined; name = wait.pop()) {
  if (first.has(name)) continue;
  first.add(name);
  const code = text.get(name)!;
  const chunks = [...code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)].map((match) => match[1]!);
  // The chart is asked for as soon as the Monitor stands.
  if (name.startsWith("screen"))
    chunks.push(...names.filter((other) => other.startsWith("timeline-chart") && code.includes(other)));
  wait.push(...chunks.filter((chunk) => text.has(chunk)));
}
const kilobytes = (files: Iterable<string>) =>
  Number([...files].reduce((sum, name) => sum + gzipSync(text.get(name)!).length / 1024, 0).toFixed(1));
console.log(
  JSON.stringify({
    first_screen_js_gzip_kb: kilobytes(first),
    goal_kb: 90,
    first_screen_files: [...first].sort(),
    all_js_gzip_kb: kilobytes(names),
  }),
);
