/** Standard, except for what a reason stands at. Layout is Prettier's. */
export default {
  extends: ["stylelint-config-standard"],
  rules: {
    "selector-class-pattern": [
      "^[a-z]+(-[a-z]+)*(__[a-z]+(-[a-z]+)*)?(--[a-z]+([-_][a-z]+)*)?$",
      { message: "Name it block__element--variant" },
    ],
    "declaration-no-important": true,
    "alpha-value-notation": "number",
    "import-notation": "string",
    // The utility's hues are plain numbers.
    "hue-degree-notation": "number",
    // Safari 16.0 knows no ranges.
    "media-feature-range-notation": "prefix",
    // The shorthand with a thickness is new in Safari.
    "declaration-property-value-disallowed-list": { "text-decoration": ["/\\d/"] },
    // Safari knows it by this name alone.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["/text-size-adjust/"] }],
    // Names of fonts.
    "value-keyword-case": ["lower", { ignoreProperties: ["/^--/"] }],
    // It compares rules that never meet in one element.
    "no-descending-specificity": null,
    "at-rule-empty-line-before": null,
    "comment-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "declaration-empty-line-before": null,
    "rule-empty-line-before": null,
  },
  overrides: [
    // What is hidden stays hidden, whatever a component says.
    { files: ["**/utilities.css"], rules: { "declaration-no-important": null } },
  ],
};
