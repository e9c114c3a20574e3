/** Entry of all customer pages; page scripts import shared modules from here. */
import "./globals.js";
import "./navigation.js";
import { define, mutateDom } from "./alpine.js";
import { signOut } from "./components/sign-out.js";
import { tongue } from "./components/tongue.js";
import { whose } from "./components/whose.js";

export { define, mutateDom };
export * from "./api.js";
export * from "./history.js";
export * from "./inside.js";
export * from "./kept.js";
export * from "./moves.js";
export * from "./number.js";
export * from "./query.js";
export * from "./setting.js";
export * from "./settle.js";

define({ signOut, tongue, whose });
