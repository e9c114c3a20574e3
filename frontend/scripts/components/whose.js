/** Who is logged in, on top of each page where there is room: nobody else is asked for. */
import { api } from "../api.js";
import { together } from "../setting.js";

const ROOM = "(min-width: 46em)";
// What is longer, as a company's own name may be, leaves no room for what stands beside it.
const LONGEST = 60;

export function whose() {
  const room = matchMedia(ROOM);
  return {
    name: "",
    code: "",
    init() {
      if (room.matches) this.ask();
      else room.addEventListener("change", () => this.ask(), { once: true });
    },
    async ask() {
      try {
        const { session } = await api.get("/session");
        if (!session.signed_in) return;
        const { name, customer_code: code } = session;
        this.name = `${name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : together(name)},`;
        this.code = code;
      } catch (fault) {
        // What the page itself asks for says what is wrong.
        if (!fault.code) throw fault;
      }
    },
  };
}
