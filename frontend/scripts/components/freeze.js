/** The one button that freezes an account. Opening the page changes nothing. */
import { api } from "../api.js";
import { Form, showPanel } from "../form.js";
import { forget, keep, recall } from "../kept.js";
import { takeToken } from "../moves.js";

export function freeze() {
  let form, root;
  return {
    isChange: false,
    isOpening: true,
    init() {
      root = this.$root;
      form = new Form(root.querySelector("form"));
      form.onFault = (fault) => fault.code === "link-spent" && this.end("spent");
      // What the mail told of: the address of the page says so before its token is taken away.
      const isChange = location.search.includes("zmiana") || Boolean(recall("freeze").isChange);
      this.isChange = isChange;
      this.isOpening = !isChange;
      keep("freeze", { token: takeToken() || recall("freeze").token, isChange });
      if (!recall("freeze").token) this.end("spent");
    },
    end(panel) {
      forget("freeze");
      showPanel(root, panel);
      return true;
    },
    async submit() {
      const { token } = recall("freeze");
      const answer = await form.send(() => api.post("/account/freeze", { token }));
      if (answer) this.end("frozen");
    },
  };
}
