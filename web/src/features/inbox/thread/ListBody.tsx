import { Check, List } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import type { Choice, Content } from "../content";

type ListBodyProps = { content: Extract<Content, { kind: "list" }>; chosenId: string | null };

/** A list message: the button that opens it on the phone, and under it all that could be chosen; what was chosen is filled. */
export function ListBody({ content, chosenId }: ListBodyProps) {
  return (
    <div className="mt-[5px] w-[300px] max-w-full rounded-md border border-accent-line text-13">
      <p dir="auto" className="flex items-center gap-1.5 border-b border-accent-line px-2.5 py-[3px] text-[12.5px] leading-[18px] font-medium text-accent-ink">
        <List aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
        {content.button}
      </p>
      <div className="p-1">
        {content.sections.map((section, index) => (
          <section key={section.title ?? index}>
            {section.title && (
              <p dir="auto" className="px-2 pt-1 text-12 font-medium text-ink-3">
                {section.title}
              </p>
            )}
            <ul>
              {section.choices.map((choice) => (
                <Row key={choice.id} choice={choice} isChosen={choice.id === chosenId} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function Row({ choice, isChosen }: { choice: Choice; isChosen: boolean }) {
  const { t } = useTranslation("inbox");
  return (
    <li dir="auto" className={cx("flex items-start gap-2 rounded-sm px-2 py-0.5", isChosen && "bg-accent-soft font-medium text-accent-ink")}>
      <span className="min-w-0 grow">
        {choice.title}
        {choice.description && <span className={cx("text-12 font-normal", isChosen ? "text-accent-ink" : "text-ink-3")}> · {choice.description}</span>}
      </span>
      {isChosen && <Check aria-label={t("message.chosen")} strokeWidth={1.75} className="mt-0.5 size-4 flex-none" />}
    </li>
  );
}
