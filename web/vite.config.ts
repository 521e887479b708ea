import { defineConfig } from "vitest/config";
import { licencesFile } from "./licences";

// `kg serve` hands out the bundle under /static/web/ and the two pages at / and /query.
// Nothing is inlined, so that the pages work under a policy of script-src and style-src 'self'.
export default defineConfig({
  base: "/static/web/",
  plugins: [licencesFile()],
  worker: { format: "es" },
  build: {
    outDir: "../kg/serve/static/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 800,
    rollupOptions: { input: { index: "index.html", query: "query.html" } },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/sparql", "/id", "/page", "/article"].map((path) => [path, process.env["KG_SERVE"] ?? "http://127.0.0.1:8000"]),
    ),
  },
  test: { environment: "jsdom", include: ["test/**/*.test.ts"] },
});
