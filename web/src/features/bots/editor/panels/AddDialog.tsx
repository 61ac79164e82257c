import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import type { FlowNodeType } from "@/api/models";
import { cx, SearchDialog } from "@/components";
import { lookOf } from "../../look";
import { type AddWish, useEditor } from "../model/useEditor";

const NOT_FOUND = 4;

type AddDialogProps = { wish: AddWish | null; onClose: () => void; onPick: (type: string, wish: AddWish) => void };

/** The search for a new step: type a word in either language, arrows choose, Enter adds. */
export function AddDialog({ wish, onClose, onPick }: AddDialogProps) {
  const { t } = useTranslation("editor");
  return (
    <SearchDialog isOpen={wish !== null} onClose={onClose} title={t("addTitle")}>
      {wish && <Finder wish={wish} onPick={onPick} />}
    </SearchDialog>
  );
}

function Finder({ wish, onPick }: { wish: AddWish; onPick: AddDialogProps["onPick"] }) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const { typeList } = useEditor();
  const [word, setWord] = useState("");
  const [at, setAt] = useState(0);
  const wanted = word.trim().toLowerCase();
  const found = findTypes(typeList, wanted).filter((type) => !(type.is_trigger && (wish.from || wish.link)));
  const current = Math.min(at, Math.max(0, found.length - 1));
  return (
    <>
      <label className="flex flex-none items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-3" />
        <input
          autoFocus
          dir="auto"
          role="combobox"
          aria-expanded="true"
          aria-controls="step-types"
          aria-activedescendant={found[current] ? `step-type-${found[current].type}` : undefined}
          aria-label={t("addTitle")}
          placeholder={t("addPlaceholder")}
          value={word}
          onChange={(event) => {
            setWord(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
            if (step) {
              event.preventDefault();
              setAt((current + step + found.length) % Math.max(1, found.length));
            }
            const pick = found[current];
            if (event.key === "Enter" && pick) onPick(pick.type, wish);
          }}
          className="h-12 min-w-0 grow bg-transparent text-14 outline-none! pointer-coarse:text-16"
        />
      </label>
      <ul id="step-types" role="listbox" aria-label={t("addTitle")} className="min-h-0 grow overflow-y-auto p-1.5">
        {found.map((type, index) => {
          const { icon: Icon, tile } = lookOf(type.group, type.icon);
          return (
            <li
              key={type.type}
              id={`step-type-${type.type}`}
              role="option"
              aria-selected={index === current}
              ref={index === current ? scrollTo : undefined}
              onMouseMove={() => setAt(index)}
              onClick={() => onPick(type.type, wish)}
              className={cx("flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2", index === current && "bg-hover")}
            >
              <span className={cx("grid size-7 flex-none place-items-center rounded-sm", tile)}>
                <Icon aria-hidden="true" strokeWidth={1.75} className="size-4" />
              </span>
              <span className="min-w-0">
                <span className="block text-13 font-medium">{type.label[language]}</span>
                <span className="block text-12 text-ink-3">{type.description[language]}</span>
              </span>
            </li>
          );
        })}
      </ul>
      {found.length === 0 && <p className="px-4 pb-5 text-13 text-ink-3">{t("addNothing")}</p>}
    </>
  );
}

/** Those whose name has the word: the one that is just it first, then those that begin with it; then those whose description has it. */
function findTypes(types: readonly FlowNodeType[], word: string): FlowNodeType[] {
  const rank = (type: FlowNodeType): number => {
    const names = [type.type.replaceAll("_", " "), ...Object.values(type.label)].map((name) => name.toLowerCase());
    if (names.includes(word)) return 0;
    if (names.some((name) => name.startsWith(word))) return 1;
    if (names.some((name) => name.includes(word))) return 2;
    return Object.values(type.description).some((text) => text.toLowerCase().includes(word)) ? 3 : NOT_FOUND;
  };
  const ranked = types.map((type) => ({ type, rank: rank(type) })).filter((each) => each.rank < NOT_FOUND);
  return ranked.toSorted((one, other) => one.rank - other.rank).map((each) => each.type);
}

const scrollTo = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });
