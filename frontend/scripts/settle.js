/**
 * Shows a page only after all its first requests have been answered or failed, to avoid layout shifts.
 * layout.css reserves the space, and shows the page anyway if this takes too long.
 */
let asked = 0;

/** Run a request that the page waits for. */
export async function settling(act) {
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
  const page = document.querySelector("main.asks");
  if (page && !asked) page.dataset.settled = "yes";
}
