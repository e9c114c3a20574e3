/** Moje dane: consents, preferences and contact data, loaded in one request. */
import { halves } from "../address.js";
import { api, Fault } from "../api.js";
import { panels } from "../form.js";
import { focusOn, loading } from "../inside.js";
import { forgetAll } from "../kept.js";

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

export function myData() {
  let say,
    saving = Promise.resolve();
  return {
    ...panels(),
    ...loading(async function () {
      const known = (await api.get("/my-data")).my_data;
      this.keepChoices(known.choices);
      this.show(known);
    }),
    customer_code: "",
    bounced: "",
    bouncedWhy: "",
    bouncedFault: "",
    by_ksef: false,
    given: null,
    message: "",
    refused: "",
    saved: "",
    consents: [],
    text: [],
    attach: "yes",
    remind_due: false,
    remind_overdue: false,
    mailbox: "",
    domain: "",
    phone: "",
    yes: button(true),
    no: button(false),
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
    /** Set the boxes once: later responses must not undo what was ticked meanwhile. */
    keepChoices({ attach_pdf, remind_due, remind_overdue }) {
      Object.assign(this, { attach: attach_pdf ? "yes" : "no", remind_due, remind_overdue });
    },
    keep(known) {
      const { customer_code, by_ksef, email, email_bounced, email_bounced_why } = known;
      Object.assign(this, { customer_code, by_ksef });
      this.bounced = email_bounced
        ? say.bounced.replace("{day}", email_bounced.day).replace("{email}", email)
        : "";
      this.bouncedWhy = email_bounced_why ?? "";
      [this.mailbox, this.domain] = halves(email);
      this.phone = grouped(known.phone) ?? say.none;
      this.keepConsents(known.e_invoice, known.consents);
    },
    keepConsents({ given, since, waits_until }, consents) {
      this.given = given;
      const waits = waits_until ? ` ${say.waits.replace("{day}", waits_until.day)}` : "";
      // Ukrainian dates already end with a full stop.
      this.message = given
        ? `${say.since.replace("{day}", since.day)}.${waits}`.replace("..", ".")
        : `${say.no}.`;
      this.consents = consents.map((made, key) => {
        const when = made.decided.text,
          where = say[made.channel];
        return {
          key,
          when,
          where,
          both: `${when}, ${where}`,
          what: `${say[made.purpose]}: ${made.given ? say.yes : say.no}`,
          text_id: made.text_id,
        };
      });
    },
    /** Call, and show a refusal beside the buttons. */
    async try(call) {
      this.refused = "";
      try {
        return await call();
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.refused = fault.detail;
        return null;
      }
    },
    /** Request a code for the current address; the form below asks for it. */
    async writeAgain() {
      this.bouncedFault = "";
      const answer = await this.try(() => api.post("/my-data/email/again"));
      [this.bouncedFault, this.refused] = [this.refused, ""];
      if (answer) this.$dispatch("address-asked", answer.email_change);
    },
    async decide(given) {
      if (given === this.given) return;
      const answer = await this.try(() => api.put("/my-data/e-invoice", { given }));
      if (answer) this.show(answer.my_data);
    },
    /** Save preferences one request at a time, so that the last one wins. */
    choose() {
      this.saved = "";
      const save = () => this.saveChoices();
      saving = saving.then(save, save);
    },
    async saveChoices() {
      const { remind_due, remind_overdue } = this;
      const answer = await this.try(() =>
        api.put("/my-data/choices", {
          attach_pdf: this.attach === "yes",
          remind_due,
          remind_overdue,
        }),
      );
      this.saved = answer ? say.saved : this.refused;
    },
    async read(event) {
      const answer = await this.try(() =>
        api.get(`/my-data/texts/${event.currentTarget.dataset.text}`),
      );
      if (!answer) return;
      const styles = { heading: "own__heading", item: "own__item", text: "" };
      this.text = answer.text.paragraphs.map(({ kind, text }, key) => ({
        key,
        style: styles[kind],
        text,
      }));
      await focusOn(this.$refs.text);
    },
    close() {
      forgetAll();
      this.end("closed");
    },
  };
}
