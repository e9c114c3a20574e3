/** Historia: the ledger of a period, page by page, newest first. */
import { api } from "../api.js";
import { form } from "../form.js";
import { note, noted } from "../history.js";
import { base } from "../moves.js";

/** The period as query parameters; a year is by the utility's clock. */
function asked({ period, from, to }, today) {
  const year = Number(today.slice(0, 4)) - (period === "before" ? 1 : 0);
  const ranges = { all: {}, range: { from, to } };
  return ranges[period] ?? { from: `${year}-01-01`, to: `${year}-12-31` };
}

function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value);
  return new URLSearchParams(given).toString();
}

export function ledger() {
  let say,
    period = {},
    next = null,
    place = 0,
    today = "";
  return {
    ...form(),
    entries: [],
    online: [],
    lost: [],
    opening: "",
    closing: "",
    message: "",
    csv: "",
    pdf: "",
    hasMore: false,
    isRange: false,
    isEmpty: false,
    isAll: true,
    isShown: false,
    /** Restore the period and as many rows as were loaded. */
    async ready() {
      say = this.$root.dataset;
      const { asks = {}, count = 0, day = "" } = noted();
      today = day;
      this.fill(asks);
      this.isRange = asks.period === "range";
      await this.submit();
      while (this.hasMore && this.entries.length < count && (await this.more()));
    },
    /** Show a predefined period at once; a custom one when both days are entered. */
    async choose() {
      this.isRange = this.values().period === "range";
      if (!this.isRange) await this.submit();
    },
    async submit() {
      const answer = await this.send((values) => {
        period = asked(values, today);
        return api.get(`/ledger?${query(period)}`);
      });
      if (!answer) return;
      ({ today } = answer.ledger);
      this.entries = [];
      this.add(answer.ledger);
      [this.online, this.lost] = [answer.ledger.told_online, answer.ledger.told_lost];
      this.isAll = this.values().period === "all";
      this.isEmpty = this.entries.length === 0;
      this.isShown = !this.isEmpty;
      this.offer(answer.ledger);
    },
    async more() {
      const answer = await this.send(() => api.get(`/ledger?${query({ ...period, after: next })}`));
      if (answer) this.add(answer.ledger);
      return answer;
    },
    add(page) {
      next = page.next;
      this.hasMore = next !== null;
      this.entries = [...this.entries, ...page.entries.map((entry) => this.row(entry))];
      this.message = say.sayCount.replace("{count}", this.entries.length);
      const isStill = this.$root.isConnected;
      if (isStill) note({ asks: this.values(), day: today, count: this.entries.length });
    },
    offer({ opening, closing }) {
      [this.opening, this.closing] = [opening.text, closing.text];
      const asks = query(period);
      [this.csv, this.pdf] = ["csv", "pdf"].map((kind) => `${base}/api/ledger.${kind}?${asks}`);
    },
    row(entry) {
      place += 1;
      const due = entry.due_days.map((day) => day.text).join(", ");
      const titles = { invoice: say.sayInvoice, correction: say.sayCorrection, note: say.sayNote };
      return {
        key: place,
        name: titles[entry.kind] ?? say.sayPayment,
        number: entry.number ?? "",
        href: entry.invoice_id ? `${base}/faktury/${entry.invoice_id}` : null,
        plain: entry.invoice_id ? "" : (entry.number ?? entry.title ?? ""),
        day: entry.booked.text,
        due: due && say.sayDue.replace("{days}", due),
        amount: entry.amount.text,
        balance: entry.balance.text,
        balanceTold: say.sayBalance.replace("{sum}", entry.balance.text),
      };
    },
  };
}
