/**
 * Builds the app into `app/dist`: Solid components, code split by screen, a service worker with the offline
 * shell. `#room/file.ts` resolves through the package's own imports; the browser takes the `default` branch of
 * `#crypto/native`. In development the platform answers under /v1.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";

const platform = process.env.CONTRADA_PLATFORM ?? "http://127.0.0.1:8080";

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
  ],
});
