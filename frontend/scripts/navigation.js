/** Moving about: htmx swaps <main>; this keeps focus, title, navigation and address in step. */
import htmx from "htmx.org";

const page = document.documentElement;
export const base = page.dataset.base;

// htmx parses the pages it fetches. They are our own, from our own origin (connect-src 'self').
const policy = window.trustedTypes?.createPolicy("htmx", { createHTML: (html) => html });
htmx.registerExtension("trusted-types", {
  init: (api) => policy && api.initSecurity(policy),
});

/** Go to another page, keeping the frame around it. */
export function go(path) {
  return swap(path, { push: base + path });
}

/** Go where this registration really is. The back button does not lead to the wrong page again. */
export function correct(path) {
  return swap(path, { replace: base + path });
}

function swap(path, history) {
  return htmx.ajax("GET", base + path, {
    target: "#main", select: "#main", swap: "outerHTML show:top", ...history,
  });
}

/** Go to another page and leave nothing of this one: at log in and log out. */
export function leave(path) {
  location.assign(base + path);
}

/** The secret after # in the link of a mail; it leaves the address bar at once. */
export function takeToken() {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

function markCurrent() {
  for (const link of document.querySelectorAll("[data-nav]")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function focusHeading() {
  const heading = document.querySelector("#main h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

// A page whose frame differs (another language, logged in or out, a new version) is loaded whole.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const layout = /data-layout="([^"]*)"/.exec(ctx.text ?? "")?.[1];
  if (layout === page.dataset.layout) return;
  event.preventDefault();
  location.assign(ctx.response?.raw?.url || ctx.request.action);
});

document.addEventListener("htmx:after:swap", () => {
  document.querySelector("[data-offline]").hidden = true;
  markCurrent();
  focusHeading();
});

// The page could not be fetched. This one stays, with all that was typed; the link tries again.
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.request?.action || ctx.response) return;
  const bar = document.querySelector("[data-offline]");
  bar.querySelector("a").href = ctx.request.action;
  bar.hidden = false;
  bar.focus();
});

// A page kept by the back button after logging out would still show somebody's data.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

// The same page out of the browser's cache, reached by the back button: ask whether it still holds.
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type === "back_forward" && document.querySelector(".tabs")) location.reload();

// The cookie remembers the language: the address need not, or it would force it on whoever gets the link.
if (new URLSearchParams(location.search).has("lang")) {
  history.replaceState(history.state, "", location.pathname + location.hash);
}
markCurrent();
