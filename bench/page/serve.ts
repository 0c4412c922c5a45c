/**
 * A module of this folder in the real browser, bundled as the app's build does it: the `default` branch of
 * `#crypto/native`, minified. The page is cross-origin isolated, since only there a browser's clock shows steps of
 * 5 µs instead of 100.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
} as const;

/** `entry` beside this file. */
export async function servePage(entry: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const script = await bundled(fileURLToPath(new URL(entry, import.meta.url)));
  const server = createServer((request, response) => {
    if (request.url === "/script.js") {
      response.writeHead(200, { ...ISOLATED, "content-type": "text/javascript" }).end(script);
    } else if (request.url === "/") {
      response
        .writeHead(200, { ...ISOLATED, "content-type": "text/html" })
        .end(
          '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/script.js"></script>',
        );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function bundled(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, target: "es2023", modulePreload: false, rollupOptions: { input: entry } },
    resolve: { conditions: ["browser", "module", "import", "default"] },
  });
  if (Array.isArray(result) || !("output" in result)) throw new Error("one bundle was expected");
  const [chunk] = result.output;
  return chunk.code;
}
