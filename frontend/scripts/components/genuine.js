/** Czy to od nas?: one question at a time, and an answer that says what to do next. */
import { api } from "../api.js";
import { day, hour } from "../clock.js";
import { Form, hidePanels, showPanel } from "../form.js";

const FIELDS = { account: ["account"], invoice: ["number", "amount"], mail: ["short_code"] };

/** The panel that tells this answer. */
function panelOf(what, { is_ours, whose, is_yours }) {
  if (!is_ours) return "not-ours";
  if (what !== "account" || whose === "utility") return what === "account" ? "utility" : what;
  if (is_yours === null) return "customer";
  return is_yours ? "yours" : "others";
}

export function genuine() {
  let form, root;
  return {
    what: "account",
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
      root = this.$root;
      form = new Form(root.querySelector("form"));
      this.$watch("what", () => form.clear());
    },
    async submit() {
      const { what } = this;
      const answer = await form.send((values) => {
        const typed = Object.fromEntries(FIELDS[what].map((name) => [name, values[name]]));
        return api.post(`/genuine/${what}`, typed);
      });
      if (answer) this.tell(what, answer.genuine);
    },
    tell(what, told) {
      const panel = panelOf(what, told);
      if (panel === "mail") this.fill(told);
      showPanel(root, panel, panel === "not-ours" ? this.sentence(what) : "");
    },
    sentence(what) {
      const { sayAccount, sayInvoice, sayMail } = root.querySelector("[data-say-account]").dataset;
      return { account: sayAccount, invoice: sayInvoice, mail: sayMail }[what];
    },
    fill({ kind, sent_at, recipient_masked }) {
      const told = { kind, sent: `${day(sent_at)}, ${hour(sent_at)}`, to: recipient_masked };
      for (const place of root.querySelectorAll("[data-told]")) {
        if (place.dataset.told in told) place.textContent = told[place.dataset.told];
      }
    },
    again() {
      hidePanels(root);
      form.input(FIELDS[this.what][0]).focus();
    },
  };
}
