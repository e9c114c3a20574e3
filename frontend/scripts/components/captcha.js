/** The picture with six digits: another picture, or the digits as sound. */
import { api } from "../api.js";

export function captcha() {
  let sound = null;
  let player = null;
  return {
    id: "",
    picture: null,
    told: "",
    silent: false,
    lost: false,
    async init() {
      await this.fetch();
    },
    destroy() {
      player?.pause();
    },
    async fetch() {
      try {
        const { captcha: fresh } = await api.get("/captcha");
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
      this.silent = false;
      this.$refs.answer.value = "";
      // What is told twice in the same words is only heard twice if it was gone in between.
      this.told = "";
      await this.fetch();
      if (!this.lost) this.told = this.$root.dataset.sayNew;
    },
    /** Digits only, however they were pasted. */
    typed(event) {
      event.target.value = event.target.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6);
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
