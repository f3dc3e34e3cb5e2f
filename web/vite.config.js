// Builds a page as one HTML file that needs nothing beside it: program and styles are put into the page, and
// the page's policy names the program by its digest, so that nothing else can ever run in it.
import { createHash } from "node:crypto";
import { defineConfig } from "vite";

function digestOf(script) {
  return "sha256-" + createHash("sha256").update(script, "utf8").digest("base64");
}

// Replaces the first match of `pattern` by `text` as it is; `what` names it where there is none.
function replaceOnce(html, pattern, text, what) {
  if (!pattern.test(html)) throw new Error(`index.html has no ${what}`);
  return html.replace(pattern, () => text);
}

function onePage() {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const page = files.find((file) => file.fileName === "index.html");
      const script = files.find((file) => file.type === "chunk");
      const styles = files.find((file) => file.fileName.endsWith(".css"));
      if (files.length !== 3 || !page || !script || !styles) {
        throw new Error("expected one page, one script and one style sheet");
      }
      // The script is at the end of the page, where all of it is there to work with.
      const program = script.code.replace(/<\/(script)/gi, "<\\/$1").trim();
      let html = page.source;
      html = replaceOnce(html, /<script type="module"[^>]*><\/script>\s*/, "", "script");
      html = replaceOnce(html, /<link rel="stylesheet"[^>]*>/, `<style>${styles.source}</style>`,
        "style sheet");
      html = replaceOnce(html, /SCRIPT_HASH/, digestOf(program), "place for the digest");
      html = replaceOnce(html, /<\/body>/, `<script>${program}</script>\n  </body>`, "end");
      page.source = html;
      delete bundle[script.fileName];
      delete bundle[styles.fileName];
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [onePage()],
  build: {
    target: "es2020",
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rollupOptions: { output: { format: "iife" } },
  },
});
