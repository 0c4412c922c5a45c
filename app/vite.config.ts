/**
 * Builds the app into `app/dist`: Solid components, code split by screen, a service worker with the offline
 * shell. `#room/file.ts` resolves through the package's own imports; the browser takes the `default` branch of
 * `#crypto/native`. Each text file is laid beside its brotli and gzip form, which the platform sends as they are.
 * In development the platform answers under /v1.
 */
import { globSync, readFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";

const platform = process.env.CONTRADA_PLATFORM ?? "http://127.0.0.1:8080";

/** Compresses what was written, once, at the highest level, on every core: a newcomer waits for it. */
function compressed(): Plugin {
  let folder = "";
  const forms = [
    ["br", promisify(brotliCompress)],
    ["gz", (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 })],
  ] as const;
  return {
    name: "contrada:compressed",
    apply: "build",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        const files = globSync("**/*.{js,css,html,svg,webmanifest}", { cwd: folder });
        await Promise.all(
          files.map(async (file) => {
            const bytes = await readFile(join(folder, file));
            if (bytes.length < 1024) return;
            for (const [ending, compress] of forms) {
              // Under its name only when it is whole: a build that is cut off leaves no half file to be served.
              const path = join(folder, `${file}.${ending}`);
              await writeFile(`${path}.part`, await compress(bytes));
              await rename(`${path}.part`, path);
            }
          }),
        );
      },
    },
  };
}

/** The font is named in the style sheet; said in the page it comes along with it. */
function fontPreload(): Plugin {
  return {
    name: "contrada:font-preload",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => file.endsWith(".woff2"))
          .map((file) => ({
            tag: "link",
            attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: "", href: `/${file}` },
            injectTo: "head-prepend" as const,
          })),
    },
  };
}

/**
 * What every first view asks the platform for: said in the page it is asked for while the scripts are still under
 * way. The browser hands the answers to the first `fetch` of the same addresses.
 */
function firstAnswers(): Plugin {
  return {
    name: "contrada:first-answers",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: () =>
        ["/v1/session", "/v1/community"].map((href) => ({
          tag: "link",
          attrs: { rel: "preload", as: "fetch", crossorigin: "", href },
          injectTo: "head" as const,
        })),
    },
  };
}

/** The licence of the font goes where the font goes. */
function fontLicence(): Plugin {
  return {
    name: "contrada:font-licence",
    apply: "build",
    generateBundle() {
      const source = readFileSync(
        new URL("../node_modules/@fontsource-variable/ibm-plex-sans/LICENSE", import.meta.url),
      );
      this.emitFile({ type: "asset", fileName: "ibm-plex-sans-licence.txt", source });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  resolve: { conditions: ["browser", "module", "import", "default"] },
  server: { proxy: { "/v1": platform } },
  plugins: [
    solid(),
    VitePWA({
      registerType: "autoUpdate",
      injectRegister: null,
      manifest: {
        name: "Contrada",
        short_name: "Contrada",
        description: "The energy of a neighbourhood: what the home makes, stores, uses and sells, and why.",
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: "#F7F5F0",
        theme_color: "#F7F5F0",
        categories: ["utilities", "finance"],
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{js,css,html,svg,woff2,png}"],
        importScripts: ["/push-worker.js"],
        navigateFallback: "/index.html",
        navigateFallbackDenylist: [/^\/(v1|docs|openapi|livez|readyz|version|metrics)\b/],
      },
    }),
    fontPreload(),
    firstAnswers(),
    fontLicence(),
    compressed(),
  ],
});
