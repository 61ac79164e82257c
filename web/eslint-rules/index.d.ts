import type { Rule } from "eslint";

declare const ours: { rules: Record<"no-literal-text" | "no-physical-sides", Rule.RuleModule> };
export default ours;
