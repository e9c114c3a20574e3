/** Where the components send people. */
import { forget, keep, recall } from "./kept.js";
import { bringHtmx } from "./parts.js";
import { asQuery } from "./query.js";

export const { base } = document.documentElement.dataset;

/** Go to another page, keeping the frame around it. */
export function go(path) {
  return swap(path, { push: base + path });
}

/** Go where this registration really is. The back button does not lead to the wrong page again. */
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
/** Go to another page and leave nothing of this one: at log in and log out. */
export function leave(path) {
  location.assign(base + path);
}

const OWN_PLACE = /^(\/[\w-]+)+(\?[\w=&,-]*)?(#[\w-]+)?$/;
const OWN_PART = /^#[\w-]+$/;

/** What the address of a login, or of the first password, says about where it leads. */
export const asked = () => new URLSearchParams(location.search);

/** The page that was asked for before the login: one of ours, as the address has it, or `other`. */
export function wanted(other) {
  const next = asked().get("next") ?? "";
  if (!OWN_PLACE.test(next)) return other;
  const { path, rest } = recall("next");
  if (path === next.split(/[?#]/)[0]) return path + rest;
  // A browser carries the part of a page (#pay) through the way to the login.
  return next + (OWN_PART.test(location.hash) ? location.hash : "");
}

/**
 * Keep what was asked for in this tab, whole: what was searched for may say whose it is, so that the
 * address of the login does not hold it.
 */
export function keepPlace({ pathname, search, hash }) {
  keep("next", { path: pathname.slice(base.length), rest: search + hash });
}

/** Go to the login, or to what else is to be done first, and from there back to where one was. */
export function askFirst(page, why = {}) {
  const path = location.pathname.slice(base.length);
  if (path === page) return;
  const isPlace = OWN_PLACE.test(path) && path !== "/start";
  keepPlace(location);
  leave(`${page}${asQuery(new URLSearchParams({ ...why, ...(isPlace && { next: path }) }))}`);
}

/** The session is over: the login says so. */
export const askToSignIn = () => askFirst("/logowanie", { ended: "yes" });

/** Go where the login was to lead. */
export function leaveFor(path) {
  forget("next");
  leave(path);
}

/** The secret after # in the link of a mail; it leaves the address bar at once. */
export function takeToken() {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
