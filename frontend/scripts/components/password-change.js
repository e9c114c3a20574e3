/** Zmiana hasła: the first own password or a later one. */
import { api, Fault } from "../api.js";
import { form } from "../form.js";
import { forgetAll, keep, recall } from "../kept.js";
import { askToSignIn, leave, wanted } from "../moves.js";

export function passwordChange() {
  let known;
  return {
    ...form(),
    isFirst: false,
    isLater: false,
    login: "",
    owner: {},
    async ready() {
      try {
        await this.ownerLoaded();
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.refuse(fault);
      }
    },
    /** Load the session once; after a failure the next call retries. */
    ownerLoaded() {
      return (known ??= this.loadOwner().catch((fault) => {
        known = null;
        throw fault;
      }));
    },
    async loadOwner() {
      const { session } = await api.get("/session");
      if (!session.signed_in) return askToSignIn();
      this.isFirst = session.must_change_password;
      this.isLater = !session.must_change_password;
      this.login = session.customer_code;
      this.owner = { code: session.customer_code, email: await this.email() };
    },
    async email() {
      if (this.isFirst) return recall("opened").email;
      return (await api.get("/account")).account.email;
    },
    async submit() {
      const answer = await this.send(async ({ new_password, current_password }) => {
        await this.ownerLoaded();
        const typed = this.isFirst ? { new_password } : { new_password, current_password };
        return api.put("/account/password", typed);
      });
      if (!answer) return;
      const [first, next] = [this.isFirst, wanted("/start")];
      this.empty();
      forgetAll();
      if (first) {
        keep("start", { first });
        return leave(next);
      }
      this.end("changed");
    },
  };
}
