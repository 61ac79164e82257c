import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api";
import type { Bot, Flow } from "@/api/models";
import { useToast } from "@/components";
import { botsQuery, KEYS, saveDraft } from "../../queries";
import { factsOf, mustCount } from "../model/facts";
import type { EditorStore } from "../model/store";
import { inherit } from "./inherit";
import { createSlot } from "./kept";
import { createSaver, type Saver, type SavingState } from "./saver";

const loadDraft = async (botId: string): Promise<Flow> => dataOf(await api.GET("/api/bots/{bot_id}/flow", { params: { path: { bot_id: botId }, query: { version: "draft" } } }));

const noteDraft = (bot: Bot, flow: Flow): Bot => ({ ...bot, draft_updated_at: flow.updated_at, has_unpublished_changes: flow.has_unpublished_changes ?? bot.has_unpublished_changes });

/** Autosave of one open draft. What was kept from earlier visits is taken up again. */
export function useSaver(botId: string, me: string | undefined, opened: Flow, store: EditorStore): { saver: Saver; saving: SavingState } {
  const { t } = useTranslation("editor");
  const toast = useToast();
  const queryClient = useQueryClient();
  const [slot] = useState(() => createSlot(me ?? "", botId));
  const [saver] = useState(() =>
    createSaver(opened, {
      save: (doc, base) => saveDraft(botId, doc, base),
      load: () => loadDraft(botId),
      read: () => store.get().doc,
      isOwn: (flow) => flow.updated_by?.id === me,
      take: (doc, base, theirs) => store.rebase({ base, theirs, doc }),
      onSaved: (flow) => {
        const facts = factsOf(flow, store.get().facts);
        store.setFacts(facts);
        queryClient.setQueryData(KEYS.flow(botId, "draft"), { ...flow, waiting: facts.waiting, faults: facts.faults });
        queryClient.setQueryData(botsQuery.queryKey, (bots) => bots?.map((bot) => (bot.id === botId ? noteDraft(bot, flow) : bot)));
        return flow.waiting !== null || !mustCount(facts, flow.blueprint);
      },
      show: (doc) => store.edit(() => doc),
      keep: slot.keep,
      forget: slot.forget,
    }),
  );
  const tellTaken = useEffectEvent(() => toast({ text: t("saved.takenUp") }));
  const saving = useSyncExternalStore(saver.subscribe, saver.get);

  useEffect(() => {
    let last = store.get().doc;
    const unsubscribe = store.subscribe(() => {
      if (store.get().doc === last) return;
      last = store.get().doc;
      saver.touch();
    });
    const stopInheriting = inherit(slot, saver, () => tellTaken());
    const retry = () => void saver.send();
    const leave = () => {
      saver.stop();
      slot.leave();
    };
    const comeBack = (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      slot.hold();
      saver.touch();
    };
    window.addEventListener("online", retry);
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", comeBack);
    return () => {
      unsubscribe();
      stopInheriting();
      window.removeEventListener("online", retry);
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", comeBack);
      slot.leave();
      void saver.send();
    };
  }, [saver, slot, store]);
  return { saver, saving };
}
