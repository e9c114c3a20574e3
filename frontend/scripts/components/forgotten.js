/** Nie pamiętam hasła: the answer is the same whether the entries belong together or not. */
import { api } from "../api.js";
import { form } from "../form.js";

export function forgotten() {
  return {
    ...form("login"),
    async submit() {
      const answer = await this.send(({ customer_code, email }) =>
        api.post("/password-reset", { customer_code, email }),
      );
      if (answer) this.end("asked");
    },
  };
}
