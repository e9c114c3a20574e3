/** Nie pamiętam hasła: the answer is the same whether the entries belong together or not. */
import { api } from "../api.js";
import { Form, hidePanels, showPanel } from "../form.js";

export function forgotten() {
  let form, root;
  return {
    init() {
      root = this.$root;
      form = new Form(root.querySelector("form"), "login");
    },
    async submit() {
      const answer = await form.send(({ customer_code, email }) =>
        api.post("/password-reset", { customer_code, email }),
      );
      if (answer) showPanel(root, "asked");
    },
    again() {
      hidePanels(root);
      form.input("customer_code").focus();
    },
  };
}
