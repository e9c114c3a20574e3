/** Twoje dane: who one is, an address, and a picture that keeps robots out. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go } from "../moves.js";

/** A picture is spent by one try, right or wrong. It was not tried when another field is wrong. */
function isSpent({ status, code, faults }) {
  if (!status) return false;
  return code !== "invalid-form" || faults.some(({ field }) => field === "captcha_answer");
}

export function yourDetails() {
  return {
    ...form("registration"),
    isStarted: recall("registration").started === true,
    told: recall("told").sentence ?? "",
    init() {
      forget("told");
    },
    refused(fault) {
      if (isSpent(fault)) this.$dispatch("captcha-spent");
      return false;
    },
    async submit() {
      const answer = await this.send(({ customer_code, email, captcha_id, captcha_answer }) =>
        api.post("/registration", { customer_code, email, captcha_id, captcha_answer }),
      );
      if (!answer) return;
      // Another registration has another code.
      keep("registration", { code: "" });
      await go("/rejestracja/potwierdzenie");
    },
  };
}
