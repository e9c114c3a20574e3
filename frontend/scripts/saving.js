/**
 * Downloads a file that the server has to make first, with progress, and saves it: partials/saving.html
 * shows it. Refusals are shown in the page; a plain link would open JSON.
 */
import { api, Fault } from "./api.js";

// A ZIP of a thousand invoices takes minutes; then give up with an error.
const MOST_TRIES = 20;
const KEPT_MS = 60_000;
const NOTHING = { isBusy: false, isComing: false, percent: 0, message: "", fault: "" };

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

function handToBrowser({ blob, name }) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** Fetch the file, retrying while the server is making it. */
async function fetchMade(path, onProgress, tries = MOST_TRIES) {
  try {
    return await api.file(path, onProgress);
  } catch (fault) {
    if (fault.code !== "busy" || !tries) throw fault;
    await wait(fault.retry_after_seconds);
    return fetchMade(path, onProgress, tries - 1);
  }
}

export function saving() {
  return {
    saved: NOTHING,
    async save(path) {
      if (this.saved.isBusy) return;
      const { sayMaking, sayComing, saySaved } = this.$root.dataset;
      this.saved = { ...NOTHING, isBusy: true, message: sayMaking };
      const onProgress = (percent) =>
        Object.assign(this.saved, { isComing: true, percent, message: sayComing });
      try {
        const file = await fetchMade(path, onProgress);
        handToBrowser(file);
        this.saved = { ...NOTHING, message: saySaved.replace("{name}", file.name) };
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.saved = { ...NOTHING, fault: fault.detail };
      }
    },
  };
}
