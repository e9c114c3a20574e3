/** The picture with six digits: another picture, the digits as sound, or a proof of work instead. */
import { api } from "../api.js";
import { focusOn } from "../inside.js";
import { prove } from "../work.js";

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
      await this.fetch();
    },
    destroy() {
      player?.pause();
    },
    async fetch() {
      try {
        const { captcha: fresh } = await api.get("/captcha");
        // Whoever has proved meanwhile needs no picture.
        if (this.isProven) return;
        this.id = fresh.id;
        this.lost = false;
        this.picture = fresh.picture;
        sound = fresh.sound;
      } catch {
        // No picture, no id: the form is refused at this field, and the button asks again.
        this.id = "";
        this.lost = true;
        sound = null;
      }
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
    },
    /** *Nie mogę przepisać kodu*: the browser works for some seconds, and the person has nothing to do. */
    async prove() {
      if (this.isProving) return;
      player?.pause();
      const say = this.$root.dataset;
      Object.assign(this, { isProving: true, percent: 0, workTold: say.sayWork });
      try {
        this.accept(await prove((percent) => (this.percent = percent)));
        this.workTold = say.sayProven;
      } catch (fault) {
        this.workTold = fault.detail || say.sayUnproven;
      }
      this.isProving = false;
      await focusOn(this.$refs.work);
    },
    accept({ id, answer }) {
      Object.assign(this, { id, isProven: true });
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
