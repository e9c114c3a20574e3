/** Start: what e-BOK knows of this account. */
import { halves } from "../address.js";
import { api } from "../api.js";
import { day } from "../clock.js";
import { loading } from "../inside.js";
import { forget, recall } from "../kept.js";

/** +48 600 000 123: as a Polish number is read aloud; others stay as they are. */
function grouped(phone) {
  return phone?.replace(/^\+48(\d{3})(\d{3})(\d{3})$/, "+48\u00a0$1\u00a0$2\u00a0$3");
}

export function account() {
  return {
    ...loading(async function () {
      this.show((await api.get("/account")).account);
    }),
    isNew: recall("start").first === true, customer_code: "", name: "", mailbox: "", domain: "", phone: "", e_invoice: "", opened: "", password_changed: "", bounced: false,
    async init() {
      forget("start");
      await this.load();
    },
    show(account) {
      const say = this.$root.querySelector(".facts").dataset;
      this.customer_code = account.customer_code;
      this.bounced = account.email_bounced_at !== null;
      // A one-letter word does not end a line: sp. z o.o.
      this.name = account.name.replace(/(?<!\S)(\p{L}) /gu, "$1\u00a0");
      [this.mailbox, this.domain] = halves(account.email);
      this.phone = grouped(account.phone) ?? say.sayNone;
      const { given, since } = account.e_invoice;
      this.e_invoice = given ? say.sayYes.replace("{day}", since ? day(since) : "–") : say.sayNo;
      this.opened = day(account.opened_at);
      this.password_changed = day(account.password_changed_at);
    },
  };
}
