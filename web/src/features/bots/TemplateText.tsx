import { useTranslation } from "react-i18next";
import type { Part } from "./template";

const CHIP = "rounded-xs bg-sunken px-1 py-px";

/** A text of a flow: values and keywords as chips, rules in words. */
export function TemplateText({ parts }: { parts: readonly Part[] }) {
  const { t } = useTranslation("bots");
  return parts.map((part, index) => {
    const key = `${index}${part.kind}`;
    switch (part.kind) {
      case "text":
        return <span key={key}>{part.text}</span>;
      case "word":
        return (
          <bdi key={key} className={`${CHIP} me-1 inline-block text-ink`}>
            {part.text}
          </bdi>
        );
      case "value":
        return (
          <bdi key={key} dir="ltr" className={`${CHIP} text-accent-ink`}>
            {part.text}
          </bdi>
        );
      case "if":
      case "else":
        return (
          <span key={key} className="mx-1 font-medium text-ink-3">
            {part.kind === "if" ? t("rule.if") : t("rule.else")}
            {part.text && " "}
            {part.text && <bdi dir="ltr">{part.text}</bdi>}
            {":"}
          </span>
        );
    }
  });
}
