import { type Mark, readMarks } from "./marks";

const CLASSES: Record<Mark, string> = { plain: "", bold: "font-semibold", italic: "italic", struck: "line-through", code: "font-mono text-[0.92em]" };

/** A message's text with WhatsApp's marks shown as WhatsApp shows them. */
export function MarkedText({ children }: { children: string }) {
  return readMarks(children).map(({ mark, text }, index) =>
    mark === "plain" ? (
      text
    ) : (
      <span key={`${index}${mark}`} className={CLASSES[mark]}>
        {text}
      </span>
    ),
  );
}
