/** Logging in, with an own password or the temporary one. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget } from "../kept.js";
import { leave, wanted } from "../moves.js";

export function signIn() {
  return {
    ...form("login"),
    isExpired: false,
    isFrozen: false,
    refused({ code }) {
      this.isExpired = code === "temporary-password-expired";
      this.isFrozen = code === "account-frozen";
      return false;
    },
    async submit() {
      const answer = await this.send(({ customer_code, password }) =>
        api.post("/session", { customer_code, password }),
      );
      if (!answer) return;
      this.setBusy(true);
      forget("registration");
      const next = wanted("");
      const first = next ? `/zmiana-hasla?next=${next}` : "/zmiana-hasla";
      leave(answer.session.must_change_password ? first : next || "/start");
    },
  };
}
