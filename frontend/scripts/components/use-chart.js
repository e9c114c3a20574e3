/** Use and cost by period: a sentence, a chart, and the same as a table. */
import { api } from "../api.js";
import { drawBars, haveRoom } from "../bars.js";
import { loading } from "../inside.js";
import { drawLines } from "../lines.js";
import { together } from "../setting.js";

const UNKNOWN = "–";
const DRAWN = { fewest: 6, height: 11 };

/** The value to draw; null if unknown. */
const size = (amount) => amount?.litres ?? amount?.grosze ?? null;

function cell(kind, words) {
  const made = document.createElement(kind);
  made.textContent = words;
  if (kind === "th") made.scope = "row";
  else made.className = "number";
  return made;
}

export function useChart() {
  let redraw;
  return {
    ...loading(async function () {
      const asked = this.point ? `?point=${encodeURIComponent(this.point)}` : "";
      this.take((await api.get(`/use${asked}`)).use);
    }),
    use: null,
    isLines: false,
    point: "",
    unit: "use",
    async init() {
      redraw = () => this.draw();
      window.addEventListener("resize", redraw);
      this.$watch("unit", redraw);
      await this.load();
    },
    destroy() {
      window.removeEventListener("resize", redraw);
      // The response may arrive after the page was left.
      redraw = () => {};
    },
    take(use) {
      this.use = use;
      this.point = use.point ?? "";
      if (!use.findings[this.unit]) this.unit = this.unit === "use" ? "cost" : "use";
      this.offer(use);
      this.$nextTick(() => redraw());
    },
    get isEmpty() {
      return this.isLoaded && !this.hasPeriods;
    },
    get hasPeriods() {
      return Boolean(this.use?.periods.length);
    },
    get isBars() {
      return !this.isLines;
    },
    get isUse() {
      return this.unit === "use";
    },
    get isCost() {
      return !this.isUse;
    },
    get finding() {
      return together(this.use?.findings[this.unit] ?? "");
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
        ? this.$root.dataset.sayAsOf.replace("{day}", moment.day).replace("{hour}", moment.hour)
        : "";
    },
    /** Such as "ul. Lipowa 14/3, wodomierz 8104552"; "" while several points are shown. */
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
        now: size(period[this.unit]),
        before: size(this.before(period)),
        label: period.labels,
        year: period.last_on.slice(0, 4),
        value: period[this.unit]?.brief ?? UNKNOWN,
        past: this.before(period)?.brief ?? "",
      }));
      this.isLines = !haveRoom(slots, this.$root.clientWidth);
      if (this.isLines) drawLines(this.$refs.lines, slots);
      else drawBars(this.$refs.bars, slots, DRAWN);
      this.$refs.rows.replaceChildren(...this.use.periods.map((period) => this.row(period)));
    },
    row(period) {
      const made = document.createElement("tr");
      const none = this.$root.dataset.sayNone;
      const amounts = [period[this.unit], this.before(period)];
      made.append(cell("th", period.name), ...amounts.map((one) => cell("td", one?.text ?? none)));
      return made;
    },
  };
}
