import type { LinkProps } from "@tanstack/react-router";
import { Activity, Database, Inbox, type LucideIcon, Settings, Smartphone, Workflow } from "lucide-react";
import type { Permission } from "@/api/models";
import type { Strings } from "@/i18n";

export type Place = {
  to: NonNullable<LinkProps["to"]>;
  /** A key of workspace.json. */
  name: keyof Strings["workspace"] & ("inbox" | "flows" | "data" | "channels" | "monitoring" | "settings");
  icon: LucideIcon;
  /** Whoever has one of these sees it; without any, everybody does. */
  for?: readonly Permission[];
  /** On phones it stands in the menu "More": the bar has room for five. */
  isInMore?: boolean;
};

/** What the rail and the phone's bottom bar lead to, in order. Only places that exist stand here. */
export const PLACES: readonly Place[] = [
  { to: "/inbox", name: "inbox", icon: Inbox },
  { to: "/flows", name: "flows", icon: Workflow },
  { to: "/data", name: "data", icon: Database, for: ["tables:read"], isInMore: true },
  { to: "/channels", name: "channels", icon: Smartphone },
  { to: "/monitoring", name: "monitoring", icon: Activity, for: ["dead_letters:read", "journal:read"], isInMore: true },
  { to: "/settings", name: "settings", icon: Settings },
];
