import { createContext, use } from "react";
import { useLanguage } from "@/app/preferences";
import { createNumberFormat } from "@/i18n/format";
import { type Fate, fateOf, type Layer, shareOf } from "./layer";

/** The counts that are drawn over the flow; null while they are not looked at. Only what draws them reads it: nothing else is drawn anew. */
export const CountsLayer = createContext<Layer | null>(null);

export function useFate(nodeId: string, connected: readonly string[]): Fate | null {
  const layer = use(CountsLayer);
  return layer && fateOf(layer, nodeId, connected);
}

export function useShare(nodeId: string, exit: string): { count: number; share: number } | null {
  const layer = use(CountsLayer);
  return layer && shareOf(layer, nodeId, exit);
}

export function usePercent(): (share: number) => string {
  const format = createNumberFormat(useLanguage(), { style: "percent" });
  return (share) => format.format(share);
}
