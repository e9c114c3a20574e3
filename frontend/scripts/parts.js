/** Fetches the scripts that a page turns out to need. All are our own, and each has its integrity. */
const { base, htmx } = document.documentElement.dataset;
const OURS = `${location.origin}${base}/static/`;

// htmx parses the pages it fetches. They are our own, from our own origin (connect-src 'self').
const policy = window.trustedTypes?.createPolicy("htmx", {
  createHTML: (html) => html,
  createScriptURL: (url) => (new URL(url, location.href).href.startsWith(OURS) ? url : ""),
});
const coming = new Map();
let failed = 0;

/** Resolves when the script has run. What did not come is asked for again the next time. */
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
  // Some browsers remember, until the page is left, that a module did not come from this address.
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

/** Resolves when the styles are there, or have failed: a page without them can be read, too. */
function dressed({ href, integrity }) {
  if (document.querySelector(`link[href="${href}"]`)) return null;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", integrity });
  link.setAttribute("href", href);
  document.head.append(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}

/** The components and the styles of a page that was fetched, as its own head names them. */
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

/** Whether htmx follows links by now: it looks at the page a moment after it has come. */
export const followsLinks = () => isFollowing;

/** htmx, which moves from page to page, comes when somebody is about to move. */
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
