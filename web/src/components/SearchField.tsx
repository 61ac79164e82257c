import { Search } from "lucide-react";
import { cx } from "./cx";
import { Input } from "./Field";
import { usePausedText } from "./usePausedText";

type SearchFieldProps = { label: string; placeholder: string; value: string; onSearch: (text: string) => void; isLtr?: boolean; className?: string };

/** A text that is looked for once the typing pauses. Empty, it reads as the page does; room for the sign is kept at both sides, for the words may turn. */
export function SearchField({ label, placeholder, value, onSearch, isLtr = false, className }: SearchFieldProps) {
  const [text, setText] = usePausedText(value, onSearch);
  return (
    <div className={cx("relative", className)}>
      <Search aria-hidden="true" strokeWidth={1.75} className="pointer-events-none absolute start-2.5 top-2 size-4 text-ink-3 pointer-coarse:top-3.5" />
      <Input type="search" aria-label={label} placeholder={placeholder} value={text} maxLength={200} dir={text ? (isLtr ? "ltr" : "auto") : undefined} className="px-8" onChange={(event) => setText(event.currentTarget.value)} />
    </div>
  );
}
