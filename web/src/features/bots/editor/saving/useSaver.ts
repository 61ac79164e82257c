import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api, dataOf } from "@/api";
import type { Flow } from "@/api/models";
import { KEYS, saveDraft } from "../../queries";
import { factsOf } from "../model/facts";
import type { EditorStore } from "../model/store";
import { forget, keep, readKept } from "./kept";
import { createSaver, type Saver, type SavingState } from "./saver";

const loadDraft = async (botId: string): Promise<Flow> => dataOf(await api.GET("/api/bots/{bot_id}/flow", { params: { path: { bot_id: botId }, query: { version: "draft" } } }));

/** Autosave of one open draft. What was kept from an earlier visit is taken up again. */
export function useSaver(botId: string, me: string | undefined, opened: Flow, store: EditorStore): { saver: Saver; saving: SavingState } {
  const queryClient = useQueryClient();
  const [saver] = useState(() =>
    createSaver(opened, {
      save: (doc, base) => saveDraft(botId, doc, base),
      load: () => loadDraft(botId),
      read: () => store.get().doc,
      isOwn: (flow) => flow.updated_by?.id === me,
      take: (doc, base, theirs) => store.rebase({ base, theirs, doc }),
      onSaved: (flow) => {
        store.setFacts(factsOf(flow));
        queryClient.setQueryData(KEYS.flow(botId, "draft"), flow);
        void queryClient.invalidateQueries({ queryKey: KEYS.list });
      },
      keep: (kept) => keep(botId, kept),
      forget: () => forget(botId),
    }),
  );
  const saving = useSyncExternalStore(saver.subscribe, saver.get);

  useEffect(() => {
    const kept = readKept(botId);
    if (kept) {
      store.edit(() => kept.doc);
      saver.resume(kept);
    }
    let last = store.get().doc;
    const unsubscribe = store.subscribe(() => {
      if (store.get().doc === last) return;
      last = store.get().doc;
      saver.touch();
    });
    const retry = () => void saver.send();
    window.addEventListener("online", retry);
    window.addEventListener("pagehide", saver.stop);
    return () => {
      unsubscribe();
      window.removeEventListener("online", retry);
      window.removeEventListener("pagehide", saver.stop);
      void saver.send();
    };
  }, [botId, saver, store]);
  return { saver, saving };
}
