/** Kod jednorazowy in registration and change of e-mail: checked as soon as six digits are entered. */
import { api, Fault } from "../api.js";
import { secondsUntil, span } from "../clock.js";
import { focusOn } from "../inside.js";
import { keep } from "../kept.js";

const OVER = ["registration-void", "registration-stopped", "no-registration"];

export function oneTimeCode() {
  let say, ticking, asked, resendAfter;
  return {
    proven: false,
    isTyped: true,
    message: "",
    left: 0,
    init() {
      // `codes`: API path that checks the code; `${codes}/resend` sends another one.
      say = this.$root.dataset;
      ticking = setInterval(() => (this.left = secondsUntil(resendAfter)), 1000);
    },
    destroy() {
      clearInterval(ticking);
    },
    /** Take over the server's state of the registration or change of e-mail. */
    update({ detail }) {
      resendAfter = detail.resend_after;
      this.left = secondsUntil(resendAfter);
      if (detail.isNews) focusOn(this.$refs.code);
      if (detail.proven_until) return this.prove(detail.proven_until);
      // Only if this request was sent after the code was accepted; older responses arrive late.
      if (this.proven && detail.hasLapsed) this.lapse();
      this.typed();
    },
    typed() {
      const input = this.$refs.code;
      const digits = input.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6);
      if (digits !== input.value) input.value = digits;
      if (this.proven || digits.length < 6 || digits === asked) return;
      this.check(digits);
    },
    async check(code) {
      asked = code;
      this.message = say.sayChecking;
      this.wrong.code = "";
      try {
        this.accept(await api.post(say.codes, { code }));
      } catch (fault) {
        this.refuseCode(fault);
      }
    },
    accept({ registration, my_data }) {
      if (my_data) return this.spend(my_data);
      this.prove(registration.proven_until);
      this.$dispatch("registration-proven");
    },
    /** The code was used for good: clear the field for the next one. */
    spend(known) {
      this.$refs.code.value = this.message = "";
      asked = null;
      this.$dispatch("email-proven", known);
    },
    refuseCode(fault) {
      if (!(fault instanceof Fault)) throw fault;
      // After a lost connection or server error the same digits may be sent again.
      if (!fault.status || fault.status >= 500) asked = null;
      this.message = "";
      this.wrong.code = fault.faults[0]?.message ?? fault.sentence;
      if (OVER.includes(fault.code)) this.$dispatch("stage", fault);
    },
    prove(until) {
      this.proven = true;
      this.wrong.code = "";
      this.message = say.sayUntil.replace("{hour}", until.hour);
      this.isTyped = this.$refs.code.value.length === 6;
    },
    /** The hour is over: ask for a new code. */
    lapse() {
      Object.assign(this, { proven: false, isTyped: true, message: "" });
      this.forgetCode();
    },
    forgetCode() {
      this.$refs.code.value = "";
      keep("registration", { code: "" });
    },
    async resend() {
      if (this.left) return;
      try {
        const { registration, email_change } = await api.post(`${say.codes}/resend`);
        resendAfter = (registration ?? email_change).resend_after;
        this.forgetCode();
        asked = null;
        this.wrong.code = "";
        this.message = say.saySent;
        this.$refs.code.focus();
      } catch (fault) {
        const { retry_after_seconds: wait } = fault;
        if (wait) resendAfter = new Date(Date.now() + wait * 1000).toISOString();
        this.refuseCode(fault);
      }
      this.left = secondsUntil(resendAfter);
    },
    entry: {
      ["x-ref"]: "code",
      ["x-show"]() {
        return this.isTyped;
      },
      ["@input"]() {
        this.typed();
      },
      ["@online.window"]() {
        this.typed();
      },
      [":readonly"]() {
        return this.proven;
      },
      [":class"]() {
        return { "comb--proven": this.proven };
      },
    },
    anew: {
      ["@click"]() {
        return this.resend();
      },
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
