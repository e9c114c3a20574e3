/** Gotowe: the account is open and the temporary password is being sent. */
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
    /** Opened by URL, without data: an opened account's owner is not revealed. */
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
