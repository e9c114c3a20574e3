/** Where the components send people. */
import { bringHtmx } from "./parts.js";

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

const OWN_PATH = /^(\/[\w-]+)+$/;

/** The page that was asked for before the login: one of ours, as the address has it, or `other`. */
export function wanted(other) {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  return OWN_PATH.test(next) ? next : other;
}

/** Go to the login, and from there back to where one was. */
export function askToSignIn(page = "/logowanie") {
  const here = location.pathname.slice(base.length);
  const isPlace = OWN_PATH.test(here) && here !== "/start";
  leave(isPlace ? `${page}?next=${here}` : page);
}

/** The secret after # in the link of a mail; it leaves the address bar at once. */
export function takeToken() {
  const token = location.hash.slice(1);
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
