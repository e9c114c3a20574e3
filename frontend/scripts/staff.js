/** Entry of all staff pages; page scripts import shared modules from here. */
import "./globals.js";
import "./navigation.js";

export { define } from "./alpine.js";
export * from "./api.js";
export * from "./form.js";
export * from "./moves.js";
