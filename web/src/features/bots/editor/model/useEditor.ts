import { createContext, use, useSyncExternalStore } from "react";
import type { FlowNodeType } from "@/api/models";
import type { KnownValue } from "../../queries";
import type { Source } from "./edits";
import type { Place, TypeMap } from "./doc";
import type { EditorState, EditorStore } from "./store";

/** A new step: where it shall go (behind an exit, into a connection, or just there), and of which type; without one, it is searched for. */
export type AddWish = { at: Place | null; from?: Source; link?: string; type?: string };

export type Editor = {
  store: EditorStore;
  types: TypeMap;
  typeList: readonly FlowNodeType[];
  values: readonly KnownValue[];
  isReadOnly: boolean;
  /** Opens the search for a new step. */
  add: (wish: AddWish) => void;
  /** Opens the form of a step. */
  open: (id: string) => void;
  /** Has the draft looked at once more: something that it depends on was changed elsewhere. */
  recheck: () => void;
};

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error("useEditor needs an editor around it");
  return editor;
}

/** A part of the editor's state; the component is drawn anew only when that part is another. `select` must not make new objects. */
export function useEditorState<Part>(select: (state: EditorState) => Part): Part {
  const { store } = useEditor();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
