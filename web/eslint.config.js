import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import ours from "./eslint-rules/index.js";

export default defineConfig(
  { ignores: ["dist", "src/api/schema.gen.ts", "public"] },
  js.configs.recommended,
  tseslint.configs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { hoopoe: ours },
    rules: {
      "hoopoe/no-literal-text": "error",
      "hoopoe/no-physical-sides": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "no-console": "error",
      "react-hooks/incompatible-library": "off", // speaks of the React Compiler, which we do not use
    },
  },
  { files: ["src/**/*.test.{ts,tsx}", "src/test/**"], rules: { "hoopoe/no-literal-text": "off" } },
);
