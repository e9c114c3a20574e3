/** The frame of every page. htmx moves HTML, Alpine moves data: that is in components.js. */
import "./navigation.js";
