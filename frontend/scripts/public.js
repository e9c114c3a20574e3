/** Entry of all public pages; page scripts import shared modules from here. */
import "./globals.js";
import "./navigation.js";

export { define, mutateDom } from "./alpine.js";
export * from "./api.js";
export * from "./form.js";
export * from "./history.js";
export * from "./inside.js";
export * from "./kept.js";
export * from "./moves.js";
export * from "./number.js";
export * from "./query.js";
export * from "./settle.js";
