/**
 * The captcha: a picture with six digits, the digits as sound, or a proof of work instead. It is kept
 * with its answer until it expires, also over a reload or change of language.
 */
import { api } from "../api.js";
import { secondsUntil } from "../clock.js";
import { focusOn } from "../inside.js";
import { forget, keep, recall } from "../kept.js";
import { prove } from "../work.js";

// By this device's clock, which may be wrong.
const deadline = (until) => Date.now() + 1000 * secondsUntil(until);

export function captcha() {
  let sound = null;
  let player = null;
  return {
    id: "",
    picture: null,
    status: "",
    silent: false,
    lost: false,
    isProving: false,
    isProven: false,
    percent: 0,
    workStatus: "",
    async init() {
      const { puzzle, answer, until } = recall("captcha");
      if (!puzzle || until < Date.now()) return this.fetch();
      await this.$nextTick();
      if (puzzle.picture) this.show(puzzle);
      else this.accept({ ...puzzle, answer });
      this.$refs.answer.value = answer;
    },
    destroy() {
      player?.pause();
    },
    async fetch() {
      try {
        const { captcha: fresh } = await api.get("/captcha");
        // A proof of work was accepted meanwhile.
        if (this.isProven) return;
        this.show(fresh);
        keep("captcha", { puzzle: fresh, answer: "", until: deadline(fresh.valid_until) });
      } catch {
        // Without an id the server refuses the form at this field; the button fetches another picture.
        this.id = "";
        this.lost = true;
        sound = null;
        forget("captcha");
      }
    },
    show({ id, picture, sound: spoken }) {
      Object.assign(this, { id, picture, lost: false });
      sound = spoken;
    },
    async renew() {
      player?.pause();
      this.silent = this.isProven = false;
      this.workStatus = this.$refs.answer.value = "";
      // Screen readers repeat an unchanged status only if it was empty in between.
      this.status = "";
      await this.fetch();
      if (!this.lost) this.status = this.$root.dataset.sayNew;
    },
    /** Keep only digits of what was typed or pasted. */
    typed(event) {
      event.target.value = event.target.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6);
      keep("captcha", { answer: event.target.value });
    },
    /** *Nie mogę przepisać kodu*: compute a proof of work, which takes some seconds. */
    async prove() {
      if (this.isProving) return;
      player?.pause();
      const say = this.$root.dataset;
      Object.assign(this, { isProving: true, percent: 0, workStatus: say.sayWork });
      try {
        const { valid_until, ...proof } = await prove((percent) => (this.percent = percent));
        this.accept(proof);
        keep("captcha", { puzzle: proof, answer: proof.answer, until: deadline(valid_until) });
      } catch (fault) {
        this.workStatus = fault.detail || say.sayUnproven;
      }
      this.isProving = false;
      await focusOn(this.$refs.work);
    },
    accept({ id, answer }) {
      Object.assign(this, { id, isProven: true, workStatus: this.$root.dataset.sayProven });
      this.$refs.answer.value = answer;
      // Otherwise the form shows this field's error until it is sent again.
      if (this.wrong) this.wrong.captcha_answer = "";
    },
    async listen() {
      player?.pause();
      this.silent = false;
      this.status = "";
      if (!sound) await this.fetch();
      if (!sound) return;
      const mine = (player = new Audio(sound));
      try {
        await mine.play();
        this.status = this.$root.dataset.sayPlaying;
        this.$refs.answer.focus();
      } catch {
        // Pausing a sound by starting another one rejects its play(): no error.
        this.silent = player === mine;
      }
    },
  };
}
