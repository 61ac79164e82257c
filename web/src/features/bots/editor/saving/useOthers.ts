import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { newKey } from "@/api/key";
import type { DraftState } from "@/api/models";
import { KEYS, tellEditor } from "../../queries";

const EVERY_MS = 8_000;

/** Who else has this draft open, and which revision the server has: asked every few seconds while the page is looked at. */
export function useOthers(botId: string, isOn: boolean): DraftState | undefined {
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
  useEffect(() => {
    if (!isOn) return;
    return () => void tellEditor(botId, tab, true).catch(() => undefined);
  }, [botId, tab, isOn]);
  return seen.data;
}
