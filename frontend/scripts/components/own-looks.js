/** Who of the office looked at the customer's data, and what for. */
import { api } from "../api.js";
import { loading } from "../inside.js";
import { row } from "./row.js";

export function ownLooks() {
  let say;
  return {
    ...row(),
    ...loading(async function () {
      const { looks } = await api.get("/my-data/looks");
      this.looks = looks.map(({ at, role, purpose, what }, key) => {
        const told = { who: say[role], why: say[purpose], what: say[what] };
        return { key, when: at.text, ...told, all: Object.values(told).join(", ") };
      });
      const [newest] = this.looks;
      this.latest = newest ? say.latest.replace("{when}", newest.when) : say.none;
    }),
    looks: [],
    latest: "",
    async init() {
      say = JSON.parse(this.$root.dataset.words);
      await this.load();
    },
  };
}
