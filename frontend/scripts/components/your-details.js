/** Twoje dane: who one is, an address, and a picture that keeps robots out. */
import { api } from "../api.js";
import { Form } from "../form.js";
import { go } from "../navigation.js";

export function yourDetails() {
  let form;
  return {
    init() {
      form = new Form(this.$root, "registration");
      form.onFault = (fault) => {
        // A picture is spent by one try, right or wrong; without an answer it may still be good.
        if (fault.status) this.$root.querySelector("[data-field=captcha_answer]").dispatchEvent(new Event("captcha-spent"));
        return false;
      };
    },
    async submit() {
      const answer = await form.send(({ customer_code, email, captcha_id, captcha_answer }) =>
        api.post("/registration", { customer_code, email, captcha_id, captcha_answer }));
      if (answer) await go("/rejestracja/potwierdzenie");
    },
  };
}
