/** Saldo: the balance, its due date and date of data, and unbooked payments online. */
import { api } from "../api.js";
import { loading } from "../inside.js";
import { isLong, together } from "../setting.js";

export function saldo() {
  let say;
  return {
    ...loading(async function () {
      this.show((await api.get("/balance")).balance);
    }),
    sum: "",
    isLong: false,
    message: "",
    asOf: "",
    due: "",
    online: "",
    lost: "",
    isOwed: false,
    isLate: false,
    isCredit: false,
    isSettled: false,
    async init() {
      say = this.$root.dataset;
      await this.load();
    },
    show(balance) {
      this.isOwed = balance.left.grosze > 0;
      this.isCredit = balance.credit.grosze > 0;
      // A big zero says less than words.
      this.isSettled = !this.isOwed && !this.isCredit;
      this.isLate = balance.overdue.grosze > 0;
      const sum = this.isCredit ? balance.credit : balance.left;
      this.sum = sum.text.replace(/\u00a0zł$/, "");
      this.isLong = isLong(this.sum);
      this.message = together(balance.told);
      // Else the sentence says it.
      this.due = (this.isLate && balance.next_due_day?.text) || "";
      this.asOf = this.freshness(balance.as_of);
      [this.online, this.lost] = [balance.told_online, balance.told_lost].map((sentences) =>
        together(sentences.join(" ")),
      );
    },
    freshness(instant) {
      if (!instant) return "";
      return say.sayAsOf.replace("{day}", instant.day).replace("{hour}", instant.hour);
    },
  };
}
