/** Return from the payment operator: shows what its callback reported, not what the URL claims. */
import { api, Fault } from "../api.js";
import { panels } from "../form.js";
import { settling } from "../settle.js";

const PANELS = { started: "waiting", paid: "paid", failed: "failed" };
// The callback may be slower than the payer: poll for a minute and a half.
const ASK_MS = 3000;
const TIMES = 30;

export function paidOnline() {
  let id, asking;
  return {
    ...panels(),
    isLong: false,
    async init() {
      id = new URLSearchParams(location.search).get("zlecenie");
      if (/^[0-9a-f]{32}$/.test(id ?? "")) await settling(() => this.ask(TIMES));
    },
    destroy() {
      clearTimeout(asking);
    },
    async ask(left) {
      const order = await this.fetch();
      if (!order) return;
      this.show(PANELS[order.state], order.amount.text);
      this.isLong = !left;
      if (order.state === "started" && left) asking = setTimeout(() => this.ask(left - 1), ASK_MS);
    },
    async fetch() {
      try {
        return (await api.get(`/payment-orders/${id}`)).payment_order;
      } catch (fault) {
        // Not this account's order, or no connection: nothing is shown.
        if (fault instanceof Fault) return null;
        throw fault;
      }
    },
    /** Show a message; focus it only if it is new. */
    show(name, sum) {
      const { sayWaiting, sayPaid, sayFailed } = this.$root.dataset;
      const sayings = { waiting: sayWaiting, paid: sayPaid, failed: sayFailed };
      if (name !== this.panel) this.end(name, sayings[name].replace("{sum}", sum));
    },
  };
}
