import { useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "@/components";
import { useSession } from "@/features/auth/queries";
import { copyParts, pasteParts, readClip } from "../model/clipboard";
import { needsOf } from "../model/needs";
import { removeParts } from "../model/edits";
import { useEditor } from "../model/useEditor";
import { isTyping } from "./typing";

export type Clipboard = { copyText: () => string | null; pasteText: (text: string) => boolean; copy: () => void; paste: () => void; duplicate: () => void; removeChosen: () => void };

/** Copy and paste of steps as JSON on the device's own clipboard: between flows, workspaces and browsers. */
export function useClipboard(): Clipboard {
  const { t } = useTranslation("editor");
  const { store, types, isReadOnly } = useEditor();
  const workspace = useSession()?.workspace.id;
  const toast = useToast();
  const flow = useReactFlow();
  const last = useRef("");

  const copyText = useCallback((): string | null => {
    const { doc, chosen } = store.get();
    if (chosen.length === 0) return null;
    last.current = JSON.stringify(copyParts(doc, new Set(chosen), workspace));
    return last.current;
  }, [store, workspace]);

  const pasteText = useCallback(
    (text: string, isBeside = false) => {
      const clip = readClip(text);
      if (!clip || isReadOnly || clip.nodes.length + clip.comments.length === 0) return false;
      const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
      const at = isBeside || !pane ? null : flow.screenToFlowPosition({ x: pane.x + pane.width / 2 - 110, y: pane.y + pane.height / 3 });
      const { edit, ids } = pasteParts(clip, at);
      store.edit(edit);
      store.choose(ids);
      if (clip.workspace && clip.workspace !== workspace) {
        const { credentials, tables } = needsOf(clip, types);
        const names = [...credentials.map((name) => t("needs.credential", { name })), ...tables.map((name) => t("needs.table", { name }))];
        if (names.length > 0) toast({ text: t("needs.text", { names: names.join(t("needs.and")) }) });
      }
      return true;
    },
    [flow, isReadOnly, store, t, toast, types, workspace],
  );

  const removeChosen = useCallback(() => {
    const { chosen, chosenLinks } = store.get();
    if (isReadOnly || chosen.length + chosenLinks.length === 0) return;
    store.edit(removeParts(new Set([...chosen, ...chosenLinks])));
    if (chosen.length > 0) toast({ text: t("removed", { count: chosen.length }), action: { label: t("undo"), onPress: store.undo } });
  }, [isReadOnly, store, t, toast]);

  return useMemo(
    () => ({
      copyText,
      pasteText,
      copy: () => {
        const text = copyText();
        if (text) void navigator.clipboard?.writeText(text).then(() => toast({ text: t("copied", { count: store.get().chosen.length }) }));
      },
      paste: () => {
        const read = navigator.clipboard?.readText?.() ?? Promise.reject(new Error("no clipboard"));
        void read.catch(() => last.current).then((text) => pasteText(text) || pasteText(last.current));
      },
      duplicate: () => {
        const text = copyText();
        if (text) pasteText(text, true);
      },
      removeChosen,
    }),
    [copyText, pasteText, removeChosen, store, t, toast],
  );
}

/** The device's own copy, cut and paste, while the canvas and not a field has them. */
export function useClipboardEvents({ copyText, pasteText, removeChosen }: Clipboard): void {
  const { t } = useTranslation("editor");
  const { store } = useEditor();
  const toast = useToast();
  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || String(document.getSelection() ?? "")) return;
      const text = copyText();
      if (!text) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
      if (event.type === "cut") removeChosen();
      else toast({ text: t("copied", { count: store.get().chosen.length }) });
    };
    const onPaste = (event: ClipboardEvent) => {
      if (!isTyping(event.target) && pasteText(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [copyText, pasteText, removeChosen, store, t, toast]);
}
