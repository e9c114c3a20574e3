/** History of consents, with the text of each. */
import { api, Fault } from "../api.js";
import { focusOn } from "../inside.js";

const STYLES = { heading: "own__heading", item: "own__item", text: "" };

export function consentHistory() {
  let say;
  return {
    made: [],
    text: [],
    refused: "",
    latest: "",
    init() {
      say = JSON.parse(this.$root.dataset.words);
    },
    update({ detail }) {
      this.made = detail.consents.map((each, key) => this.named(each, key));
      const [newest] = this.made;
      this.latest = newest ? say.latest.replace("{when}", newest.when) : "–";
    },
    named({ purpose, given, decided, channel, text_id }, key) {
      const when = decided.text,
        where = say[channel],
        what = `${say[purpose]}: ${given ? say.yes : say.no}`;
      return { key, when, where, what, text_id, both: `${when}, ${where}` };
    },
    async read(event) {
      this.refused = "";
      try {
        const { text } = await api.get(`/my-data/texts/${event.currentTarget.dataset.text}`);
        this.text = text.paragraphs.map(({ kind, text: words }, key) => ({
          key,
          style: STYLES[kind],
          text: words,
        }));
        await focusOn(this.$refs.text);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.refused = fault.detail;
      }
    },
  };
}
