/**
 * The picture with six digits: another picture, the digits as sound, or a proof of work instead. It
 * stays with its answer while it counts, through a reload and another language, too.
 */
import { api } from "../api.js";
import { secondsUntil } from "../clock.js";
import { focusOn } from "../inside.js";
import { forget, keep, recall } from "../kept.js";
import { prove } from "../work.js";

// By this device's own clock, however wrong that is.
const deadline = (until) => Date.now() + 1000 * secondsUntil(until);

export function captcha() {
  let sound = null;
  let player = null;
  return {
    id: "",
    picture: null,
    told: "",
    silent: false,
    lost: false,
    isProving: false,
    isProven: false,
    percent: 0,
    workTold: "",
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
        // Whoever has proved meanwhile needs no picture.
        if (this.isProven) return;
        this.show(fresh);
        keep("captcha", { puzzle: fresh, answer: "", until: deadline(fresh.valid_until) });
      } catch {
        // No picture, no id: the form is refused at this field, and the button asks again.
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
      this.workTold = this.$refs.answer.value = "";
      // What is told twice in the same words is only heard twice if it was gone in between.
      this.told = "";
      await this.fetch();
      if (!this.lost) this.told = this.$root.dataset.sayNew;
    },
    /** Digits only, however they were pasted. */
    typed(event) {
      event.target.value = event.target.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6);
      keep("captcha", { answer: event.target.value });
    },
    /** *Nie mogę przepisać kodu*: the browser works for some seconds, and the person has nothing to do. */
    async prove() {
      if (this.isProving) return;
      player?.pause();
      const say = this.$root.dataset;
      Object.assign(this, { isProving: true, percent: 0, workTold: say.sayWork });
      try {
        const { valid_until, ...proof } = await prove((percent) => (this.percent = percent));
        this.accept(proof);
        keep("captcha", { puzzle: proof, answer: proof.answer, until: deadline(valid_until) });
      } catch (fault) {
        this.workTold = fault.detail || say.sayUnproven;
      }
      this.isProving = false;
      await focusOn(this.$refs.work);
    },
    accept({ id, answer }) {
      Object.assign(this, { id, isProven: true, workTold: this.$root.dataset.sayProven });
      this.$refs.answer.value = answer;
      // The form tells this field's fault until it is sent again.
      if (this.wrong) this.wrong.captcha_answer = "";
    },
    async listen() {
      player?.pause();
      this.silent = false;
      this.told = "";
      if (!sound) await this.fetch();
      if (!sound) return;
      const mine = (player = new Audio(sound));
      try {
        await mine.play();
        this.told = this.$root.dataset.sayPlaying;
        this.$refs.answer.focus();
      } catch {
        // Whoever presses again stops the sound before this one, and that is no fault.
        this.silent = player === mine;
      }
    },
  };
}
