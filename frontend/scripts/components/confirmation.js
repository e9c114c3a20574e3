/** Potwierdzenie: the code, the invoice, the consents and the phone, in one form. */
import { halves } from "../address.js";
import { api, Fault } from "../api.js";
import { Form, hidePanels, showPanel } from "../form.js";
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
  let form, root;
  return {
    isCompany: false,
    async init() {
      root = this.$root;
      form = new Form(root.querySelector("form"), KEPT);
      form.onFault = (fault) => this.refused(fault);
      form.fill({ login: recall(KEPT).customer_code ?? "" });
      this.kindChanged();
      this.phoneChanged();
      this.tell(recall(KEPT).email);
      await this.load();
    },
    /** Where the registration is: this page, or another. */
    async load() {
      try {
        const { registration } = await api.get("/registration");
        this.show(registration);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (fault.code !== "no-registration") form.refuse(fault);
        else if (recall("opened").email) await correct("/rejestracja/gotowe");
        else await this.lose(fault);
      }
    },
    show(registration) {
      form.fill({ login: registration.customer_code, email: registration.email, started: true });
      keep(KEPT, {
        customer_code: registration.customer_code,
        email: registration.email,
        started: true,
      });
      this.tell(registration.email);
      if (registration.proven_until) this.proven();
      this.offerOffice(registration.may_ask_office);
      this.$dispatch("registration-known", registration);
      if (["void", "stopped", "review"].includes(registration.stage)) this.end(registration.stage);
    },
    /** It ended, or went on on another device: say so where one begins again. */
    async lose(fault) {
      if (recall(KEPT).started) keep("told", { sentence: fault.detail });
      keep(KEPT, { started: false, code: "" });
      await correct("/rejestracja");
    },
    proven() {
      root.querySelector("[data-lead]").hidden = true;
    },
    tell(email) {
      const lead = root.querySelector("[data-lead]");
      lead.hidden = !email;
      const [name, domain] = halves(email ?? "");
      lead
        .querySelector("[data-email]")
        .replaceChildren(name, document.createElement("wbr"), domain);
    },
    end(state, detail) {
      root.querySelector("[data-lead]").hidden = true;
      showPanel(root, state, detail);
    },
    stageChanged(event) {
      form.refuse(event.detail);
    },
    kindChanged() {
      this.isCompany = form.values().kind === "company";
      form.input("buyer").autocomplete = this.isCompany ? "organization" : "name";
    },
    phoneChanged() {
      const phone = form.input("phone");
      phone.disabled = form.input("no_phone").checked;
    },
    body({ login, email, code, phone = "", ...rest }) {
      return {
        kind: "",
        ...rest,
        phone: rest.no_phone ? "" : phone,
        nip: this.isCompany ? rest.nip : "",
      };
    },
    async submit() {
      const answer = await form.send((values) =>
        api.post("/registration/confirmation", this.body(values)),
      );
      if (!answer) return;
      forget(KEPT);
      keep("opened", answer.account);
      keep("login", { customer_code: answer.account.customer_code });
      await go("/rejestracja/gotowe");
    },
    refused(fault) {
      if ("may_ask_office" in fault) this.offerOffice(fault.may_ask_office);
      if (fault.code in ENDS) {
        this.end(ENDS[fault.code], fault.detail);
        return true;
      }
      if (fault.code === "code-not-proven") {
        fault.faults = [{ field: "code", message: fault.detail }];
        this.knowAgain();
      }
      if (fault.code === "no-registration") {
        this.lose(fault);
        return true;
      }
      if (fault.code !== "no-match") return false;
      const links = INVOICE.filter((field) => field !== "nip" || this.isCompany);
      form.sum(
        [],
        fault,
        links.map((field) => ({ field })),
      );
      return true;
    },
    /** The hour in which the code counts is over: the field asks for a new one. */
    async knowAgain() {
      const { registration } = await api.get("/registration");
      this.$dispatch("registration-known", registration);
    },
    offerOffice(may) {
      for (const offer of root.querySelectorAll("[data-ask-office]")) offer.hidden = !may;
    },
    async askOffice() {
      hidePanels(root);
      const answer = await form.send((values) =>
        api.post("/registration/review", this.body(values)),
      );
      if (answer) this.end("review");
    },
    forget() {
      forget(KEPT);
    },
  };
}
