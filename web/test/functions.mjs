// Runs tests of the pages' functions in Node, which does not read TypeScript by itself.
//
//   node functions.mjs TEST...     seen from the folder above
import { createServer } from "vite";

const server = await createServer({
  configFile: false,
  appType: "custom",
  logLevel: "error",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
try {
  for (const test of process.argv.slice(2)) await server.ssrLoadModule(`/${test}`);
} finally {
  await server.close();
}
