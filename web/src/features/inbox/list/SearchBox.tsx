import { Search, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, Kbd, usePausedText } from "@/components";

export const SEARCH_ID = "inbox-search";

/** Asks when typing pauses. `value` is what the address says; a change from outside (back, clear) wins over the text in the box. */
export function SearchBox({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation("inbox");
  const [text, setText] = usePausedText(value, onSearch);
  return (
    <div className="flex h-8 min-w-0 grow items-center gap-2 rounded-md bg-sunken px-2.5 text-ink-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent pointer-coarse:h-11">
      <Search aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
      <input
        id={SEARCH_ID}
        type="search"
        dir="auto"
        enterKeyHint="search"
        aria-label={t("search.label")}
        placeholder={t("search.placeholder")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onSearch(text.trim());
          if (event.key === "Escape") {
            if (text) setText("");
            else event.currentTarget.blur();
          }
        }}
        className="min-w-0 grow bg-transparent text-13 text-ink outline-none! pointer-coarse:text-16 [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? <IconButton icon={X} label={t("search.clear")} size="sm" className="-me-2" onClick={() => setText("")} /> : <Kbd>/</Kbd>}
    </div>
  );
}
