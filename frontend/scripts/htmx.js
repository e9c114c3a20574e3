/** htmx for navigation (navigation.js), loaded when a link is about to be used. */
import "htmx.org";
