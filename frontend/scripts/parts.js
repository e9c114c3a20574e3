/** Loads scripts and styles on demand, all our own and with integrity hashes. */
const { htmx } = document.documentElement.dataset;
/** The folder of our files, also below an address where somebody looks at a customer's screens. */
export const OURS = new URL(".", import.meta.url).href;

// For htmx, which parses fetched pages; they come only from our origin (connect-src 'self').
const policy = window.trustedTypes?.createPolicy("htmx", {
  createHTML: (html) => html,
  createScriptURL: (url) => (new URL(url, location.href).href.startsWith(OURS) ? url : ""),
});
const coming = new Map();
let failed = 0;

/** Load a script; resolves when it has run. A failed one is retried at the next call. */
export function bring(part) {
  if (!coming.has(part.url)) {
    const script = added(part);
    coming.set(part.url, script);
    script.catch(() => coming.delete(part.url));
  }
  return coming.get(part.url);
}

function added({ url, integrity, type = "" }) {
  const script = Object.assign(document.createElement("script"), { integrity, type });
  // Some browsers cache a module's failure by URL, so a retry needs another one.
  const address = failed ? `${url}?${failed}` : url;
  script.src = policy ? policy.createScriptURL(address) : address;
  return new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => {
      failed += 1;
      script.remove();
      reject(new Error(`Failed to fetch ${url}`));
    });
    document.head.append(script);
  });
}

/** Load styles; resolves even on failure, as a page is readable without them. */
function dressed({ href, integrity }) {
  if (document.querySelector(`link[href="${href}"]`)) return null;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", integrity });
  link.setAttribute("href", href);
  document.head.append(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}

/** Load the scripts and styles that a fetched page's head names. */
export async function bringPartsOf(text) {
  const html = policy ? policy.createHTML(text) : text;
  const page = new DOMParser().parseFromString(html, "text/html");
  const scripts = [...page.querySelectorAll("script[data-part]")];
  const links = [...page.querySelectorAll("link[data-part]")];
  await Promise.all([
    ...links.map((link) => dressed({ href: link.getAttribute("href"), integrity: link.integrity })),
    ...scripts.map((script) =>
      bring({ url: script.getAttribute("src"), integrity: script.integrity, type: script.type }),
    ),
  ]);
}

let isFollowing = false;

/** Whether htmx has processed the page's links, a moment after loading. */
export const followsLinks = () => isFollowing;

/** Load htmx, when a link is about to be used. */
export async function bringHtmx() {
  if (isFollowing) return window.htmx;
  const [url, integrity] = htmx.split(" ");
  await bring({ url, integrity });
  window.htmx.registerExtension("trusted-types", {
    init: (api) => policy && api.initSecurity(policy),
  });
  await new Promise((resolve) => setTimeout(resolve));
  isFollowing = true;
  return window.htmx;
}
