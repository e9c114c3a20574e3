/** What every page of the staff has. The components of its pages import from here. */
import "./globals.js";
import "./navigation.js";

export { define } from "./alpine.js";
export * from "./api.js";
export * from "./form.js";
export * from "./moves.js";
