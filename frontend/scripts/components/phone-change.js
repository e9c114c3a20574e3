/** Change or remove the phone number. */
import { api } from "../api.js";
import { focusOn } from "../inside.js";
import { form } from "../form.js";

export function phoneChange() {
  return {
    ...form(),
    done: false,
    hasNoPhone: false,
    isOpen() {
      return !this.done;
    },
    phoneChanged() {
      this.hasNoPhone = this.input("no_phone").checked;
    },
    async submit() {
      const answer = await this.send(({ phone = "", no_phone, current_password }) =>
        api.put("/my-data/phone", { phone: no_phone ? "" : phone, no_phone, current_password }),
      );
      if (!answer) return;
      this.empty();
      this.phoneChanged();
      this.done = true;
      this.$dispatch("my-data", answer.my_data);
      await focusOn(this.$refs.done);
    },
  };
}
