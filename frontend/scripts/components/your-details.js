/** Twoje dane: customer code, e-mail and captcha. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go } from "../moves.js";

export function yourDetails() {
  return {
    ...form("registration"),
    isStarted: recall("registration").started === true,
    ended: recall("ended").sentence ?? "",
    init() {
      forget("ended");
    },
    refused(fault) {
      // Otherwise the captcha was not used up, and stays with its answer.
      if (fault.captcha_spent) this.$dispatch("captcha-spent");
      return false;
    },
    async submit() {
      const answer = await this.send(({ customer_code, email, captcha_id, captcha_answer }) =>
        api.post("/registration", { customer_code, email, captcha_id, captcha_answer }),
      );
      if (!answer) return;
      forget("captcha");
      // A new registration needs a new code.
      keep("registration", { code: "" });
      await go("/rejestracja/potwierdzenie");
    },
  };
}
