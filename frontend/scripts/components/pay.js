/** Zapłać: the transfer's data with copy buttons, its QR code, and payment online. */
import { api, Fault } from "../api.js";
import { loading } from "../inside.js";
import { base } from "../moves.js";
import { asQuery } from "../query.js";
import { together } from "../setting.js";

const COPIED_MS = 4000;

/** What is paid: the invoice in the URL, a selection in its query, or all that is owed. */
function target(of) {
  if (of === "invoice") {
    const id = location.pathname.split("/").pop();
    return { order: { invoice_id: id }, path: `/invoices/${id}/transfer`, query: "" };
  }
  const asked = new URLSearchParams(location.search);
  const [ids, point] = [asked.get("faktury"), asked.get("punkt")];
  const order = ids ? { ids } : point ? { point } : {};
  const query = new URLSearchParams(order);
  return { order, path: "/balance/transfer", query: asQuery(query) };
}

/** Copy the text; if the clipboard is denied, select it and say so. */
async function toClipboard(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(place);
    return copyMarked(text);
  }
}

/** Fallback for browsers without the clipboard API: execCommand("copy"). */
function copyMarked(text) {
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put, { once: true });
  const isDone = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return isDone;
}

/** The code's picture as a file, where a touch device can share one; else null. */
async function shareable(path) {
  const asFile = (blob, name) => new File([blob], name, { type: "image/png" });
  const tried = { files: [asFile("", "qr.png")] };
  if (!navigator.maxTouchPoints || !navigator.canShare?.(tried)) return null;
  // Without it the code can still be saved.
  const answer = await api.file(path, () => {}).catch(() => null);
  return answer && asFile(answer.blob, answer.name);
}

/** Submit the operator's form, which leaves our page. */
function handOver({ action, fields }) {
  const form = Object.assign(document.createElement("form"), {
    method: "post",
    action,
    hidden: true,
  });
  for (const { name, value } of fields) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

export function pay() {
  let texts = {},
    say,
    forget,
    picture = null;
  return {
    ...loading(async function () {
      const { path, query } = target(say.of);
      this.show((await api.get(`${path}${query}`)).transfer);
    }),
    account: "",
    sum: "",
    isAsked: false,
    title: [],
    payee: [],
    qr: "",
    qrTold: "",
    png: "",
    canShare: false,
    isUnfolded: false,
    noQr: "",
    operator: "",
    operatorTold: "",
    message: "",
    toldStyle: "unseen",
    ksef: "",
    qrTitle: "",
    part: "",
    chosen: "",
    isChosen: false,
    isCollective: false,
    isOwn: false,
    isShared: false,
    isBusy: false,
    copied: "",
    async init() {
      say = this.$root.dataset;
      await this.load();
    },
    show(transfer) {
      const account = transfer.bank_account;
      const sum = transfer.amount.text;
      // For a bank's input field: without currency, with a decimal comma.
      texts = {
        account: account.replaceAll(" ", ""),
        title: transfer.title,
        payee: transfer.payee,
        ksef: transfer.ksef_number,
        sum: (transfer.amount.grosze / 100).toFixed(2).replace(".", ","),
      };
      const [title, payee] = [transfer.title, transfer.payee].map((text) =>
        together(text).replaceAll(", ", ",\n").split("\n"),
      );
      Object.assign(this, { account, sum, title, payee, operator: transfer.operator });
      this.isAsked = transfer.amount.grosze > 0;
      this.operatorTold = say.sayOperator.replace("{operator}", transfer.operator);
      [this.isOwn, this.isShared] = [transfer.is_own_account, transfer.is_shared_account];
      this.showMore(transfer);
      this.showQr(transfer, account, sum);
      if (this.qr) this.offer();
    },
    /** Show notes about this payment. */
    showMore({
      ksef_number,
      wants_collective,
      invoice_numbers,
      amount,
      left,
      title,
      qr_title,
      has_qr,
    }) {
      this.ksef = ksef_number ?? "";
      this.isCollective = wants_collective;
      this.isChosen = target(say.of).query !== "";
      this.chosen = invoice_numbers.join(", ");
      this.part = amount.grosze < left.grosze ? say.sayPart.replace("{sum}", left.text) : "";
      this.qrTitle =
        has_qr && qr_title !== title ? say.sayQrTitle.replace("{title}", qr_title) : "";
    },
    showQr({ has_qr, why_no_qr, qr_title, payee }, account, sum) {
      const reasons = { "too-much": say.sayTooMuch, "no-account": say.sayNoAccount };
      this.noQr = reasons[why_no_qr] ?? "";
      this.qr = has_qr ? `${base}/api${target(say.of).path}.svg${target(say.of).query}` : "";
      this.png = this.qr.replace(".svg", ".png");
      const spoken = { "{payee}": payee, "{account}": account, "{sum}": sum, "{title}": qr_title };
      this.qrTold = say.sayQr.replace(/\{\w+\}/g, (name) => spoken[name]);
    },
    /** Fetched before the press: Safari shares only what is there already. */
    async offer() {
      const { path, query } = target(say.of);
      picture = await shareable(`${path}.png${query}`);
      this.canShare = picture !== null;
    },
    async share() {
      this.message = "";
      try {
        await navigator.share({ files: [picture] });
      } catch ({ name }) {
        // The visitor may give up.
        if (name !== "AbortError") this.tell(say.sayNotShared);
      }
    },
    /** Bindings of the button that shows the code on a phone. */
    unfolding: {
      ["@click"]() {
        this.isUnfolded = !this.isUnfolded;
      },
      [":aria-expanded"]() {
        return String(this.isUnfolded);
      },
    },
    /** Bindings of a copy button. */
    copying: {
      ["@click"]() {
        return this.copy(this.$el.dataset);
      },
      [":class"]() {
        const { copy } = this.$el.dataset;
        // The one act of the page, where there is something to pay.
        const isFilled = copy === "account" && this.isAsked;
        return { "button--copied": this.copied === copy, "button--quiet": !isFilled };
      },
    },
    async copy({ copy: name, label }) {
      clearTimeout(forget);
      this.copied = (await toClipboard(texts[name], this.$refs[name])) ? name : "";
      // For screen readers; the button shows it.
      if (this.copied) this.tell(`${say.sayCopied} ${label}`, "unseen");
      else this.tell(say.sayByHand);
      if (this.copied) forget = setTimeout(() => (this.copied = ""), COPIED_MS);
    },
    tell(message, toldStyle = "small room-between") {
      Object.assign(this, { message, toldStyle });
    },
    word(name) {
      return this.copied === name ? say.sayCopied : say.sayCopy;
    },
    async payOnline() {
      if (this.isBusy) return;
      this.isBusy = true;
      this.fault = "";
      try {
        handOver((await api.post("/payment-orders", target(say.of).order)).payment_order);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        this.fault = fault.detail;
        this.isBusy = false;
      }
    },
  };
}
