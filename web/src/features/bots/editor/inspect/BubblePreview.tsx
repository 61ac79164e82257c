import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { List, Reply } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import { directionOf } from "@/i18n";
import { readText } from "../../graph";
import { expressionQuery } from "../../queries";
import type { Json } from "../model/doc";
import { getIn } from "../model/path";
import type { FormField } from "../model/schema";
import { languageName } from "./LocalizedField";
import { useStepForm } from "./form";

type Bubble = { header: string; body: string; footer: string; buttons: string[]; opener: string };
const MOST_BUTTONS = 3;

/** What the person will see, with sample values, in each language: the words are the server's, not a guess of this page. */
export function BubblePreview({ fields }: { fields: readonly FormField[] }) {
  const { t } = useTranslation("editor");
  const { config, languages, defaultLanguage } = useStepForm();
  const [chosen, setChosen] = useState<string | null>(null);
  const language = chosen && languages.includes(chosen) ? chosen : defaultLanguage;
  const bubble = readBubble(fields, config, language, defaultLanguage);
  const sources = useDeferredValue(bubble ? [bubble.header, bubble.body, bubble.footer] : []);
  const titles = useDeferredValue(bubble ? [bubble.opener, ...bubble.buttons] : []);
  const queryFor = (is_brief: boolean) => (source: string) => ({
    ...expressionQuery({ kind: "template", source, values: {}, language, is_brief }),
    enabled: source.includes("{"),
    placeholderData: keepPreviousData,
  });
  const rendered = useQueries({ queries: sources.map(queryFor(false)) });
  const renderedTitles = useQueries({ queries: titles.map(queryFor(true)) });
  if (!bubble) return null;
  const fill = (source: string, value: unknown) => (source.includes("{") && typeof value === "string" ? value : source);
  const say = (source: string) => fill(source, rendered[sources.indexOf(source)]?.data?.value);
  const title = (source: string) => fill(source, renderedTitles[titles.indexOf(source)]?.data?.value);
  return (
    <section aria-label={t("preview")} className="rounded-lg bg-(--wa-paper) p-3">
      <div className="mb-2 flex items-center gap-1">
        <span className="grow text-12 font-medium text-(--wa-ink-2)">{t("preview")}</span>
        {languages.length > 1 &&
          languages.map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              aria-pressed={each === language}
              onClick={() => setChosen(each)}
              className={cx("rounded-sm px-1.5 text-12 text-(--wa-ink-2) pointer-coarse:min-h-11", each === language && "bg-(--wa-in) font-medium text-(--wa-ink)")}
            >
              {languageName(each)}
            </button>
          ))}
      </div>
      <div dir={directionOf(language)} lang={language} className="max-w-[240px] overflow-hidden rounded-[10px] rounded-ss-[3px] bg-(--wa-in) text-(--wa-ink) shadow-1">
        <div className="px-2.5 pt-1.5 pb-1">
          {bubble.header && <p className="user-text text-13 font-semibold">{say(bubble.header)}</p>}
          <p className={cx("user-text text-13", !bubble.body && "text-(--wa-ink-2)")}>{bubble.body ? say(bubble.body) : t("nothingYet")}</p>
          {bubble.footer && <p className="user-text text-12 text-(--wa-ink-2)">{say(bubble.footer)}</p>}
        </div>
        {(bubble.opener || bubble.buttons.length > MOST_BUTTONS) && <Action icon={List} text={title(bubble.opener) || t("options")} />}
        {!bubble.opener && bubble.buttons.length <= MOST_BUTTONS && bubble.buttons.map((button, at) => <Action key={`${at}${button}`} icon={Reply} text={title(button)} />)}
      </div>
    </section>
  );
}

function Action({ icon: Icon, text }: { icon: typeof List; text: string }) {
  return (
    <p className="flex items-center justify-center gap-1.5 border-t border-(--wa-line) px-2 py-1.5 text-13 text-(--wa-action)">
      <Icon aria-hidden="true" strokeWidth={1.75} className="flip size-3.5 flex-none" />
      <span className="cut">{text || "…"}</span>
    </p>
  );
}

/** A message out of a form: its long text is the body, its list of titled things the buttons. Null for a step that says nothing. */
function readBubble(fields: readonly FormField[], config: Json, language: string, fallback: string): Bubble | null {
  const body = fields.find((field) => field.kind === "localized" && field.isLong);
  if (!body) return null;
  const textOf = (path: string) => readText(getIn(config, path), language, fallback);
  const list = fields.find((field) => field.kind === "list");
  const opener = list?.fields.some((inner) => inner.kind === "list") ? fields.find((field) => field.kind === "localized" && !field.isLong && field.isRequired) : undefined;
  return {
    header: textOf("header"),
    body: textOf(body.name),
    footer: textOf("footer"),
    buttons: list && !opener ? titlesOf(list, getIn(config, list.name), language, fallback) : [],
    opener: opener ? textOf(opener.name) : "",
  };
}

function titlesOf(list: FormField, value: Json | undefined, language: string, fallback: string): string[] {
  const title = list.fields.find((field) => field.kind === "localized");
  return title && Array.isArray(value) ? value.map((item) => readText(getIn(item, title.name), language, fallback)) : [];
}
