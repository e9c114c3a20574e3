/** Where the components send people. htmx, which does it, comes with the frame: see navigation.js. */
export const base = document.documentElement.dataset.base;

/** Go to another page, keeping the frame around it. */
export function go(path) {
  return swap(path, { push: base + path });
}

/** Go where this registration really is. The back button does not lead to the wrong page again. */
export function correct(path) {
  return swap(path, { replace: base + path });
}

function swap(path, history) {
  return window.htmx.ajax("GET", base + path, {
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
