/** Mails sent to the customer's addresses: kind, invoice, amount, time, state, code. */
import { api } from "../api.js";
import { loading } from "../inside.js";
import { base } from "../moves.js";
import { row } from "./row.js";

/** Number, link and amount of the invoice that a mail is about. */
function about(invoice) {
  if (!invoice) return { about: "", href: null, sum: "" };
  const { number, id, gross } = invoice;
  return {
    about: number,
    href: id && `${base}/faktury/${id}`,
    sum: gross?.text ?? "",
  };
}

export function ourMails() {
  return {
    ...row(),
    ...loading(async function () {
      const { mails } = await api.get("/account/mails");
      this.mails = mails.map((mail, key) => ({
        ...mail,
        key,
        when: mail.at.text,
        ...about(mail.invoice),
        former:
          mail.former_address &&
          this.$root.dataset.sayFormer.replace("{address}", mail.former_address),
        isSent: mail.state === "sent",
        isWaiting: mail.state === "waiting",
        isFailed: mail.state === "failed",
        isReturned: mail.state === "returned",
      }));
      const { sayLatest, sayNone } = this.$root.dataset;
      const [newest] = this.mails;
      this.latest = newest ? sayLatest.replace("{when}", newest.when) : sayNone;
    }),
    mails: [],
    latest: "",
    async init() {
      await this.load();
    },
  };
}
