/** Moves from page to page: see navigation.js. It comes when somebody is about to move. */
import "htmx.org";
