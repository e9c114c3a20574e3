/** Signed-in sessions with Wyloguj, and recent logins. */
import { api } from "../api.js";
import { focusOn, loading } from "../inside.js";

export function ownSessions() {
  let say;
  return {
    ...loading(async function () {
      const [{ sessions }, { sign_ins }] = await Promise.all([
        api.get("/sessions"),
        api.get("/sign-ins"),
      ]);
      this.sessions = sessions.map((session) => this.named(session));
      this.logins = sign_ins.map((login, key) => this.told_of(login, key));
      const others = sessions.filter((session) => !session.is_this).length;
      this.count = others ? say.others.replace("{count}", others) : say.none;
      this.latest = say.latest.replace("{when}", this.logins[0]?.when ?? "–");
    }),
    sessions: [],
    logins: [],
    count: "",
    latest: "",
    message: "",
    get hasOthers() {
      return this.sessions.some((session) => !session.is_this);
    },
    async init() {
      say = JSON.parse(this.$root.dataset.words);
      await this.load();
    },
    named(session) {
      const name = session.device || say.unknown,
        since = session.started.text;
      return {
        ...session,
        name,
        since,
        seen: session.seen.text,
        spoken: ` ${name}, ${since}`,
      };
    },
    told_of({ at, outcome, device, network }, key) {
      const name = device || say.unknown,
        what = say[outcome];
      return {
        key,
        when: at.text,
        what,
        name,
        network,
        both: [what, name, network].filter(Boolean).join(", "),
      };
    },
    async end(event) {
      await this.change(`/sessions/${event.currentTarget.dataset.id}`, say.ended);
    },
    async endOthers() {
      await this.change("/sessions", say.all);
    },
    /** End sessions and focus the message, as the pressed button disappears with its row. */
    async change(path, message) {
      try {
        await api.delete(path);
        this.message = message;
      } catch (fault) {
        this.message = fault.detail;
      }
      await this.load();
      await focusOn(this.$refs.message);
    },
  };
}
