/**
 * A page that has to ask for what it shows comes into sight whole: below its heading nothing stands
 * until every first answer is there, or has failed, so that nothing moves under somebody's finger.
 * Styles keep the room (layout.css), and show the page by themselves when this takes too long.
 */
let asked = 0;

/** Do what the page waits for before it is shown. */
export async function settling(act) {
  asked += 1;
  try {
    return await act();
  } finally {
    asked -= 1;
    // What an answer brings may ask in its turn.
    setTimeout(settle);
  }
}

/** Show the page, unless it waits for something. */
export function settle() {
  const page = document.querySelector("main.asks");
  if (page && !asked) page.dataset.settled = "yes";
}
