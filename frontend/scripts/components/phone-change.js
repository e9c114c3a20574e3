/** Another mobile number, or none any more. */
import { api } from "../api.js";
import { focusOn } from "../inside.js";
import { ownForm } from "./email-change.js";

export function phoneChange() {
  let form;
  return {
    done: false,
    init() {
      form = ownForm(this.$root);
    },
    phoneChanged() {
      form.input("phone").disabled = form.input("no_phone").checked;
    },
    async submit() {
      const answer = await form.send(({ phone = "", no_phone, current_password }) =>
        api.put("/my-data/phone", { phone: no_phone ? "" : phone, no_phone, current_password }),
      );
      if (!answer) return;
      form.element.reset();
      this.phoneChanged();
      this.done = true;
      this.$dispatch("my-data", answer.my_data);
      await focusOn(this.$refs.done);
    },
  };
}
