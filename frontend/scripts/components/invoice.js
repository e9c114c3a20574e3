/** One invoice: which one stands in the address. */
import { api } from "../api.js";
import { date, days, shortDate } from "../clock.js";
import { loading, whenShown } from "../inside.js";
import { asOf, isIn, kindOf, placeOf, stands } from "../invoices.js";
import { recall } from "../kept.js";
import { base } from "../moves.js";
import { draw } from "../paper.js";
import { amount, price, signed, zloty } from "../sums.js";
import { NO_BAR, bar, told } from "../why.js";

const MARGIN = "marża";
const id = () => location.pathname.split("/").at(-1);
const quantity = (line) =>
  line.quantity_millionths === null
    ? ""
    : `${amount(line.quantity_millionths / 1e6)}\u00a0${line.unit}`.trim();

export function invoice() {
  return {
    ...loading(async function () {
      this.show((await api.get(`/invoices/${id()}`)).invoice);
    }),
    paper: {
      is: isIn(""),
      waiting: "",
      differences: [],
      delivery: [],
      why: null,
      visualisation: null,
      ksef_link: null,
    },
    parts: [],
    why: { parts: [] },
    bar: NO_BAR,
    corrects: [],
    versions: [],
    hasVersions: false,
    wasAndIs: "",
    heading: "",
    kind: "",
    asOf: "",
    issued: "",
    due: "",
    period: "",
    place: "",
    meters: [],
    correctedBy: [],
    lines: [],
    rates: [],
    hasSums: false,
    hasLines: false,
    isCall: false,
    net: "",
    gross: "",
    isOwed: false,
    hasNet: true,
    isNet: true,
    isGross: false,
    ksefHead: "",
    ksefTail: "",
    list: `${base}/faktury${recall("invoices").query ?? ""}`,
    pdf: `${base}/api/invoices/${id()}/document.pdf`,
    xml: `${base}/api/invoices/${id()}/document.xml`,
    async init() {
      this.words = this.$root.dataset;
      this.heading = this.words.sayHeading;
      await this.load();
    },
    show(paper) {
      const { words } = this;
      document.title = document.title.replace(
        this.heading,
        `${kindOf(paper, words)} ${paper.number}`,
      );
      Object.assign(this, {
        paper: { ...paper, ...stands(paper, words) },
        heading: paper.number,
        kind: kindOf(paper, words),
        asOf: asOf(paper.as_of, words),
        issued: date(paper.issued_on),
        due: paper.due_on && date(paper.due_on),
        period: paper.period_from && paper.period_to && days(paper.period_from, paper.period_to),
        place: paper.point && placeOf(paper.point),
        isOwed: paper.left_grosze > 0,
        gross: zloty(paper.gross_grosze),
      });
      // A KSeF number may break before its last part but one, and nowhere else.
      [this.ksefHead, this.ksefTail] = /^(.*-)?([^-]*-[^-]*)$/
        .exec(paper.ksef_number ?? "")
        ?.slice(1) ?? ["", ""];
      this.meters = paper.meters
        .filter((meter) => meter.first && meter.last)
        .map((meter) => this.meter(meter));
      this.parts = paper.instalments.map((part) => this.part(part));
      this.showCorrections(paper);
      this.showLines(paper);
      if (paper.visualisation) draw(this.$refs.whole, paper.visualisation);
      if (paper.why) {
        this.why = told(paper.why, paper.gross_grosze);
        this.bar = this.why.bar ? bar(paper.why.before.gross_grosze, paper.why.parts) : NO_BAR;
      }
      this.$nextTick(() => this.settle());
    },
    meter({ serial, kind, first, last }) {
      const { sayWater, sayGarden, sayHot, saySewage, sayEstimate } = this.words;
      const names = { water: sayWater, garden: sayGarden, hot: sayHot, sewage: saySewage };
      const estimate = last.source === "estimate" ? `, ${sayEstimate}` : "";
      const from = amount(first.value_litres / 1000),
        to = amount(last.value_litres / 1000);
      return {
        key: serial,
        serial,
        name: names[kind],
        readings: `${from} → ${to}\u00a0m³${estimate}`,
      };
    },
    part({ due_on, open_grosze, state }) {
      return {
        key: due_on ?? "",
        day: due_on ? shortDate(due_on) : "–",
        sum: zloty(open_grosze),
        ...stands({ state, paid_online_on: this.paper.paid_online_on }, this.words),
      };
    },
    showCorrections({ corrects_all, corrected_by, versions }) {
      const href = (name) => name && `${base}/faktury/${name}`;
      this.corrects = corrects_all.map(({ id: name, number }) => ({ number, href: href(name) }));
      this.correctedBy = corrected_by.map(({ id: later, number, gross_grosze }) => ({
        id: later,
        number,
        href: href(later),
        change: signed(gross_grosze),
      }));
      this.versions = versions.map((version, place) => ({
        id: version.id,
        number: version.number,
        href: href(version.id),
        current: version.is_this ? "true" : null,
        issued: date(version.issued_on),
        reason: version.reason ?? (place ? "" : this.words.sayFirst),
        isLater: place > 0,
        change: place ? signed(version.gross_grosze) : "–",
        after: version.after_grosze === null ? "–" : zloty(version.after_grosze),
      }));
      this.hasVersions = versions.length > 0;
      const last = versions.at(-1)?.after_grosze ?? null;
      const before = last === null ? "" : zloty(versions[0].gross_grosze);
      this.wasAndIs =
        before && this.words.sayWasAndIs.replace("{before}", before).replace("{now}", zloty(last));
    },
    showLines({ lines, vat_sums, net_grosze, vat_grosze, gross_grosze }) {
      this.isGross = lines.some((line) => line.net_grosze === null && line.gross_grosze !== null);
      this.isNet = !this.isGross;
      this.lines = lines.map((line, key) => this.line(line, key));
      // A call without lines has one sum, which stands above.
      this.isCall = this.paper.kind === "call";
      this.hasSums = !this.isCall || lines.length > 0;
      this.hasLines = this.hasSums || this.paper.delivery.length > 0;
      const left = gross_grosze - net_grosze - vat_grosze;
      const margin = vat_sums.reduce(
        (sum, one) => sum + (one.vat_rate === MARGIN ? one.net_grosze : 0),
        0,
      );
      this.hasNet = vat_sums.some((one) => one.vat_rate !== MARGIN) || !margin;
      this.net = zloty(net_grosze - margin);
      this.rates = [
        ...vat_sums.map((one) => this.sumOf(one, vat_sums.length > 1)),
        ...(left ? [{ name: this.words.sayRounding, vat: zloty(left), of: "" }] : []),
      ];
    },
    /** What is sold in the margin scheme has a gross alone: its VAT must not stand on the invoice. */
    sumOf({ vat_rate, rate, net_grosze, vat_grosze }, isOneOfSeveral) {
      if (vat_rate === MARGIN)
        return { name: this.words.sayMargin, vat: zloty(net_grosze), of: "" };
      const of = isOneOfSeveral ? this.words.sayOf.replace("{sum}", zloty(net_grosze)) : "";
      return { name: this.words.sayVat.replace("{rate}", rate).trim(), vat: zloty(vat_grosze), of };
    },
    line(line, key) {
      const value = this.isGross ? line.gross_grosze : line.net_grosze;
      const much = quantity(line),
        one = line.unit_net_microgrosze === null ? "" : price(line.unit_net_microgrosze);
      const each =
        much && one
          ? this.words.sayEach.replace("{amount}", much).replace("{price}", one)
          : much || one;
      return {
        key,
        name: line.name,
        quantity: much,
        price: one,
        each,
        rate: line.rate,
        value: value === null ? "–" : zloty(value),
        isBefore: line.before_correction,
        notes: line.notes,
      };
    },
    settle() {
      window.htmx?.process(this.$root);
      const aim = location.hash && document.getElementById(location.hash.slice(1));
      if (aim) whenShown(aim).then(() => aim.scrollIntoView());
    },
  };
}
