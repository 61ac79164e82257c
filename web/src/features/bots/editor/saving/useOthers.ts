import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "@/api";
import { newKey } from "@/api/key";
import type { DraftState } from "@/api/models";
import { KEYS, tellEditor } from "../../queries";

const EVERY_MS = 8_000;

/** Who else has this draft open, and which revision the server has: asked every few seconds while the page is looked at. A page that is left or loaded anew says so. */
export function useOthers(botId: string, isOn: boolean): { state: DraftState | undefined; isGone: boolean } {
  const [tab] = useState(() => newKey().slice(0, 12));
  const seen = useQuery({
    queryKey: KEYS.editors(botId),
    queryFn: () => tellEditor(botId, tab),
    enabled: isOn,
    refetchInterval: EVERY_MS,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const { refetch } = seen;
  useEffect(() => {
    if (!isOn) return;
    const leave = () => void tellEditor(botId, tab, true).catch(() => undefined);
    const comeBack = (event: PageTransitionEvent) => void (event.persisted && refetch());
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", comeBack);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", comeBack);
      leave();
    };
  }, [botId, tab, isOn, refetch]);
  return { state: seen.data, isGone: seen.error instanceof ApiError && seen.error.status === 404 };
}
