/**
 * Bundles scripts and styles into dist/, with a hash of the content in each name, so that a browser
 * may keep them for a year; writes what the pages need to know of them into dist/manifest.json.
 *
 * Each frame has one entry with all that its pages share, and each page that does something has a
 * script of its own, which imports from its frame's entry: it is built once for each frame.
 */
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** The frames, and which pages' scripts each has: the staff's lie below biuro/, as their addresses do. */
const isStaffs = (page) => page.startsWith("biuro/");
const FRAMES = {
  public: (page) => !isStaffs(page),
  customer: (page) => !isStaffs(page),
  staff: isStaffs,
};
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const manifest = {};

async function bundle(entry, format, plugins = []) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    plugins,
    target: ["chrome99", "firefox102", "safari15.4", "ios15.4"],
    legalComments: "none",
    outdir: dist,
  });
  const [{ exports }] = Object.values(metafile.outputs);
  return { bytes: Buffer.from(outputFiles[0].contents), exports, inputs: metafile.inputs };
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
  return file;
}

/**
 * Alpine gives each directive the whole of itself, for plugins, and searches the data of each
 * component for values that plugins have put there. We have none.
 */
const FOR_PLUGINS = {
  alpine: "export default {};",
  interceptor: "export const interceptor = null; export function initInterceptors() {}",
};
const withoutPlugins = {
  name: "without-plugins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\/(alpine|interceptor)$/ }, ({ path }) => ({
      path: basename(path),
      namespace: "nothing",
    }));
    onLoad({ filter: /.*/, namespace: "nothing" }, ({ path }) => ({ contents: FOR_PLUGINS[path] }));
  },
};

/** What the frame's entry holds is imported from there: it must run once, and come once. */
function fromEntry(shared, file) {
  return {
    name: "from-entry",
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) =>
        shared.has(join(resolveDir, path)) ? { path: `./${file}`, external: true } : undefined,
      );
    },
  };
}

/** A name that the entry does not give would stop the page in the browser: it stops the build. */
function check(page, bytes, entry) {
  for (const [, names] of bytes.toString().matchAll(/import\{([^}]*)\}from/g)) {
    const wanted = names.split(",").map((name) => name.split(" as ")[0]);
    const missing = wanted.filter((name) => !entry.exports.includes(name));
    if (missing.length)
      throw new Error(`${page} imports ${missing}, which its entry does not export`);
  }
}

async function buildFrame(frame, pages) {
  const entry = await bundle(`scripts/${frame}.js`, "esm", [withoutPlugins]);
  const file = keep(`${frame}.js`, entry.bytes);
  const shared = new Set(Object.keys(entry.inputs).map((path) => join(process.cwd(), path)));
  for (const page of pages) {
    const { bytes } = await bundle(`scripts/pages/${page}`, "esm", [fromEntry(shared, file)]);
    check(page, bytes, entry);
    keep(`${frame}/${page}`, bytes);
  }
}

/** All files below, by their path from the first folder on: pages/start.js. */
function filesIn(folder) {
  const from = join(here, dirname(folder));
  return readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map(({ parentPath, name }) => relative(from, join(parentPath, name)))
    .sort();
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const pages = filesIn("scripts/pages").map((page) => relative("pages", page));
for (const [frame, has] of Object.entries(FRAMES))
  await buildFrame(frame, pages.sort().filter(has));
keep("htmx.js", (await bundle("scripts/htmx.js", "iife")).bytes);
for (const styles of [
  "public.css",
  "customer.css",
  "staff.css",
  "open.css",
  "visited.css",
  ...filesIn("styles/pages"),
])
  keep(styles, (await bundle(`styles/${styles}`)).bytes);
for (const image of readdirSync(join(here, "images")).sort()) {
  keep(image, readFileSync(join(here, "images", image)));
}
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
