/** Use and cost, period by period: a sentence, a picture, and the same as a table. */
import { api } from "../api.js";
import { drawBars } from "../bars.js";
import { day, hour } from "../clock.js";
import { loading } from "../inside.js";
import { short, told, year } from "../periods.js";
import { together } from "../setting.js";
import { amount, sum } from "../sums.js";

const UNKNOWN = "–";
const LITRES_IN_A_CUBIC_METRE = 1000;
// On a phone twelve bars are two rows of six: a number over each needs the room.
const NARROW = "(max-width: 40em)";
const MOST_IN_A_NARROW_ROW = 6;

/** In the table, whose head names the unit. */
const inFull = {
  litres: (litres) => amount(litres / LITRES_IN_A_CUBIC_METRE),
  cost_grosze: sum,
};
/** Over a bar: a decimal at most, none in the hundreds, and no grosze; the table has them. */
const overBar = {
  litres: (litres) =>
    amount(Math.abs(litres) < 100_000 ? Math.round(litres / 100) / 10 : Math.round(litres / 1000)),
  cost_grosze: (grosze) => amount(Math.round(grosze / 100)),
};
const FINDINGS = { litres: "use", cost_grosze: "cost" };

function cell(kind, words) {
  const made = document.createElement(kind);
  made.textContent = words;
  if (kind === "th") made.scope = "row";
  else made.className = "number";
  return made;
}

export function useChart() {
  const narrow = matchMedia(NARROW);
  let redraw;
  return {
    ...loading(async function () {
      const asked = this.point ? `?point=${encodeURIComponent(this.point)}` : "";
      this.take((await api.get(`/use${asked}`)).use);
    }),
    use: null,
    point: "",
    unit: "litres",
    async init() {
      redraw = () => this.draw();
      narrow.addEventListener("change", redraw);
      this.$watch("unit", redraw);
      await this.load();
    },
    destroy() {
      narrow.removeEventListener("change", redraw);
      // The answer may come when the page is no longer there.
      redraw = () => {};
    },
    take(use) {
      this.use = use;
      this.point = use.point ?? "";
      if (!use.findings[FINDINGS[this.unit]])
        this.unit = this.unit === "litres" ? "cost_grosze" : "litres";
      this.offer(use);
      this.$nextTick(() => redraw());
    },
    get isEmpty() {
      return this.isLoaded && !this.hasPeriods;
    },
    get hasPeriods() {
      return Boolean(this.use?.periods.length);
    },
    get isUse() {
      return this.unit === "litres";
    },
    get isCost() {
      return !this.isUse;
    },
    get finding() {
      return together(this.use?.findings[FINDINGS[this.unit]] ?? "");
    },
    get canSwitch() {
      return Boolean(this.use?.findings.use && this.use.findings.cost);
    },
    get canChoose() {
      return this.use?.points.length > 1;
    },
    get hasBefore() {
      return Boolean(this.use?.periods.some((period) => this.before(period) !== null));
    },
    get asOf() {
      const moment = this.use?.as_of;
      return moment
        ? this.$root.dataset.sayAsOf.replace("{day}", day(moment)).replace("{hour}", hour(moment))
        : "";
    },
    /** ul. Lipowa 14/3, wodomierz 8104552; nothing while several points are shown. */
    get place() {
      const points = this.use?.points ?? [];
      const shown =
        points.length === 1 ? points[0] : points.find(({ code }) => code === this.point);
      if (!shown) return "";
      const meters = shown.meters.map((serial) =>
        this.$root.dataset.sayMeter.replace("{serial}", serial),
      );
      return [shown.street, ...meters].filter(Boolean).join(", ");
    },
    offer({ points, may_sum }) {
      const all = may_sum ? [["", this.$root.dataset.sayAll]] : [];
      const options = [
        ...all,
        ...points.map(({ code, street }) => [code, [street, code].filter(Boolean).join(", ")]),
      ];
      this.$refs.points.replaceChildren(
        ...options.map(([value, words]) => new Option(words, value)),
      );
      this.$refs.points.value = this.point;
    },
    async choosePoint() {
      this.point = this.$refs.points.value;
      await this.load();
    },
    before(period) {
      return period.before?.[this.unit] ?? null;
    },
    draw() {
      if (!this.hasPeriods) return;
      const slots = this.use.periods.map((period) => ({
        now: period[this.unit],
        before: this.before(period),
        label: short(period),
        year: year(period),
        value: this.say(overBar, period[this.unit], UNKNOWN),
      }));
      const rows = narrow.matches ? Math.ceil(slots.length / MOST_IN_A_NARROW_ROW) : 1;
      drawBars(this.$refs.bars, slots, {
        perRow: Math.ceil(slots.length / rows),
        height: rows > 1 ? 7 : 11,
      });
      this.$refs.rows.replaceChildren(...this.use.periods.map((period) => this.row(period)));
    },
    row(period) {
      const made = document.createElement("tr");
      const none = this.$root.dataset.sayNone;
      const numbers = [period[this.unit], this.before(period)].map((number) =>
        this.say(inFull, number, none),
      );
      made.append(cell("th", told(period)), ...numbers.map((words) => cell("td", words)));
      return made;
    },
    say(words, number, none) {
      return number === null ? none : words[this.unit](number);
    },
  };
}
