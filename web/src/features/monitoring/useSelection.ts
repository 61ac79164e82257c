import { useCallback, useMemo, useState } from "react";

export type Selection = {
  ids: readonly string[];
  has: (id: string) => boolean;
  toggle: (id: string, isOn: boolean) => void;
  /** All rows of the list, or none. */
  all: boolean | "some";
  toggleAll: (isOn: boolean) => void;
  clear: () => void;
};

/** Rows chosen of a list, at most as many as one request may name. What has left the list is not chosen any more. */
export function useSelection(rows: readonly { id: string }[], most = 100): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = useMemo(() => rows.flatMap(({ id }) => (chosen.has(id) ? [id] : [])).slice(0, most), [rows, chosen, most]);
  const toggle = useCallback((id: string, isOn: boolean) => {
    setChosen((before) => {
      const after = new Set(before);
      if (isOn) after.add(id);
      else after.delete(id);
      return after;
    });
  }, []);
  const isAll = rows.length > 0 && ids.length === Math.min(rows.length, most);
  return {
    ids,
    has: (id) => ids.includes(id),
    toggle,
    all: isAll || (ids.length > 0 && "some"),
    toggleAll: (isOn) => setChosen(new Set(isOn ? rows.slice(0, most).map(({ id }) => id) : [])),
    clear: () => setChosen(new Set()),
  };
}
