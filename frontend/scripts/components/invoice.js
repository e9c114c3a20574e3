/** One invoice; its id is in the URL. */
import { api } from "../api.js";
import { cameFrom } from "../history.js";
import { loading } from "../inside.js";
import { asOf, isIn, kindOf, placeOf, stands } from "../invoices.js";
import { base } from "../moves.js";
import { draw } from "../paper.js";
import { isLong, together } from "../setting.js";
import { NO_ANSWER, explanation } from "../why.js";

const id = () => location.pathname.split("/").at(-1);

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
    why: NO_ANSWER,
    corrects: [],
    versions: [],
    hasVersions: false,
    wasAndIs: "",
    heading: "",
    sum: "",
    sumTold: "",
    isLong: false,
    told: "",
    by: "",
    isSettled: false,
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
    isCall: false,
    net: "",
    gross: "",
    isOwed: false,
    hasNet: true,
    isNet: true,
    isGross: false,
    ksefHead: "",
    ksefTail: "",
    list: cameFrom() || `${base}/faktury`,
    listName: "",
    pdf: `${base}/api/invoices/${id()}/document.pdf`,
    xml: `${base}/api/invoices/${id()}/document.xml`,
    async init() {
      this.words = this.$root.dataset;
      this.heading = this.words.sayHeading;
      const { sayInvoices, sayLedger } = this.words;
      this.listName = this.list.startsWith(`${base}/platnosci`) ? sayLedger : sayInvoices;
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
        issued: paper.issued.text,
        due: paper.due?.text,
        period: paper.period?.text,
        place: paper.point && placeOf(paper.point),
        isOwed: paper.left.grosze > 0,
        gross: paper.gross.text,
      });
      // A KSeF number may only break before its last but one part.
      [this.ksefHead, this.ksefTail] = /^(.*-)?([^-]*-[^-]*)$/
        .exec(paper.ksef_number ?? "")
        ?.slice(1) ?? ["", ""];
      this.meters = paper.meters.filter(({ readings }) => readings);
      this.parts = paper.instalments.map((part) => this.part(part));
      this.showOwed(paper);
      this.showCorrections(paper);
      this.showLines(paper);
      if (paper.visualisation) draw(this.$refs.whole, paper.visualisation);
      if (paper.why) this.why = explanation(paper.why, paper.gross);
    },
    /** The one sum, what stands under it, and both once more at the foot of a phone. */
    showOwed({ sum, owed, due, state }) {
      this.sumTold = sum?.text ?? "";
      this.sum = this.sumTold.replace(/\u00a0zł$/, "");
      this.isLong = isLong(this.sum);
      this.told = together(owed);
      this.isSettled = ["paid", "covered", "settled"].includes(state);
      const by = state === "overdue" ? this.words.sayOverdue : this.words.sayBy;
      this.by = due ? by.replace("{day}", due.brief) : "";
    },
    part({ due, open, state }) {
      const { paid_online } = this.paper;
      return {
        key: due?.on ?? "",
        day: due?.brief ?? "–",
        sum: open.text,
        ...stands({ state, paid_online }, this.words),
      };
    },
    showCorrections({ corrects_all, corrected_by, versions }) {
      const href = (name) => name && `${base}/faktury/${name}`;
      this.corrects = corrects_all.map(({ id: name, number }) => ({ number, href: href(name) }));
      this.correctedBy = corrected_by.map(({ id: later, number, gross }) => ({
        id: later,
        number,
        href: href(later),
        change: gross.text,
      }));
      this.versions = versions.map((version, place) => ({
        id: version.id,
        number: version.number,
        href: href(version.id),
        current: version.is_this ? "true" : null,
        issued: version.issued.brief,
        reason: version.reason ?? (place ? "" : this.words.sayFirst),
        isLater: place > 0,
        change: place ? version.change.text : "–",
        after: version.after?.text ?? "–",
      }));
      this.hasVersions = versions.length > 0;
    },
    showLines({ lines, total }) {
      this.isGross = lines.some((line) => line.net === null && line.gross !== null);
      this.isNet = !this.isGross;
      this.lines = lines.map((line, key) => ({
        ...line,
        key,
        value: (this.isGross ? line.gross : line.net)?.text ?? "–",
      }));
      // A payment demand without lines has only the amount shown above.
      this.isCall = this.paper.kind === "call";
      this.hasSums = !this.isCall || lines.length > 0;
      this.hasNet = total.net !== null;
      this.net = total.net?.text ?? "";
      this.rates = total.rows;
    },
  };
}
