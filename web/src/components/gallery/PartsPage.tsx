import { useTranslation } from "react-i18next";
import { Mark, MarkTipped, Wordmark } from "@/components";
import { FieldParts } from "./FieldParts";
import { MessageParts } from "./MessageParts";
import { OverlayParts } from "./OverlayParts";

const THEMES = ["light", "dark"] as const;

/** Every part in both themes, side by side; the language is the interface's own. */
export function PartsPage() {
  const { t } = useTranslation("parts");
  return (
    <main className="grid min-h-dvh grid-cols-1 wide:grid-cols-2">
      <h1 className="sr-only">{t("title")}</h1>
      {THEMES.map((theme) => (
        <section key={theme} data-theme={theme} aria-label={t(theme)} className="bg-canvas px-4 pt-8 pb-9 text-ink pane:px-11">
          <div className="mb-5 flex flex-wrap items-center gap-x-[22px] gap-y-3">
            <Wordmark className="h-[34px]" />
            <span className="grow" />
            <MarkTipped className="size-16" tips={theme === "dark" ? "var(--rail-tile)" : "var(--rail)"} />
            <Mark className="size-11 text-brand" />
            <Mark small className="size-5" />
            <span className="text-12 text-ink-3">{t(theme)}</span>
          </div>
          <p className="text-28 font-semibold tracking-display">{t("headline")}</p>
          <p className="text-ink-2">{t("headlineText")}</p>
          <FieldParts />
          <MessageParts />
          <OverlayParts />
        </section>
      ))}
    </main>
  );
}
