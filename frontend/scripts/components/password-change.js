/** Zmiana hasła: after the first login, and ever after. */
import { api, Fault } from "../api.js";
import { Form, showPanel } from "../form.js";
import { forgetAll, keep, recall } from "../kept.js";
import { leave, wanted } from "../moves.js";

export function passwordChange() {
  let form, root, known;
  return {
    isFirst: false,
    isLater: false,
    login: "",
    async init() {
      root = this.$root;
      form = new Form(root.querySelector("form"));
      form.onFault = (fault) => {
        if (fault.code === "sign-in-first") leave("/logowanie");
        return false;
      };
      try {
        await this.whose();
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        form.refuse(fault);
      }
    },
    /** Know whose password it is before it is sent; what failed is asked again. */
    whose() {
      return (known ??= this.know().catch((fault) => {
        known = null;
        throw fault;
      }));
    },
    async know() {
      const { session } = await api.get("/session");
      if (!session.signed_in) return leave("/logowanie");
      this.isFirst = session.must_change_password;
      this.isLater = !session.must_change_password;
      this.login = session.customer_code;
      const email = this.isFirst
        ? recall("opened").email
        : (await api.get("/account")).account.email;
      Object.assign(root.dataset, { knownCode: session.customer_code, knownEmail: email ?? "" });
    },
    async submit() {
      const answer = await form.send(async ({ new_password, current_password }) => {
        await this.whose();
        return api.put(
          "/account/password",
          this.isFirst ? { new_password } : { new_password, current_password },
        );
      });
      if (!answer) return;
      const first = this.isFirst;
      form.element.reset();
      forgetAll();
      if (first) {
        keep("start", { first });
        return leave(wanted("/start"));
      }
      showPanel(root, "changed");
    },
  };
}
