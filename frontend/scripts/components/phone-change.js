/** Change or remove the phone number. */
import { api } from "../api.js";
import { form } from "../form.js";

export function phoneChange() {
  return {
    ...form(),
    hasNoPhone: false,
    phoneChanged() {
      this.hasNoPhone = this.input("no_phone").checked;
    },
    emptied() {
      this.clear();
      this.hasNoPhone = false;
    },
    async submit() {
      const answer = await this.send(({ phone = "", no_phone, current_password }) =>
        api.put("/my-data/phone", { phone: no_phone ? "" : phone, no_phone, current_password }),
      );
      if (!answer) return;
      this.empty();
      this.$dispatch("my-data", answer.my_data);
      await this.fold(this.$root.dataset.saySaved);
    },
  };
}
