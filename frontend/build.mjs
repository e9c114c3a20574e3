/**
 * Bundles scripts and styles into dist/, with a hash of the content in each name, so that a browser
 * may keep them for a year; writes what the pages need to know of them into dist/manifest.json.
 */
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const manifest = {};

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome105", "firefox115", "safari16"],
    legalComments: "none",
    outdir: dist,
  });
  return Buffer.from(outputFiles[0].contents);
}

function keep(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const kind = extname(name);
  const file = `${basename(name, kind)}-${hash}${kind}`;
  writeFileSync(join(dist, file), bytes);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(join(dist, `${file}.br`), brotliCompressSync(bytes, { params: quality }));
  writeFileSync(join(dist, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  const integrity = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  manifest[name] = { file, integrity };
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
keep("main.js", await bundle("scripts/main.js"));
keep("components.js", await bundle("scripts/components.js"));
keep("main.css", await bundle("styles/main.css"));
for (const image of readdirSync(join(here, "images")).sort()) {
  keep(image, readFileSync(join(here, "images", image)));
}
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
