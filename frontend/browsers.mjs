/**
 * The oldest browsers in which all works and looks right, and what of our scripts and styles they do
 * not know, by MDN's compatibility data:
 *
 *     node frontend/browsers.mjs FILE…
 *
 * prints a line for each such thing, and ends with 1 if there is any.
 */
import data from "@mdn/browser-compat-data/forLegacyNode";
import { parse } from "acorn";
import { full } from "acorn-walk";
import * as css from "css-tree";
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";

const OLDEST = {
  safari_ios: "15.4",
  safari: "15.4",
  chrome: "99",
  chrome_android: "99",
  webview_android: "99",
  firefox: "102",
  firefox_android: "102",
  samsunginternet_android: "18.0",
};

/** What is used where it is known, and what is done without it. */
const ALLOWED = {
  // Alpine: methods of its arrays, which call the browser's when somebody calls them.
  "Array.toReversed": "nobody calls it",
  "Array.toSorted": "nobody calls it",
  "Array.toSpliced": "nobody calls it",
  "window.fence": "hidden from Alpine, see globals.js",
  "HTMLInputElement.capture": "an option of addEventListener, by the same name",
  // htmx asks for each of them first.
  "CSSStyleSheet.replaceSync": "not called: includeIndicatorCSS is off",
  "document.adoptedStyleSheets": "not called: includeIndicatorCSS is off",
  "Document.moveBefore": "elements are inserted anew",
  "Document.parseHTMLUnsafe": "DOMParser",
  "document.startViewTransition": "no transition",
  "window.navigation": "a move that is broken off is not noticed",
  // Typography.
  "font-size-adjust": "letters are as large as their font draws them",
  "hanging-punctuation": "quotes stand within the line",
  hyphens: "long words are not parted",
  "text-wrap": "lines end where they are full",
  "text-size-adjust": "-webkit-text-size-adjust, where it matters",
  // Touch has no pointer, printers no focus, and high contrast its own colours.
  "cursor: pointer": "the usual pointer",
  "cursor: progress": "the usual pointer",
  "cursor: default": "the usual pointer",
  resize: "the corner to pull at",
  "break-after: avoid": "a heading may end a page",
  "print-color-adjust": "the printer decides about colours",
  ":details-content": "print only: what is folded stays folded",
  "navigator.canShare": "the code of a transfer is saved, not shared",
  "navigator.share": "nobody calls it without canShare",
  "window.print": "the browser's own menu prints",
  "content-visibility": "print only: what is folded stays folded",
  "@media (forced-colors)": "who has not the query has not the colours",
  "forced-color-adjust": "who has not the query has not the colours",
  "@media (scripting)": "without scripts two lines say so instead of one",
  ":selection": "the usual colour",
  "field-sizing": "two lines for whatever is longer than one",
  zoom: "a transform",
  ":has": "the bar that fills while a page is on its way",
};

const number = (version) =>
  version.split(".").reduce((sum, part, place) => sum + part / 1000 ** place, 0);

function isKnown({ version_added: added, flags, prefix, alternative_name: otherName }, oldest) {
  if (!added || added === "preview" || flags || prefix || otherName) return false;
  return number(added.replace("≤", "")) <= number(oldest);
}

/** Those of the oldest browsers that do not know this; none where nothing is said of it. */
function missing(feature) {
  const support = feature?.__compat?.support ?? {};
  return Object.keys(OLDEST).filter((browser) => {
    const statements = [support[browser] ?? []].flat();
    return statements.length && !statements.some((each) => isKnown(each, OLDEST[browser]));
  });
}

/** Whose members our values have; a member of any other name is one of our own. */
const MET =
  /^(Array|String|Map|Set|RegExp|Number|Date|Document|Node|Element|HTML(?!Fenced|Slot)\w*Element|Event|URL\w*|FormData|Response|Headers|DOM\w*|NodeList|CSSStyleSheet|Animation)$/;
/** By the name of a member, the interfaces that have one, and whether theirs is not known. */
const members = new Map();
const interfaces = { ...data.javascript.builtins, ...data.api };
for (const [owner, its] of Object.entries(interfaces)) {
  for (const [name, feature] of MET.test(owner) ? Object.entries(its) : []) {
    if (name === "__compat" || name.includes("_")) continue;
    const found = members.get(name) ?? members.set(name, []).get(name);
    found.push({ owner, isMissing: missing(feature).length > 0 });
  }
}

const OBJECTS = { window: "Window", document: "Document", navigator: "Navigator" };
const global = (name) => interfaces[OBJECTS[name] ?? name];

function* ofMember({ object, property, computed }) {
  if (computed || property.type !== "Identifier") return;
  const { name } = property;
  const owner = object.type === "Identifier" && global(object.name);
  const own = owner && (owner[`${name}_static`] ?? owner[name]);
  if (own) {
    if (missing(own).length) yield `${object.name}.${name}`;
    return;
  }
  // Whose member it is cannot be read: it is told if none that could be meant is known.
  const found = members.get(name);
  if (found?.every(({ isMissing }) => isMissing)) yield `${found[0].owner}.${name}`;
}

