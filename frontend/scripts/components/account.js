/** Start: the customer, the newest invoice, and links. */
import { api } from "../api.js";
import { loading } from "../inside.js";
import { isIn, stands } from "../invoices.js";
import { forget, recall } from "../kept.js";
import { base } from "../moves.js";
import { together } from "../setting.js";

const MONTHS = 12;
const months = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short" });

export function account() {
  return {
    ...loading(async function () {
      const [known, { invoices }] = await Promise.all([
        api.get("/account"),
        api.get("/invoices?limit=25"),
      ]);
      this.show(known.account);
      this.showYear(invoices.items);
    }),
    isNew: recall("start").first === true,
    customer_code: "",
    today: "",
    name: "",
    e_invoice: "",
    password_changed: "",
    bounced: "",
    months: [],
    yearSentence: "",
    newest: false,
    hasNone: false,
    paper: { is: isIn(""), waiting: "" },
    newestHref: null,
    newestPdf: null,
    newestWhy: null,
    newestNumber: "",
    newestGross: "",
    newestIssued: "",
    newestPeriod: "",
    newestSentence: "",
    async init() {
      forget("start");
      await this.load();
    },
    show(known) {
      const say = this.$root.dataset;
      this.customer_code = known.customer_code;
      this.today = together(known.today);
      this.bounced = known.email_bounced_why ?? "";
      // No line break within "sp. z o.o.".
      this.name = together(known.name);
      const { given, since } = known.e_invoice;
      this.e_invoice = given ? say.sayYes.replace("{day}", since?.day ?? "–") : say.sayNo;
      this.password_changed = known.password_changed
        ? say.sayChanged.replace("{day}", known.password_changed.day)
        : "";
      if (known.newest_invoice) this.showNewest(known.newest_invoice);
      else this.hasNone = true;
    },
    /** The last twelve invoices as a pipe that is filled where they are paid. */
    showYear(items) {
      const say = this.$root.dataset;
      const words = { due: say.sayDue, overdue: say.sayOverdue, waiting: say.sayWaiting };
      const shown = items.filter(({ kind }) => kind === "invoice").slice(0, MONTHS);
      this.months = shown.reverse().map(({ id, state, issued, period, gross, paid_online }) => ({
        id,
        href: `${base}/faktury/${id}`,
        brief: months.format(new Date(`${period?.to ?? issued.on}T12:00`)),
        name: `${period?.name ?? issued.text}: `,
        sum: gross.text.replace(/\u00a0zł$/, ""),
        state: ` zł, ${(words[state] ?? say.sayPaid).replace("{day}", paid_online?.brief ?? "")}`,
        style: words[state] ? `year__month--${state}` : "",
      }));
      const paid = this.months.filter(({ style }) => !style).length;
      this.yearSentence = say.sayYear.replace("{count}", paid).replace("{all}", this.months.length);
    },
    showNewest(invoice) {
      const path = `/faktury/${invoice.id}`;
      Object.assign(this, {
        newest: true,
        paper: stands(invoice, this.$root.dataset),
        newestNumber: invoice.number,
        newestGross: invoice.gross.text,
        newestIssued: invoice.issued.text,
        newestPeriod: invoice.period?.text ?? "",
        newestHref: base + path,
        newestWhy: `${base}${path}#why`,
        newestPdf: `${base}/api/invoices/${invoice.id}/document.pdf`,
        newestSentence: together(invoice.told.join(" ")),
      });
    },
  };
}
