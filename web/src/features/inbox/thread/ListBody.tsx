import { Check, List } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import type { Content } from "../content";

/** A list message: its button, folded open to the rows; the chosen one is filled. */
export function ListBody({ content, chosenId }: { content: Extract<Content, { kind: "list" }>; chosenId: string | null }) {
  const { t } = useTranslation("inbox");
  const chosen = content.sections.flatMap((section) => section.choices).find((choice) => choice.id === chosenId);
  return (
    <details className="mt-[5px] max-w-full rounded-md border border-accent-line text-13 text-accent-ink open:w-[300px]">
      <summary dir="auto" className={cx("flex cursor-pointer list-none items-center gap-1.5 rounded-md px-2.5 py-[3px] text-[12.5px] leading-[18px] font-medium", chosen && "bg-accent-soft")}>
        <List aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
        {chosen ? (
          <>
            {chosen.title}
            <span className="sr-only"> {t("message.tapped")}</span>
          </>
        ) : (
          content.button
        )}
      </summary>
      <div className="border-t border-accent-line px-1 py-1 text-ink">
        {content.sections.map((section, index) => (
          <div key={section.title ?? index}>
            {section.title && (
              <p dir="auto" className="px-2 pt-1 text-12 font-medium text-ink-3">
                {section.title}
              </p>
            )}
            <ul>
              {section.choices.map((choice) => (
                <li key={choice.id} dir="auto" className={cx("flex items-start gap-2 rounded-sm px-2 py-1", choice.id === chosenId && "bg-accent-soft")}>
                  <span className="min-w-0 grow">
                    {choice.title}
                    {choice.description && <span className="block text-12 text-ink-3">{choice.description}</span>}
                  </span>
                  {choice.id === chosenId && <Check aria-label={t("message.chosen")} strokeWidth={1.75} className="mt-0.5 size-4 flex-none text-accent-ink" />}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </details>
  );
}
