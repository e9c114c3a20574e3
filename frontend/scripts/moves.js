/** Navigation by components. */
import { forget, keep, recall } from "./kept.js";
import { bringHtmx } from "./parts.js";
import { asQuery } from "./query.js";

export const { base } = document.documentElement.dataset;

/** Navigate by htmx, keeping the frame. */
export function go(path) {
  return swap(path, { push: base + path });
}

/** Navigate to the registration's page, replacing the history entry. */
export function correct(path) {
  return swap(path, { replace: base + path });
}

async function swap(path, history) {
  let htmx;
  try {
    htmx = await bringHtmx();
  } catch {
    return location[history.push ? "assign" : "replace"](base + path);
  }
  return htmx.ajax("GET", base + path, {
    target: "#main",
    select: "#main",
    swap: "outerHTML show:top",
    ...history,
  });
}
/** Navigate with a full page load, at login and logout. */
export function leave(path) {
  location.assign(base + path);
}

const OWN_PLACE = /^(\/[\w-]+)+(\?[\w=&,-]*)?(#[\w-]+)?$/;
const OWN_PART = /^#[\w-]+$/;

/** The query parameters of the login or first-password page. */
export const asked = () => new URLSearchParams(location.search);

/** The page requested before the login if it is one of ours, else `other`. */
export function wanted(other) {
  const next = asked().get("next") ?? "";
  if (!OWN_PLACE.test(next)) return other;
  const { path, rest } = recall("next");
  if (path === next.split(/[?#]/)[0]) return path + rest;
  // Browsers keep the fragment (#pay) through redirects to the login.
  return next + (OWN_PART.test(location.hash) ? location.hash : "");
}

/**
 * Store the requested URL in this tab: its query may be personal data, so the login's URL does not
 * contain it.
 */
export function keepPlace({ pathname, search, hash }) {
  keep("next", { path: pathname.slice(base.length), rest: search + hash });
}

/** Go to the login, or another page that comes first, and back afterwards. */
export function askFirst(page, why = {}) {
  const path = location.pathname.slice(base.length);
  if (path === page) return;
  const isPlace = OWN_PLACE.test(path) && path !== "/start";
  keepPlace(location);
  leave(`${page}${asQuery(new URLSearchParams({ ...why, ...(isPlace && { next: path }) }))}`);
}

/** Go to the login, which says that the session has ended. */
export const askToSignIn = () => askFirst("/logowanie", { ended: "yes" });

/** Go to the page requested before the login. */
export function leaveFor(path) {
  forget("next");
  leave(path);
}

/** The token in the URL's fragment, which is removed from the address bar at once. */
export function takeToken() {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
