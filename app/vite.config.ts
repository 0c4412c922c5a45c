/**
 * Builds the app into `app/dist`: Solid components, code split by screen, a service worker with the offline
 * shell. `#room/file.ts` resolves through the package's own imports; the browser takes the `default` branch of
 * `#crypto/native`. Each text file is laid beside its brotli and gzip form, which the platform sends as they are.
 * In development the platform answers under /v1.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";

const platform = process.env.CONTRADA_PLATFORM ?? "http://127.0.0.1:8080";

/** Compresses what was written, once, at the highest level. */
function compressed(): Plugin {
  const folder = fileURLToPath(new URL("dist/", import.meta.url));
  return {
    name: "contrada:compressed",
    apply: "build",
    closeBundle: {
      order: "post",
      sequential: true,
      handler() {
        for (const file of globSync("**/*.{js,css,html,svg,webmanifest}", { cwd: folder })) {
          const bytes = readFileSync(folder + file);
          if (bytes.length < 1024) continue;
          writeFileSync(`${folder}${file}.br`, brotliCompressSync(bytes));
          writeFileSync(`${folder}${file}.gz`, gzipSync(bytes, { level: 9 }));
        }
      },
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
      injectRegister: "script-defer",
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
        navigateFallback: "/index.html",
        navigateFallbackDenylist: [/^\/(v1|docs|openapi|livez|readyz|version|metrics)\b/],
      },
    }),
    fontLicence(),
    compressed(),
  ],
});
