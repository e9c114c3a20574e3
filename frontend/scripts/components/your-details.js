/** Twoje dane: who one is, an address, and a picture that keeps robots out. */
import { api } from "../api.js";
import { Form } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { go } from "../moves.js";

export function yourDetails() {
  let form;
  return {
    isStarted: recall("registration").started === true,
    told: recall("told").sentence ?? "",
    init() {
      forget("told");
      const root = this.$root;
      form = new Form(root.querySelector("form"), "registration");
      form.onFault = (fault) => {
        // A picture is spent by one try, right or wrong. It was not tried when another field is wrong.
        const isSpent =
          fault.code !== "invalid-form" ||
          fault.faults.some(({ field }) => field === "captcha_answer");
        if (isSpent && fault.status)
          root
            .querySelector("[data-field=captcha_answer]")
            .dispatchEvent(new Event("captcha-spent"));
        return false;
      };
    },
    async submit() {
      const answer = await form.send(({ customer_code, email, captcha_id, captcha_answer }) =>
        api.post("/registration", { customer_code, email, captcha_id, captcha_answer }),
      );
      if (!answer) return;
      // Another registration has another code.
      keep("registration", { code: "" });
      await go("/rejestracja/potwierdzenie");
    },
  };
}
