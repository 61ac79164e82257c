import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "../model/doc";

/** Words as chips: Enter or a comma, in either script, makes one. */
export function TagsField({ label, value, onChange }: { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void }) {
  const { t } = useTranslation("editor");
  const [word, setWord] = useState("");
  const tags = Array.isArray(value) ? value.map(String) : [];
  const add = (text: string) => {
    const fresh = text
      .split(/[,،\n]/u)
      .map((each) => each.trim())
      .filter((each) => each && !tags.includes(each));
    if (fresh.length > 0) onChange([...tags, ...fresh]);
    setWord("");
  };
  return (
    <div className="flex flex-wrap items-center gap-1 rounded-md border border-line-control bg-surface p-1 focus-within:outline-2 focus-within:outline-accent">
      {tags.map((tag) => (
        <span key={tag} className="inline-flex items-center gap-0.5 rounded-sm bg-sunken ps-1.5 text-12 text-ink">
          <bdi>{tag}</bdi>
          <button type="button" aria-label={t("removeOne", { name: tag })} onClick={() => onChange(tags.filter((each) => each !== tag))} className="grid size-5 place-items-center rounded-xs text-ink-3 hover:text-ink pointer-coarse:size-8">
            <X aria-hidden="true" className="size-3" />
          </button>
        </span>
      ))}
      <input
        dir="auto"
        aria-label={label}
        placeholder={tags.length === 0 ? t("tagPlaceholder") : ""}
        value={word}
        onChange={(event) => (/[,،]/u.test(event.target.value) ? add(event.target.value) : setWord(event.target.value))}
        onBlur={() => word.trim() && add(word)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            add(word);
          }
          if (event.key === "Backspace" && word === "" && tags.length > 0) onChange(tags.slice(0, -1));
        }}
        className="h-6 min-w-20 grow bg-transparent px-1.5 text-13 outline-none! pointer-coarse:h-9 pointer-coarse:text-16"
      />
    </div>
  );
}
