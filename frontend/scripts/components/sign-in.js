/** Login with an own or temporary password. */
import { api } from "../api.js";
import { form } from "../form.js";
import { forget } from "../kept.js";
import { asked, leave, leaveFor, wanted } from "../moves.js";

export function signIn() {
  return {
    ...form("login"),
    isExpired: false,
    isEnded: asked().has("ended"),
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
      if (!answer.session.must_change_password) return leaveFor(next || "/start");
      return leave(`/zmiana-hasla${next && `?next=${encodeURIComponent(next)}`}`);
    },
  };
}
