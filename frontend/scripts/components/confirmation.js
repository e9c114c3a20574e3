/** Potwierdzenie: code, invoice, consents and phone in one form. */
import { halves } from "../address.js";
import { api, Fault } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { correct, go } from "../moves.js";

const KEPT = "registration";
const ENDS = {
  "registration-void": "void",
  "registration-stopped": "stopped",
  "has-account": "has-account",
};
const INVOICE = ["kind", "buyer", "nip", "number", "amount"];

export function confirmation() {
  return {
    ...form(KEPT),
    isCompany: false,
    hasNoPhone: false,
    mayAsk: false,
    isProven: false,
    mailbox: "",
    domain: "",
    get hasLead() {
      return Boolean(this.domain) && !this.isProven && !this.panel;
    },
    async ready() {
      this.fill({ login: recall(KEPT).customer_code ?? "" });
      this.kindChanged();
      this.phoneChanged();
      this.showMailbox(recall(KEPT).email);
      await this.load();
    },
    /** Load the registration's stage; go to its page if it is another one. */
    async load() {
      try {
        const { registration } = await api.get("/registration");
        this.showRegistration(registration);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (fault.code !== "no-registration") this.refuse(fault);
        else if (recall("opened").email) await correct("/rejestracja/gotowe");
        else await this.startAgain(fault);
      }
    },
    showRegistration(registration) {
      const { customer_code, email, stage } = registration;
      this.fill({ login: customer_code, email });
      keep(KEPT, { customer_code, email, started: true });
      this.showMailbox(email);
      this.isProven = Boolean(registration.proven_until);
      this.mayAsk = registration.may_ask_office;
      this.$dispatch("registration-known", registration);
      if (["void", "stopped", "review"].includes(stage)) this.end(stage);
    },
    /** The registration ended or was moved: say so on the first page. */
    async startAgain(fault) {
      if (recall(KEPT).started) keep("ended", { sentence: fault.detail });
      keep(KEPT, { started: false, code: "" });
      await correct("/rejestracja");
    },
    proven() {
      this.isProven = true;
    },
    showMailbox(email) {
      [this.mailbox, this.domain] = halves(email ?? "");
    },
    stageChanged(event) {
      this.refuse(event.detail);
    },
    kindChanged() {
      this.isCompany = this.values().kind === "company";
      this.input("buyer").autocomplete = this.isCompany ? "organization" : "name";
    },
    phoneChanged() {
      this.hasNoPhone = this.input("no_phone").checked;
    },
    body({ login, email, code, phone = "", ...rest }) {
      const { isCompany, hasNoPhone } = this;
      return { kind: "", ...rest, phone: hasNoPhone ? "" : phone, nip: isCompany ? rest.nip : "" };
    },
    async submit() {
      const answer = await this.send((values) =>
        api.post("/registration/confirmation", this.body(values)),
      );
      if (!answer) return;
      forget(KEPT);
      keep("opened", answer.account);
      keep("login", { customer_code: answer.account.customer_code });
      await go("/rejestracja/gotowe");
    },
    refused(fault) {
      if ("may_ask_office" in fault) this.mayAsk = fault.may_ask_office;
      if (fault.code in ENDS) {
        this.end(ENDS[fault.code], fault.detail);
        return true;
      }
      if (fault.code === "code-not-proven") {
        fault.faults = [{ field: "code", message: fault.detail }];
        this.reloadRegistration();
      }
      if (fault.code === "no-registration") {
        this.startAgain(fault);
        return true;
      }
      if (fault.code !== "no-match") return false;
      const links = INVOICE.filter((field) => field !== "nip" || this.isCompany);
      this.sum(
        [],
        fault,
        links.map((field) => ({ field })),
      );
      return true;
    },
    /** The code's hour is over: load the registration to ask for a new code. */
    async reloadRegistration() {
      const { registration } = await api.get("/registration");
      this.$dispatch("registration-known", { ...registration, hasLapsed: true });
    },
    async askOffice() {
      this.panel = "";
      const answer = await this.send((values) =>
        api.post("/registration/review", this.body(values)),
      );
      if (answer) this.end("review");
    },
    forget() {
      forget(KEPT);
    },
  };
}
