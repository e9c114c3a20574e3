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
      }
    },
    async renew() {
      player?.pause();
      this.silent = false;
      const input = document.getElementById("captcha_answer");
      input.value = "";
      await this.fetch();
      this.told = this.$root.querySelector("[role=status]").dataset.sayNew;
    },
    /** Digits only, however they were pasted. */
    typed(event) {
      event.target.value = event.target.value.replace(/\D/g, "").slice(0, 6);
    },
    async listen() {
      player?.pause();
      player = new Audio(sound);
      this.silent = false;
      this.told = this.$root.querySelector("[role=status]").dataset.sayPlaying;
      try {
        await player.play();
        document.getElementById("captcha_answer").focus();
      } catch {
        this.silent = true;
      }
    },
  };
}
