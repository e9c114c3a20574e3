/** Logging in, with an own password or the temporary one. */
import { api } from "../api.js";
import { Form } from "../form.js";
import { forget } from "../kept.js";
import { leave, wanted } from "../moves.js";

export function signIn() {
  let form;
  return {
    init() {
      const root = this.$root;
      form = new Form(root, "login");
      form.onFault = (fault) => {
        root.querySelector("[data-expired]").hidden = fault.code !== "temporary-password-expired";
        root.querySelector("[data-frozen]").hidden = fault.code !== "account-frozen";
        return false;
      };
    },
    async submit() {
      const answer = await form.send(({ customer_code, password }) =>
        api.post("/session", { customer_code, password }),
      );
      if (!answer) return;
      form.setBusy(true);
      forget("registration");
      const next = wanted("");
      const first = next ? `/zmiana-hasla?next=${next}` : "/zmiana-hasla";
      leave(answer.session.must_change_password ? first : next || "/start");
    },
  };
}
