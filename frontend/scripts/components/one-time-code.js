/** Kod jednorazowy, in registration and for a new e-mail address: looked at as soon as six digits are there; once right, it stays right. */
import { api, Fault } from "../api.js";
import { hour, secondsUntil, span } from "../clock.js";
import { keep } from "../kept.js";

export function oneTimeCode() {
  let field, input, say, ticking, asked, resendAfter, codes;
  return {
    proven: false,
    told: "",
    left: 0,
    init() {
      field = this.$root;
      input = field.querySelector("input");
      // Where the code is checked; another one is asked for below it.
      codes = field.dataset.codes;
      say = field.querySelector("[role=status]").dataset;
      ticking = setInterval(() => (this.left = secondsUntil(resendAfter)), 1000);
    },
    destroy() {
      clearInterval(ticking);
    },
    /** The registration as the server has it. */
    know(event) {
      const registration = event.detail;
      resendAfter = registration.resend_after;
      this.left = secondsUntil(resendAfter);
      if (registration.proven_until) return this.prove(registration.proven_until);
      if (this.proven) this.lose();
      this.typed();
    },
    typed() {
      const digits = input.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6);
      if (digits !== input.value) input.value = digits;
      if (this.proven || digits.length < 6 || digits === asked) return;
      this.check(digits);
    },
    async check(code) {
      asked = code;
      this.told = say.sayChecking;
      this.wrong("");
      try {
        this.accept(await api.post(codes, { code }));
      } catch (fault) {
        this.refuse(fault);
      }
    },
    accept({ registration, my_data }) {
      if (my_data) return this.spend(my_data);
      this.prove(registration.proven_until);
      this.$dispatch("registration-proven");
    },
    /** A code that proves an address for good: the field is for the next one. */
    spend(known) {
      input.value = this.told = "";
      asked = null;
      this.$dispatch("email-proven", known);
    },
    refuse(fault) {
      if (!(fault instanceof Fault)) throw fault;
      // After a lost connection, or a fault of ours, the same digits may be tried again.
      if (!fault.status || fault.status >= 500) asked = null;
      this.told = "";
      this.wrong(fault.faults[0]?.message ?? fault.sentence);
      if (["registration-void", "registration-stopped", "no-registration"].includes(fault.code))
        this.$dispatch("stage", fault);
    },
    prove(until) {
      this.proven = true;
      this.wrong("");
      this.told = say.sayUntil.replace("{hour}", hour(until));
      input.readOnly = true;
      input.hidden = input.value.length < 6;
      input.classList.add("comb--proven");
    },
    /** The hour is over: a new code proves the address again. */
    lose() {
      this.proven = false;
      this.told = "";
      input.readOnly = false;
      input.hidden = false;
      input.value = "";
      input.classList.remove("comb--proven");
      keep("registration", { code: "" });
    },
    wrong(message) {
      const told = field.querySelector(".field__fault");
      told.querySelector("span").textContent = message;
      told.hidden = !message;
      field.classList.toggle("field--fault", Boolean(message));
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
    async resend() {
      if (this.left) return;
      try {
        const { registration, email_change } = await api.post(`${codes}/resend`);
        resendAfter = (registration ?? email_change).resend_after;
        input.value = "";
        keep("registration", { code: "" });
        asked = null;
        this.wrong("");
        this.told = say.saySent;
        input.focus();
      } catch (fault) {
        if (fault.retry_after_seconds)
          resendAfter = new Date(Date.now() + fault.retry_after_seconds * 1000).toISOString();
        this.refuse(fault);
      }
      this.left = secondsUntil(resendAfter);
    },
    waiting: {
      ["x-text"]() {
        const { sayReady, sayWait } = this.$el.dataset;
        return this.left ? sayWait.replace("{time}", span(this.left)) : sayReady;
      },
      [":aria-disabled"]() {
        return String(this.left > 0);
      },
    },
  };
}
