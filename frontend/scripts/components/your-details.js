/** Twoje dane: who one is, an address, and a picture that keeps robots out. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go } from "../moves.js";

export function yourDetails() {
  return {
    ...form("registration"),
    isStarted: recall("registration").started === true,
    told: recall("told").sentence ?? "",
    init() {
      forget("told");
    },
    refused(fault) {
      // Else the picture was not tried: it stays, with the digits.
      if (fault.captcha_spent) this.$dispatch("captcha-spent");
      return false;
    },
    async submit() {
      const answer = await this.send(({ customer_code, email, captcha_id, captcha_answer }) =>
        api.post("/registration", { customer_code, email, captcha_id, captcha_answer }),
      );
      if (!answer) return;
      forget("captcha");
      // Another registration has another code.
      keep("registration", { code: "" });
      await go("/rejestracja/potwierdzenie");
    },
  };
}
