/** Historia: the ledger of a period, page by page, newest first. */
import { api } from "../api.js";
import { brief, whole } from "../days.js";
import { form } from "../form.js";
import { note, noted } from "../history.js";
import { base } from "../moves.js";
import { noteTrouble, settling } from "../settle.js";

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

/** A balance; nothing of one that is nought. */
const told = ({ grosze, text }) => (grosze ? text : "");

export function ledger() {
  let say,
    period = {},
    next = null,
    wanted = 0,
    place = 0,
    today = "";
  return {
    ...form(),
    /** Newest first, each with its entries, newest first, and the balance after the newest. */
    months: [],
    count: 0,
    online: [],
    lost: [],
    opening: "",
    closing: "",
    hasCredit: false,
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
      [today, wanted] = [day, count];
      this.fill(asks);
      this.isRange = asks.period === "range";
      await this.submit();
    },
    /** Show a predefined period at once; a custom one when both days are entered. */
    async choose() {
      this.isRange = this.values().period === "range";
      wanted = 0;
      if (!this.isRange) await this.submit();
    },
    /** Load the period, and as many entries of it as were there before; a failure keeps their number. */
    submit() {
      return settling(async () => {
        await this.look();
        while (this.hasMore && this.count < wanted && (await this.more()));
        noteTrouble(this.$root, this.refusal.isPassing);
        if (!this.refusal.isShown) wanted = 0;
      });
    },
    async look() {
      const answer = await this.send((values) => {
        period = asked(values, today);
        return api.get(`/ledger?${query(period)}`);
      });
      if (!answer) return;
      ({ today } = answer.ledger);
      Object.assign(this, { months: [], count: 0, hasCredit: false });
      this.add(answer.ledger);
      [this.online, this.lost] = [answer.ledger.told_online, answer.ledger.told_lost];
      this.isAll = this.values().period === "all";
      this.isEmpty = this.count === 0;
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
      for (const entry of page.entries) this.monthOf(entry).entries.push(this.row(entry));
      this.count += page.entries.length;
      this.message = say.sayCount.replace("{count}", this.count);
      const isStill = this.$root.isConnected;
      if (isStill) note({ asks: this.values(), day: today, count: Math.max(this.count, wanted) });
    },
    offer({ opening, closing }) {
      [this.opening, this.closing] = [told(opening), told(closing)];
      this.hasCredit ||= opening.grosze < 0 || closing.grosze < 0;
      const asks = query(period);
      [this.csv, this.pdf] = ["csv", "pdf"].map((kind) => `${base}/api/ledger.${kind}?${asks}`);
    },
    /** The last month, or a new one if this entry is older. */
    monthOf({ month: name, balance }) {
      if (this.months.at(-1)?.name !== name) {
        const sum = told(balance);
        this.hasCredit ||= balance.grosze < 0;
        this.months.push({
          name,
          balance: sum && say.sayBalance.replace("{sum}", sum),
          entries: [],
        });
      }
      return this.months.at(-1);
    },
    row(entry) {
      place += 1;
      const due = entry.due_days.map(whole).join(", ");
      const isPayment = entry.kind === "payment";
      const titles = { invoice: say.sayInvoice, correction: say.sayCorrection, note: say.sayNote };
      return {
        key: place,
        isPayment,
        style: isPayment ? "ledger__in" : "",
        name: titles[entry.kind] ?? say.sayPayment,
        number: entry.number ?? "",
        href: entry.invoice_id ? `${base}/faktury/${entry.invoice_id}` : null,
        plain: entry.invoice_id ? "" : (entry.number ?? entry.title ?? ""),
        day: brief(entry.booked),
        due: due && say.sayDue.replace("{days}", due),
        charged: isPayment ? "" : entry.amount.text,
        paid: isPayment ? entry.amount.text : "",
      };
    },
  };
}
