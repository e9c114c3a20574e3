/** Moje dane: consents, preferences and contact data, loaded in one request. */
import { halves } from "../address.js";
import { api, Fault } from "../api.js";
import { panels } from "../form.js";
import { loading } from "../inside.js";
import { forgetAll } from "../kept.js";
import { together } from "../setting.js";

/** Group a Polish number as +48 600 000 123; others are unchanged. */
function grouped(phone) {
  return phone?.replace(/^\+48(\d{3})(\d{3})(\d{3})$/, "+48\u00a0$1\u00a0$2\u00a0$3");
}

/** Bindings of the YES or NO button; the one in force is aria-pressed. */
function button(given) {
  return {
    [":aria-pressed"]() {
      return String(this.given === given);
    },
    [":class"]() {
      return this.given === given ? "button" : "button button--quiet";
    },
    ["@click"]() {
      return this.decide(given);
    },
  };
}

/** Bindings of the act that switches a reminder on or off. */
function reminder(name) {
  return {
    [":disabled"]() {
      return !this.isLoaded;
    },
    ["@click"]() {
      return this.turnOver(name);
    },
  };
}

export function myData() {
  let say,
    saving = Promise.resolve();
  return {
    ...panels(),
    ...loading(async function () {
      const known = (await api.get("/my-data")).my_data;
      Object.assign(this, known.choices);
      this.show(known);
    }),
    name: "",
    customer_code: "",
    password_changed: "",
    bounced: "",
    bouncedWhy: "",
    bouncedFault: "",
    by_ksef: false,
    given: null,
    message: "",
    refused: "",
    told: { remind_due: "", remind_overdue: "" },
    consents: [],
    attach_pdf: false,
    remind_due: false,
    remind_overdue: false,
    mailbox: "",
    domain: "",
    phone: "",
    yes: button(true),
    no: button(false),
    due: reminder("remind_due"),
    overdue: reminder("remind_overdue"),
    get attachTold() {
      return this.attach_pdf ? say.attached : say.linked;
    },
    get dueTold() {
      return this.remind_due ? say.on : say.off;
    },
    get dueAct() {
      return this.remind_due ? say.switch_off : say.switch_on;
    },
    get overdueTold() {
      return this.remind_overdue ? say.on : say.off;
    },
    get overdueAct() {
      return this.remind_overdue ? say.switch_off : say.switch_on;
    },
    async init() {
      say = JSON.parse(this.$root.dataset.words);
      window.addEventListener("my-data", (this.shown = (event) => this.keep(event.detail)));
      await this.load();
    },
    destroy() {
      window.removeEventListener("my-data", this.shown);
    },
    /** Dispatch the data to all components of the page, including this one. */
    show(known) {
      this.$dispatch("my-data", known);
    },
    /** Show the data, except preferences: a response to something else must not undo what was chosen meanwhile. */
    keep(known) {
      const { customer_code, by_ksef, email, email_bounced, email_bounced_why } = known;
      Object.assign(this, { customer_code, by_ksef });
      this.name = together(known.name);
      this.password_changed = say.changed.replace("{day}", known.password_changed.day);
      this.bounced = email_bounced
        ? say.bounced.replace("{day}", email_bounced.day).replace("{email}", email)
        : "";
      this.bouncedWhy = email_bounced_why ?? "";
      [this.mailbox, this.domain] = halves(email);
      this.phone = grouped(known.phone) ?? say.none;
      this.consents = known.consents;
      this.keepEInvoice(known.e_invoice);
    },
    keepEInvoice({ given, since, waits_until }) {
      this.given = given;
      const waits = waits_until ? ` ${say.waits.replace("{day}", waits_until.day)}` : "";
      // Ukrainian dates already end with a full stop.
      this.message = given
        ? `${say.since.replace("{day}", since.day)}.${waits}`.replace("..", ".")
        : `${say.no}.`;
    },
    /** Request a code for the current address; the form below asks for it. */
    async writeAgain() {
      this.bouncedFault = "";
      try {
        const answer = await api.post("/my-data/email/again");
        this.$dispatch("address-asked", answer.email_change);
      } catch (fault) {
        this.bouncedFault = sentenceOf(fault);
      }
    },
    async decide(given) {
      if (given === this.given) return;
      this.refused = "";
      try {
        this.show((await api.put("/my-data/e-invoice", { given })).my_data);
      } catch (fault) {
        this.refused = sentenceOf(fault);
      }
    },
    async turnOver(name) {
      this.told[name] = "";
      try {
        await this.choose({ [name]: !this[name] });
        this.told[name] = say.saved;
      } catch (fault) {
        this.told[name] = sentenceOf(fault);
      }
    },
    /** Save preferences one request at a time, so that the last one wins; a failed change is undone. */
    choose(change) {
      const before = Object.fromEntries(Object.keys(change).map((name) => [name, this[name]]));
      Object.assign(this, change);
      const put = () => {
        const { attach_pdf, remind_due, remind_overdue } = this;
        return api.put("/my-data/choices", { attach_pdf, remind_due, remind_overdue });
      };
      saving = saving.then(put, put).catch((fault) => {
        Object.assign(this, before);
        throw fault;
      });
      return saving;
    },
    close() {
      forgetAll();
      this.end("closed");
    },
  };
}

/** Sentence of a refusal; rethrows other errors. */
function sentenceOf(fault) {
  if (!(fault instanceof Fault)) throw fault;
  return fault.detail;
}
