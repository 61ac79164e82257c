/** Rules of our own. Each has its cases in the test beside it. */
const LETTER = /\p{L}/u;
const SPOKEN = new Set(["aria-label", "aria-description", "aria-roledescription", "alt", "title", "placeholder", "label"]);
const PHYSICAL =
  /(?:^|[\s:!-])(-?(?:ml|mr|pl|pr|left|right)-(?:\[|\(|\d|auto|px|full)|text-(?:left|right)\b|(?:border|rounded)-(?:l|r|tl|tr|bl|br)(?:-|\b)|float-(?:left|right)\b|clear-(?:left|right)\b|scroll-(?:ml|mr|pl|pr)-)/;

/** Every word on a screen comes from src/i18n. */
const noLiteralText = {
  meta: { type: "problem", schema: [], messages: { literal: "Text on screen comes from src/i18n: {{text}}" } },
  create(context) {
    const report = (node, text) => context.report({ node, messageId: "literal", data: { text: text.trim().slice(0, 40) } });
    const check = (node, value) => {
      if (typeof value === "string" && LETTER.test(value)) report(node, value);
    };
    const isKey = (node) => /^kbd$/i.test(node.parent?.openingElement?.name?.name ?? "");
    return {
      JSXText: (node) => !isKey(node) && check(node, node.value),
      "JSXElement > JSXExpressionContainer > Literal": (node) => check(node, node.value),
      "JSXElement > JSXExpressionContainer > TemplateLiteral": (node) => check(node, node.quasis.map((quasi) => quasi.value.cooked).join("")),
      JSXAttribute(node) {
        if (node.name.type !== "JSXIdentifier" || !SPOKEN.has(node.name.name) || !node.value) return;
        if (node.value.type === "Literal") check(node.value, node.value.value);
        if (node.value.type === "JSXExpressionContainer" && node.value.expression.type === "Literal") check(node.value, node.value.expression.value);
      },
    };
  },
};

/** One drawing for both directions: start and end, never left and right. */
const noPhysicalSides = {
  meta: { type: "problem", schema: [], messages: { physical: "Logical sides only (ms-, pe-, start-, text-end …): {{found}}" } },
  create(context) {
    const check = (node, value) => {
      const found = typeof value === "string" && PHYSICAL.exec(value);
      if (found) context.report({ node, messageId: "physical", data: { found: found[1] } });
    };
    return {
      Literal: (node) => check(node, node.value),
      TemplateElement: (node) => check(node, node.value.cooked),
    };
  },
};

export default { rules: { "no-literal-text": noLiteralText, "no-physical-sides": noPhysicalSides } };
