/** Moving about: htmx swaps <main>; this keeps focus, title, navigation and address in step. */
import { aim } from "./aim.js";
import { missing, start } from "./alpine.js";
import { rest } from "./focus.js";
import { keepPlace } from "./moves.js";
import { bringHtmx, bringPartsOf, followsLinks } from "./parts.js";
import { asQuery } from "./query.js";
import { settle } from "./settle.js";
import { giveUp } from "./unforeseen.js";

const page = document.documentElement;
const bar = document.querySelector("[data-offline]");

/** The same page in another language, with what is asked of it. */
function keepAsked() {
  for (const link of document.querySelectorAll(".langs__lang")) {
    const asked = new URLSearchParams(location.search);
    asked.set("lang", link.lang);
    link.setAttribute("href", `?${asked}`);
  }
}

/** A place under which pages of other addresses lie, as *Więcej* on a phone. */
function holds({ dataset: { holds: paths = "" } }) {
  return paths.split(" ").includes(location.pathname.slice(page.dataset.base.length));
}

function markCurrent() {
  for (const link of document.querySelectorAll("[data-nav]")) {
    const isWithin = location.pathname.startsWith(`${link.pathname}/`) || holds(link);
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else if (isWithin) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function focusHeading() {
  const heading = document.querySelector("#main h1");
  if (heading) rest(heading);
}

/** Whether htmx is to follow this link in its frame, and not the browser: as htmx itself judges. */
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

/** The page asked for did not come. This one stays, with all that was typed; the link tries again. */
function stay(address) {
  bar.querySelector("a").href = address;
  bar.hidden = false;
  bar.focus();
}

// Somebody is about to press a link: a finger, a mouse over it, or the Tab key on it.
for (const sign of ["pointerover", "focusin"]) {
  document.addEventListener(sign, (event) => {
    const link = linkOf(event);
    if (link && isBoosted(link)) bringHtmx().catch(() => {});
  });
}

// Pressed before htmx follows links: it follows this one as soon as it does.
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

/** A page, and with it what gives life to it: nothing is swapped in that would lie there dead. */
async function fetchWhole(address, request) {
  const response = await fetch(address, request);
  const text = await response.clone().text();
  if (layoutOf(text) === page.dataset.layout) await bringPartsOf(text);
  return response;
}

const layoutOf = (text) => /data-layout="([^"]*)"/.exec(text)?.[1];

document.addEventListener("htmx:before:request", (event) => {
  event.detail.ctx.fetch = fetchWhole;
});

// A page whose frame differs (another language, logged in or out, a new version) is loaded whole.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (layoutOf(ctx.text ?? "") === page.dataset.layout) return;
  event.preventDefault();
  // If it is the login, this is what it shall lead to.
  keepPlace(new URL(ctx.request.action, location.href));
  location.assign(ctx.response?.raw?.url || ctx.request.action);
});

document.addEventListener("htmx:after:swap", () => {
  bar.hidden = true;
  page.dataset.whole = "yes";
  keepAsked();
  markCurrent();
  focusHeading();
  setTimeout(settle);
  aim();
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx?.request?.action && !ctx.response) stay(ctx.request.action);
});

// Until its component has come, a form would be sent as plain forms are, and nobody reads those.
document.addEventListener(
  "submit",
  (event) => {
    const { whole } = page.dataset;
    if (whole === "no" || (!whole && event.target.closest("[x-data]"))) event.preventDefault();
  },
  true,
);

// A page kept by the back button after logging out would still show somebody's data.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

// The same page out of the browser's cache, reached by the back button: ask whether it still holds.
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type === "back_forward" && document.querySelector(".places")) location.reload();

// The cookie remembers the language: the address need not, or it would force it on whoever gets the link.
const asked = new URLSearchParams(location.search);
if (asked.has("lang")) {
  asked.delete("lang");
  history.replaceState(history.state, "", location.pathname + asQuery(asked) + location.hash);
}
keepAsked();
markCurrent();
// What was moved to without a reload is moved back to in the same way, after one, too.
if (history.state?.htmx) bringHtmx().catch(() => {});

/** Every style stands in a layer: who does not know them sees none, and is not asked to type. */
const knowsLayers = "CSSLayerBlockRule" in window;

// Every script of the page has run by now, or has failed.
document.addEventListener("DOMContentLoaded", () => {
  const roots = [...document.querySelectorAll("#main [x-data]")];
  if (knowsLayers && !missing(roots).length) page.dataset.whole = "yes";
  else {
    // Nothing is made of half a page: the rest of it stays hidden.
    for (const root of roots) root.removeAttribute("x-data");
    giveUp();
  }
  start();
  setTimeout(settle);
  aim();
});
