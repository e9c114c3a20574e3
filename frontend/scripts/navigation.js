/** Moving about: htmx swaps <main>; this keeps focus, title, navigation and address in step. */
import htmx from "htmx.org";

const page = document.documentElement;
const [componentsUrl, componentsIntegrity] = page.dataset.components.split(" ");

// htmx parses the pages it fetches. They are our own, from our own origin (connect-src 'self').
const policy = window.trustedTypes?.createPolicy("htmx", {
  createHTML: (html) => html,
  createScriptURL: (url) => (url === componentsUrl ? url : ""),
});
htmx.registerExtension("trusted-types", {
  init: (api) => policy && api.initSecurity(policy),
});

/** Pages that only tell something come without the components: they are fetched with the first
    page that has one. */
function bringComponents() {
  if (
    !document.querySelector("#main [x-data]") ||
    document.querySelector("script[data-components]")
  )
    return;
  const script = document.createElement("script");
  script.dataset.components = "";
  script.integrity = componentsIntegrity;
  script.src = policy ? policy.createScriptURL(componentsUrl) : componentsUrl;
  document.head.append(script);
}

// Until its component has come, a form would be sent as plain forms are, and nobody reads those.
document.addEventListener("submit", (event) => window.Alpine || event.preventDefault(), true);

/** The same page in another language, with what is asked of it. */
function keepAsked() {
  for (const link of document.querySelectorAll(".langs__lang")) {
    const asked = new URLSearchParams(location.search);
    asked.set("lang", link.lang);
    link.setAttribute("href", `?${asked}`);
  }
}

function markCurrent() {
  for (const link of document.querySelectorAll("[data-nav]")) {
    const isWithin = location.pathname.startsWith(`${link.pathname}/`);
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else if (isWithin) link.setAttribute("aria-current", "true");
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
  bringComponents();
  keepAsked();
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
const asked = new URLSearchParams(location.search);
if (asked.has("lang")) {
  asked.delete("lang");
  history.replaceState(
    history.state,
    "",
    location.pathname + (asked.size ? `?${asked}` : "") + location.hash,
  );
}
keepAsked();
markCurrent();
