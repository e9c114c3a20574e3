/** What we sent to one's own address: kind, when, what became of it, and the code in it. */
import { api } from "../api.js";
import { day, hour } from "../clock.js";
import { loading } from "../inside.js";

export function ourMails() {
  return {
    ...loading(async function () {
      const { mails } = await api.get("/account/mails");
      this.mails = mails.map((mail, key) => ({
        ...mail, key, when: `${day(mail.at)}, ${hour(mail.at)}`,
        isSent: mail.state === "sent", isWaiting: mail.state === "waiting",
        isFailed: mail.state === "failed", isReturned: mail.state === "returned",
      }));
    }),
    mails: [],
    async init() {
      await this.load();
    },
    get isEmpty() {
      return this.isLoaded && this.mails.length === 0;
    },
  };
}
