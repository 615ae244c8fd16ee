// What ESLint holds; how the code looks is Prettier's (package.json).
import js from "@eslint/js";
import { defineConfig, includeIgnoreFile } from "eslint/config";
import globals from "globals";
import { fileURLToPath } from "node:url";

export default defineConfig(
  includeIgnoreFile(fileURLToPath(new URL(".gitignore", import.meta.url))),
  {
    files: ["**/*.{js,mjs}"],
    extends: [js.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-extend-native": "error", // the page's own program patches nobody else's objects
      "no-sequences": "error", // one statement, one line
      "no-shadow": "error",
      "no-unused-expressions": "error",
      // Elements are made while their module is read: what they use stands above, or is a function.
      "no-use-before-define": ["error", { functions: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  { files: ["**/*.mjs", "*.js"], languageOptions: { globals: globals.node } },
  {
    files: ["docs/**/*.js", "explainer/viewing/*.js", "tests/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  { files: ["docs/elements/*-worker.js"], languageOptions: { globals: globals.worker } },
);
