/** What the formatter cannot see: names that are not there, shadowed or unused, and what our CSP would refuse. */
import js from "@eslint/js";
import globals from "globals";

const OUR_OWN = {
  eqeqeq: "error",
  "no-shadow": "error",
  "no-var": "error",
  "prefer-const": "error",
  "prefer-template": "error",
  "object-shorthand": "error",
  "no-implicit-globals": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "max-lines": ["error", 300],
  complexity: ["error", 12],
  "no-unused-vars": ["error", { ignoreRestSiblings: true }],
};

export default [
  { ignores: ["frontend/dist/", "node_modules/", "build/", ".venv/"] },
  js.configs.recommended,
  { rules: OUR_OWN },
  { files: ["frontend/scripts/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    // A component shows what it knows by its data: it looks nothing up in the page.
    files: ["frontend/scripts/components/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["querySelector", "querySelectorAll"].map((property) => ({ property })),
      ],
    },
  },
  { files: ["**/*.mjs"], languageOptions: { globals: globals.node } },
];
