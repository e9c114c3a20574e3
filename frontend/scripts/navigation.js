/** Navigation: htmx swaps <main>; this updates focus, title, navigation and URL. */
import { missing, start } from "./alpine.js";
import { rest } from "./focus.js";
import { arrive } from "./history.js";
import { keepPlace } from "./moves.js";
import { bringHtmx, bringPartsOf, followsLinks } from "./parts.js";
import { asQuery } from "./query.js";
import { settle } from "./settle.js";
import { giveUp } from "./unforeseen.js";

const page = document.documentElement;
const bar = document.querySelector("[data-offline]");

/** Keep the query in the links to other languages. */
function keepAsked() {
  for (const link of document.querySelectorAll(".langs__lang")) {
    const asked = new URLSearchParams(location.search);
    asked.set("lang", link.lang);
    link.setAttribute("href", `?${asked}`);
  }
}

/** Whether the current URL belongs to this navigation entry, such as *Więcej* on a phone. */
function holds({ dataset: { holds: paths = "" } }) {
  return paths.split(" ").includes(location.pathname.slice(page.dataset.base.length));
}

function markCurrent() {
  for (const link of document.querySelectorAll("[data-nav]")) {
    const isAbove = location.pathname.startsWith(`${link.pathname}/`) && !("exact" in link.dataset);
    const isWithin = isAbove || holds(link);
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else if (isWithin) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function focusHeading() {
  const refused = document.querySelector("#main [data-refused]");
  const place = refused ?? document.querySelector("#main h1");
  if (place) rest(place);
}

/** Whether htmx follows this link, by htmx's own criteria. */
function isBoosted(link) {
  const isHere = link.origin === location.origin && !link.hasAttribute("download") && !link.target;
  const isPlace = link.getAttribute("href").startsWith("#");
  const around = link.closest("[hx-boost\\:inherited]")?.getAttribute("hx-boost:inherited");
  return isHere && !isPlace && (link.getAttribute("hx-boost") ?? around) === "true";
}

const linkOf = (event) => event.target.closest?.("a[href]");

function isPlainPress(event) {
  const { button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  return !(button || ctrlKey || metaKey || shiftKey || altKey || defaultPrevented);
}

/** A page failed to load: keep this one with its input, and offer a link to retry. */
function stay(address) {
  bar.querySelector("a").href = address;
  bar.hidden = false;
  bar.focus();
}

// A link is about to be used: load htmx.
for (const sign of ["pointerover", "focusin"]) {
  document.addEventListener(sign, (event) => {
    const link = linkOf(event);
    if (link && isBoosted(link)) bringHtmx().catch(() => {});
  });
}

// A component may have rendered the link after htmx processed the page.
document.addEventListener(
  "click",
  (event) => {
    const link = linkOf(event);
    if (link && followsLinks()) window.htmx.process(link);
  },
  true,
);

// Clicked before htmx is ready: follow the link as soon as it is.
document.addEventListener("click", async (event) => {
  const link = linkOf(event);
  if (followsLinks() || !link || !isPlainPress(event) || !isBoosted(link)) return;
  event.preventDefault();
  try {
    await bringHtmx();
    link.click();
  } catch {
    stay(link.href);
  }
});

/** Fetch a page with its scripts and styles before it is swapped in. */
async function fetchWhole(address, request) {
  const response = await fetch(address, request);
  const text = await response.clone().text();
  if (layoutOf(text) === page.dataset.layout) await bringPartsOf(text);
  return response;
}

const layoutOf = (text) => /data-layout="([^"]*)"/.exec(text)?.[1];

/** Whether a part of a page has come, such as for the panel of the search box. */
const isPart = ({ text, sourceElement }) =>
  Boolean(sourceElement?.closest("[data-seek]")) && layoutOf(text ?? "") === undefined;

document.addEventListener("htmx:before:request", (event) => {
  event.detail.ctx.fetch = fetchWhole;
});

// Full page load if the frame differs: other language, logged in or out, new version.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (layoutOf(ctx.text ?? "") === page.dataset.layout || isPart(ctx)) return;
  event.preventDefault();
  // The login returns to this page.
  keepPlace(new URL(ctx.request.action, location.href));
  location.assign(ctx.response?.raw?.url || ctx.request.action);
});

/** A part of the page was swapped by what asked for it: the rest stays as and where it is. */
function arriveIn({ target }) {
  if (!target?.id || target.id === "main") return false;
  const place = document.getElementById(target.id)?.querySelector("h2");
  if (place) rest(place);
  return true;
}

document.addEventListener("htmx:after:swap", (event) => {
  bar.hidden = true;
  if (arriveIn(event.detail.ctx ?? {})) return;
  page.dataset.whole = "yes";
  keepAsked();
  markCurrent();
  scrollTo(0, 0);
  focusHeading();
  setTimeout(settle);
  arrive();
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx?.request?.action && !ctx.response) stay(ctx.request.action);
});

// Until its component has started, a form must not be submitted natively.
document.addEventListener(
  "submit",
  (event) => {
    const { whole } = page.dataset;
    if (whole === "no" || (!whole && event.target.closest("[x-data]"))) event.preventDefault();
  },
  true,
);

// A page restored from bfcache after logout would still show personal data.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

// Reached by the back button from the HTTP cache: check whether the session is still valid.
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type === "back_forward" && document.querySelector(".places")) location.reload();

// The cookie keeps the language; in the URL it would also apply to people the link is shared with.
const asked = new URLSearchParams(location.search);
if (asked.has("lang")) {
  asked.delete("lang");
  history.replaceState(history.state, "", location.pathname + asQuery(asked) + location.hash);
}
keepAsked();
markCurrent();
// After a reload, htmx is still needed for back to entries that it created.
if (history.state?.htmx) bringHtmx().catch(() => {});

/** All styles are in cascade layers; browsers without them show unstyled pages without forms. */
const knowsLayers = "CSSLayerBlockRule" in window;

// All scripts of the page have run or failed.
document.addEventListener("DOMContentLoaded", () => {
  const roots = [...document.querySelectorAll("#main [x-data]")];
  if (knowsLayers && !missing(roots).length) page.dataset.whole = "yes";
  else {
    // Do not start Alpine on a partly loaded page; its parts stay hidden.
    for (const root of roots) root.removeAttribute("x-data");
    giveUp();
  }
  start();
  setTimeout(settle);
  arrive();
});
