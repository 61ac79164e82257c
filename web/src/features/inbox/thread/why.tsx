import { CircleQuestionMark } from "lucide-react";
import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asked } from "@/features/bots/traces/queries";

const WhySheet = lazy(() => import("@/features/bots/traces/WhySheet").then((module) => ({ default: module.WhySheet })));

type Question = { messageId: string } | { eventId: string };

const AskWhy = createContext<((question: Question) => void) | null>(null);

/** Lets what stands in the thread be asked why the bot said or did it; the answer opens beside the thread. */
export function WhyProvider({ conversationId, children }: { conversationId: string; children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = useCallback((question: Question) => setAsked("eventId" in question ? { conversationId, ...question } : question), [conversationId]);
  return (
    <AskWhy value={ask}>
      {children}
      <Suspense>{asked && <WhySheet asked={asked} onClose={() => setAsked(null)} />}</Suspense>
    </AskWhy>
  );
}

/** The question itself, as a quiet word below what it is about. */
export function WhyButton({ about }: { about: Question }) {
  const { t } = useTranslation("insight");
  const ask = use(AskWhy);
  if (!ask) return null;
  return (
    <button type="button" aria-label={t("eventId" in about ? "whyEvent" : "why")} onClick={() => ask(about)} className="rounded-xs underline underline-offset-2 hover:text-ink pointer-coarse:px-2 pointer-coarse:py-3">
      {t("whyShort")}
    </button>
  );
}

/** The same for a message of a group that has nothing written below it: beside the bubble, while one points at it. */
export function WhyMark({ about }: { about: Question }) {
  const { t } = useTranslation("insight");
  const ask = use(AskWhy);
  if (!ask) return null;
  return (
    <button
      type="button"
      title={t("why")}
      aria-label={t("why")}
      onClick={() => ask(about)}
      className="absolute end-full bottom-0 me-1 grid size-7 place-items-center rounded-full text-ink-3 opacity-0 transition-opacity duration-(--dur-1) group-hover/row:opacity-100 hover:bg-hover hover:text-ink focus-visible:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100"
    >
      <CircleQuestionMark aria-hidden="true" strokeWidth={1.75} className="size-4" />
    </button>
  );
}
