/** Gotowe: the account is open, the temporary password is on its way. */
import { halves } from "../address.js";
import { api, Fault } from "../api.js";
import { recall } from "../kept.js";
import { correct } from "../moves.js";

export function opened() {
  return {
    email: recall("opened").email ?? "",
    get name() {
      return halves(this.email)[0];
    },
    get domain() {
      return halves(this.email)[1];
    },
    async init() {
      if (!this.email) await this.ask();
    },
    /** Reached by its address: once an account is open, nobody is told whose. */
    async ask() {
      try {
        await api.get("/registration");
        await correct("/rejestracja/potwierdzenie");
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (fault.status) await correct("/rejestracja");
      }
    },
  };
}
