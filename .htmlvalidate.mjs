/** Reads the pages as they are composed, in each language and frame: templates are not HTML yet. */
export default {
  extends: ["html-validate:recommended"],
  elements: [
    "html5",
    // The QR code of a transfer: Alpine gives it its address.
    { img: { attributes: { src: { required: false } } } },
  ],
  rules: {
    "wcag/h37": ["error", { alias: [":alt"] }],
    // A list may have a name: that of the stages says what they are stages of.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    // A table that is drawn as a grid keeps its roles for readers only where they are written.
    "no-redundant-role": "off",
    // What the office's search box finds are links, which a select cannot hold.
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // Alpine fills headings and links.
    "empty-heading": "off",
    "wcag/h30": "off",
    // What templates leave behind, and how Jinja writes attributes, harms nobody.
    "no-trailing-whitespace": "off",
    "attribute-boolean-style": "off",
    "attr-quotes": "off",
    // It takes the spaces between the words of a link for those of its number.
    "tel-non-breaking": "off",
  },
};
