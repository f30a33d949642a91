import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The page is embedded into the binary and served under a strict CSP: nothing inline, nothing from elsewhere.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { css: "external" } })],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssCodeSplit: false, reportCompressedSize: false },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