function* ofPattern(pattern, flags = "") {
  if (/\(\?<[=!]/.test(pattern)) yield "regexp lookbehind";
  if (/\(\?[a-z]*-?[a-z]*:/.test(pattern.replaceAll("(?:", ""))) yield "regexp modifiers";
  if (flags.includes("v")) yield "regexp flag v";
}

const SCRIPT = {
  *Identifier({ name }) {
    if (Object.hasOwn(interfaces, name) && missing(interfaces[name]).length) yield name;
  },
  *MemberExpression(node) {
    yield* ofMember(node);
    const text = node.object.property?.name ?? node.object.callee?.name;
    const isQuery = text === "searchParams" || text === "URLSearchParams";
    if (isQuery && node.property.name === "size") yield "URLSearchParams.size";
  },
  *Literal({ regex }) {
    if (regex) yield* ofPattern(regex.pattern, regex.flags);
  },
  *NewExpression({ callee, arguments: [first] }) {
    if (callee.name === "RegExp" && typeof first?.value === "string") yield* ofPattern(first.value);
  },
};

function script(text) {
  const found = new Set();
  full(parse(text, { ecmaVersion: "latest", sourceType: "module" }), (node) => {
    for (const what of SCRIPT[node.type]?.(node) ?? []) found.add(what);
  });
  return found;
}

const properties = data.css.properties;
const types = data.css.types;
const atRules = data.css["at-rules"];
const DYNAMIC = types.length.viewport_percentage_units_dynamic;
const CONTAINER = types.length.container_query_length_units;
const ofUnit = (unit) =>
  types.length[unit] ?? (/^[dsl]v/.test(unit) ? DYNAMIC : /^cq/.test(unit) && CONTAINER);
const FUNCTIONS = { ...types, ...types.color, ...types["transform-function"] };

function* ofValue(value, property) {
  const its = properties[property] ?? {};
  const nodes = [];
  css.walk(value, (node) => nodes.push(node));
  for (const { type, name, unit } of nodes) {
    if (type === "Identifier" && missing(its[name]).length) yield `${property}: ${name}`;
    if (type === "Function" && missing(FUNCTIONS[name]).length) yield `${name}()`;
    if (type === "Dimension" && missing(ofUnit(unit)).length) yield `unit ${unit}`;
  }
  if (property === "text-decoration" && nodes.some(({ unit }) => unit))
    yield "text-decoration with a thickness";
}

/** A value that is not known is passed over: one before it that is known stands for it. */
const isSpared = (block, property, value) =>
  block.children.some(
    (other) =>
      other.property === property &&
      other.value !== value &&
      ![...ofValue(other.value, property)].length,
  );

function* ofDeclaration({ property, value }, block) {
  if (property.startsWith("--")) {
    const parsed = css.parse(css.generate(value), { context: "value", onParseError() {} });
    yield* ofValue(parsed, property);
    return;
  }
  if (missing(properties[property]).length) yield property;
  else if (!isSpared(block, property, value)) yield* ofValue(value, property);
}

function* ofSelector({ name }, media) {
  if (missing(data.css.selectors[name]).length) yield `:${name}`;
  // A finger leaves what it pressed as it looks under a mouse, until it presses something else.
  if (name === "hover" && !media.includes("(hover:hover)")) yield ":hover where nothing hovers";
}

function style(text) {
  const found = new Set();
  const [asked, media] = [[], []];
  const conditions = { supports: asked, media };
  css.walk(css.parse(text, { parseCustomProperty: true }), {
    enter(node) {
      if (node.type === "Atrule") {
        conditions[node.name]?.push(css.generate(node.prelude));
        if (missing(atRules[node.name]).length) found.add(`@${node.name}`);
      }
      if (node.type === "Feature" && missing(atRules.media[node.name]).length)
        found.add(`@media (${node.name})`);
      if (/Pseudo.*Selector/.test(node.type))
        for (const what of ofSelector(node, media)) note(what);
      if (node.type === "Declaration" && this.block)
        for (const what of ofDeclaration(node, this.block)) note(what);
    },
    leave(node) {
      if (node.type === "Atrule") conditions[node.name]?.pop();
    },
  });
  return found;

  function note(what) {
    const word = what.replace(/^.*: |\(\)$|^:+/g, "");
    if (!asked.some((condition) => condition.includes(word))) found.add(what);
  }
}

const CHECKS = { ".js": script, ".css": style };
let count = 0;
for (const file of process.argv.slice(2)) {
  for (const what of CHECKS[extname(file)](readFileSync(file, "utf-8"))) {
    if (ALLOWED[what]) continue;
    console.log(`${basename(file)}: ${what}`);
    count += 1;
  }
}
process.exitCode = count ? 1 : 0;
