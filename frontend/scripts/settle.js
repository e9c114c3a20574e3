/**
 * Shows a page only after all its first requests have been answered or failed, to avoid layout shifts.
 * layout.css reserves the space, and shows the page anyway if this takes too long.
 */
let asked = 0;
const waiting = [];
/** Elements of components whose data failed to load, until a retry succeeds. */
const troubled = new Set();

/** When the page last began to wait, in performance.now(). */
export let askedAt = 0;

/** Note whether this component's data came. */
export function noteTrouble(root, isTrouble) {
  if (isTrouble) troubled.add(root);
  else troubled.delete(root);
}

/** Whether something of the page failed to load. */
export const hasTrouble = () => [...troubled].some((root) => root.isConnected);

/** Run a request that the page waits for. */
export async function settling(act) {
  if (!asked) askedAt = performance.now();
  asked += 1;
  try {
    return await act();
  } finally {
    asked -= 1;
    // A response may trigger further requests.
    setTimeout(settle);
  }
}

/** Show the page unless requests are pending. */
export function settle() {
  if (asked) return;
  const page = document.querySelector("main.asks");
  if (page) page.dataset.settled = "yes";
  for (const go of waiting.splice(0)) go();
}

/** Resolves when the page is shown. */
export const whenSettled = () => new Promise((resolve) => waiting.push(resolve));
