/** Czy to od nas?: one question at a time, and an answer that says what to do next. */
import { api } from "../api.js";
import { form } from "../form.js";

const FIELDS = { account: ["account"], invoice: ["number", "amount"], mail: ["short_code"] };

/** The panel for this answer. */
function panelOf(what, { is_ours, whose, is_yours }) {
  if (!is_ours) return "not-ours";
  if (what !== "account" || whose === "utility") return what === "account" ? "utility" : what;
  if (is_yours === null) return "customer";
  return is_yours ? "yours" : "others";
}

export function genuine() {
  return {
    ...form(),
    what: "account",
    mail: { kind: "", sent: "", to: "" },
    get isAccount() {
      return this.what === "account";
    },
    get isInvoice() {
      return this.what === "invoice";
    },
    get isMail() {
      return this.what === "mail";
    },
    init() {
      this.$watch("what", () => this.clear());
    },
    async submit() {
      const { what } = this;
      const answer = await this.send((values) => {
        const typed = Object.fromEntries(FIELDS[what].map((name) => [name, values[name]]));
        return api.post(`/genuine/${what}`, typed);
      });
      if (answer) this.showAnswer(what, answer.genuine);
    },
    showAnswer(what, found) {
      const panel = panelOf(what, found);
      if (panel === "mail")
        this.mail = { kind: found.kind, sent: found.sent.text, to: found.recipient_masked };
      this.end(panel, panel === "not-ours" ? this.sentence(what) : "");
    },
    sentence(what) {
      const { sayAccount, sayInvoice, sayMail } = this.$root.dataset;
      return { account: sayAccount, invoice: sayInvoice, mail: sayMail }[what];
    },
    askAgain() {
      this.again(FIELDS[this.what][0]);
    },
  };
}
