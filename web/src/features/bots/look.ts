import { Bot, GitBranch, Headset, type LucideIcon, MessageSquare, PlugZap, Zap } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FlowNodeType } from "@/api/models";
import type { Exit } from "./graph";

type Look = { icon: LucideIcon; tile: string };

/** One colour and one sign per group of nodes: cinnamon says, yellow starts, ink decides, green looks up, blue hands to a person. */
const LOOKS: Record<string, Look> = {
  start: { icon: Zap, tile: "bg-warning-soft text-warning" },
  says: { icon: MessageSquare, tile: "bg-accent-soft text-accent-ink" },
  decides: { icon: GitBranch, tile: "bg-primary text-on-primary" },
  looks_up: { icon: PlugZap, tile: "bg-success-soft text-success" },
  hands_over: { icon: Headset, tile: "bg-human-soft text-human" },
};

export function lookOf(group: FlowNodeType["group"] | null): Look {
  return (group && LOOKS[group]) || { icon: Bot, tile: "bg-sunken text-ink-2" };
}

/** What an exit says: its own label, the word for its name, or the name itself where a node of a newer version has it. */
export function useExitName(): (exit: Exit) => string {
  const { t } = useTranslation("bots");
  return (exit) => exit.label ?? t(`exit.${exit.name}`, { defaultValue: exit.name.replaceAll("_", " ") });
}
