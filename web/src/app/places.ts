import type { LinkProps } from "@tanstack/react-router";
import { Inbox, type LucideIcon, Settings, Smartphone, Workflow } from "lucide-react";
import type { Strings } from "@/i18n";

export type Place = {
  to: NonNullable<LinkProps["to"]>;
  /** A key of workspace.json. */
  name: keyof Strings["workspace"] & ("inbox" | "flows" | "channels" | "settings");
  icon: LucideIcon;
};

/** What the rail and the phone's bottom bar lead to, in order. Only places that exist stand here. */
export const PLACES: readonly Place[] = [
  { to: "/inbox", name: "inbox", icon: Inbox },
  { to: "/flows", name: "flows", icon: Workflow },
  { to: "/channels", name: "channels", icon: Smartphone },
  { to: "/settings", name: "settings", icon: Settings },
];
