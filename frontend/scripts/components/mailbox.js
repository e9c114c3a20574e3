/** The demo's mailbox, polled every three seconds. */
import { api } from "../api.js";
import { base } from "../moves.js";

const LINK = /(https?:\/\/[^\s<>"]+)/;

/** The text split at URLs; only those of this e-BOK become links. */
function cut(text) {
  return text.split(LINK).map((part, key) => {
    const isOurs = LINK.test(part) && new URL(part).origin === location.origin;
    return isOurs
      ? { key, href: part, link: part, text: "" }
      : { key, href: null, link: "", text: part };
  });
}

/** Attachments with URL and size in kilobytes. */
function attached(mail) {
  return mail.attachments.map(({ number, name, size_bytes }) => ({
    number,
    label: `${name}, ${Math.ceil(size_bytes / 1000)}\u00a0kB`,
    href: `${base}/api/demo/mail/${mail.id}/attachments/${number}`,
  }));
}

function shown(mail) {
  return { ...mail, hour: mail.sent.hour, parts: cut(mail.text), files: attached(mail) };
}

export function mailbox() {
  let asking;
  return {
    mails: [],
    get isEmpty() {
      return this.mails.length === 0;
    },
    async init() {
      asking = setInterval(() => document.hidden || this.fetch(), 3000);
      await this.fetch();
    },
    destroy() {
      clearInterval(asking);
    },
    async fetch() {
      try {
        const { mails } = await api.get("/demo/mail");
        const known = new Set(this.mails.map((mail) => mail.id));
        if (mails.length === known.size && mails.every((mail) => known.has(mail.id))) return;
        this.mails = mails.map(shown);
      } catch {
        // Ignored: the next poll is in three seconds.
      }
    },
  };
}
