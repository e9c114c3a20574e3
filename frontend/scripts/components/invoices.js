/** Faktury: the list. Filters are in the URL, so that back, reload and links work. */
import { api } from "../api.js";
import { copyOf, fill } from "../copies.js";
import { whole } from "../days.js";
import { form } from "../form.js";
import { note, noted } from "../history.js";
import { loading } from "../inside.js";
import { asOf, kindOf, placeOf, waitingSince } from "../invoices.js";
import { base, go } from "../moves.js";
import { broken } from "../number.js";
import { asQuery } from "../query.js";
import { saving } from "../saving.js";

// The only sum computed in the browser: of the selected invoices.
const sums = new Intl.NumberFormat(document.documentElement.lang, {
  minimumFractionDigits: 2,
  useGrouping: "always",
});
const FILTERS = ["state", "number", "year", "point"];

/** The URL's filters with `change` applied, from the first page. */
function chosen(change = {}) {
  const asked = new URLSearchParams(location.search);
  const values = {
    ...Object.fromEntries(FILTERS.map((name) => [name, asked.get(name)])),
    ...change,
  };
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  return asQuery(query);
}

export function invoices() {
  return {
    ...form(),
    ...saving(),
    ...loading(async function () {
      try {
        this.show((await api.get(`/invoices${location.search}`)).invoices);
      } catch (fault) {
        if (fault.code !== "invalid-form") throw fault;
        await this.refuseAsked(fault);
      }
    }),
    rows: [],
    years: [],
    points: [],
    message: "",
    /** Links to the list in each state in which there are any. */
    views: [],
    newest: "",
    older: "",
    hasAny: false,
    hasOlder: false,
    isLater: false,
    isSifted: false,
    sifted: "",
    get hasRows() {
      return this.rows.length > 0;
    },
    get hasPoints() {
      return this.points.length > 1;
    },
    get hasPages() {
      return this.hasOlder || this.isLater;
    },
    get hasForm() {
      return this.hasAny || this.isRefused;
    },
    get hasNone() {
      return this.isLoaded && !this.fault && !this.hasForm;
    },
    get isNothingFound() {
      return this.isLoaded && this.hasAny && !this.hasRows && !this.isRefused;
    },
    isRefused: false,
    picked: [],
    pickedTold: "",
    pickedHref: null,
    pointHref: null,
    get canPick() {
      return this.rows.length > 1;
    },
    get hasOwed() {
      return this.rows.filter((row) => row.isOwed).length > 1;
    },
    mayPay: false,
    get hasPicked() {
      return this.picked.length > 0;
    },
    async init() {
      this.words = this.$root.dataset;
      this.look();
      await this.load();
    },
    /** Update what depends on the URL alone. */
    look() {
      const asked = new URLSearchParams(location.search);
      this.newest = `${base}/faktury${chosen()}`;
      this.isLater = asked.has("after");
      // Open the filters if any is set; a state alone is shown beside the button.
      this.isSifted = FILTERS.slice(1).some((name) => asked.get(name));
    },
    show({ as_of, total, counts, by_year, items, next, years, points }) {
      const ticked = noted().picked ?? [];
      const isAlone = items.length < 2;
      const all = items.map((item) => ({
        ...this.row(item),
        isAlone,
        isPicked: ticked.includes(item.id),
      }));
      const parts = by_year.map(({ year, count }) => ({
        year: `${year}`,
        count: this.counted(count),
        rows: all.filter((row) => row.year === year),
      }));
      fill(
        this.$refs.years,
        parts.filter(({ rows }) => rows.length),
      );
      this.rows = all.map(({ id, isOwed, leftGrosze }) => ({ id, isOwed, leftGrosze }));
      this.choose(all.filter(({ isPicked }) => isPicked).map(({ id }) => id));
      this.showViews(counts);
      this.years = years;
      this.points = points.map((point) => ({ code: point.code, name: placeOf(point) }));
      // `years` covers all invoices, regardless of filters.
      this.hasAny = years.length > 0;
      const count = total === null || !this.hasAny ? "" : this.counted(total);
      this.message = [count, asOf(as_of, this.words)].filter(Boolean).join(", ");
      this.hasOlder = next !== null;
      this.older = next && `${base}/faktury${chosen({ after: next })}`;
      this.$nextTick(() => this.settle());
    },
    /** The views with any invoices, and the one that is shown. */
    showViews(counts) {
      const shown = new URLSearchParams(location.search).get("state") ?? "";
      this.views = [...this.input("state").options]
        .map(({ value, text }) => ({
          label: text,
          count: counts[value || "all"],
          href: `${base}/faktury${chosen({ state: value })}`,
          current: value === shown ? "true" : null,
        }))
        .filter(({ count, current }) => count || current);
    },
    row(item) {
      const { words } = this;
      const isOwed = item.left.grosze > 0;
      // Credits are shown, too; amounts paid online or covered by credit are not to be paid.
      const left = item.outstanding.grosze < 0 ? item.outstanding : item.left;
      const until = isOwed ? item.due : null;
      return {
        id: item.id,
        name: broken(item.number),
        year: Number(item.issued.on.slice(0, 4)),
        isOwed,
        leftGrosze: item.left.grosze,
        pick: words.sayPick.replace("{number}", item.number),
        href: `${base}/faktury/${item.id}`,
        state: this.stateOf(item),
        kind: item.kind === "invoice" ? "" : kindOf(item, words),
        mark: isOwed ? "table__owed" : "",
        period: item.period?.name ?? "",
        issued: whole(item.issued),
        due: item.due ? whole(item.due) : "–",
        left: left.grosze ? left.text : "–",
        gross: item.gross.text,
        until: until ? words.sayUntil.replace("{day}", until.brief) : "",
        partLeft:
          left.grosze && left.grosze !== item.gross.grosze
            ? words.sayLeft.replace("{sum}", left.text)
            : "",
      };
    },
    stateOf(item) {
      return copyOf(this.$refs[item.state], { waiting: waitingSince(item, this.words) });
    },
    pick({ target: { checked, value } }) {
      const others = this.picked.filter((id) => id !== value);
      this.choose(checked ? [...others, value] : others);
    },
    /** Update the selection: downloaded as one ZIP, and paid with one transfer. */
    choose(ids) {
      this.picked = ids;
      note({ picked: ids });
      const ticked = this.rows.filter(({ id }) => ids.includes(id));
      const sum = ticked.reduce((total, row) => total + (row.isOwed ? row.leftGrosze : 0), 0);
      this.pickedTold = ids.length
        ? this.words.sayPicked
            .replace("{count}", this.counted(ids.length))
            .replace("{sum}", `${sums.format(sum / 100)}\u00a0zł`)
        : "";
      const owed = ticked.filter(({ isOwed }) => isOwed).map(({ id }) => id);
      this.mayPay = owed.length > 0;
      this.pickedHref = `${base}/platnosci?faktury=${owed.join(",")}#pay`;
      const point = new URLSearchParams(location.search).get("point");
      this.pointHref =
        point && this.rows.some((row) => row.isOwed)
          ? `${base}/platnosci?punkt=${encodeURIComponent(point)}#pay`
          : null;
    },
    downloadPicked() {
      return this.save(`/invoices/documents.zip?ids=${this.picked.join(",")}`);
    },
    downloadList() {
      return this.save(`/invoices/documents.zip${chosen()}`);
    },
    counted(number) {
      const { sayOne, sayFew, sayMany } = this.words;
      const plural = new Intl.PluralRules(document.documentElement.lang).select(number);
      return ({ one: sayOne, few: sayFew }[plural] ?? sayMany).replace("{count}", number);
    },
    /** After the rows are rendered: fill the form with the filters. */
    settle() {
      const asked = new URLSearchParams(location.search);
      this.fill(Object.fromEntries(FILTERS.map((name) => [name, asked.get(name) ?? ""])));
      const state = this.input("state");
      this.sifted = state.value ? `: ${state.selectedOptions[0].text.toLowerCase()}` : "";
    },
    /** Show an invalid filter's error at its field. */
    async refuseAsked(fault) {
      const { invoices: some } = await api.get("/invoices?limit=1");
      this.show({ ...some, items: [], by_year: [], total: null, next: null });
      Object.assign(this, { isRefused: true, isSifted: true });
      await this.$nextTick();
      this.refuse(fault);
    },
    /** Apply the filters; further presses meanwhile are ignored. */
    submit() {
      return this.send((values) => {
        const typed = Object.entries(values).map(([name, text]) => [name, text.trim()]);
        return go(`/faktury${chosen(Object.fromEntries(typed))}`);
      });
    },
  };
}
