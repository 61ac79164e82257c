import {
  Bot, Braces, Calculator, Calendar, CalendarClock, CaseSensitive, CircleStop, Clock, Contact, Database, FileText, Flag, GitBranch, GitFork, Globe, Headset, Image, Images, Languages, LayoutList, LifeBuoy, Link, List, ListTree, Locate, type LucideIcon, MapPin, MessageCircle, MessageCircleQuestionMark, MessageSquare, MessageSquareText, MousePointerClick, Paperclip, Phone, PlugZap, Repeat, Reply, RotateCw, Route, Send, ShieldAlert, Shuffle, Smile, Split, SquareCheck, SquareMousePointer, Star, Sticker, Table, Tag, Timer, User, UserPlus, UserRound, Variable, Video, Webhook, Workflow, Zap,
} from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNodeType } from "@/api/models";
import { type Exit, readText } from "./graph";

type Look = { icon: LucideIcon; tile: string };

/** One colour and one sign per group of nodes: cinnamon says, yellow starts, ink decides, green looks up, blue hands to a person. */
const LOOKS: Record<string, Look> = {
  start: { icon: Zap, tile: "bg-warning-soft text-warning" },
  says: { icon: MessageSquare, tile: "bg-accent-soft text-accent-ink" },
  decides: { icon: GitBranch, tile: "bg-primary text-on-primary" },
  looks_up: { icon: PlugZap, tile: "bg-success-soft text-success" },
  hands_over: { icon: Headset, tile: "bg-human-soft text-human" },
};

/** The signs that node types may ask for; a type with another one shows its group's. */
const ICONS: Record<string, LucideIcon> = {
  braces: Braces,
  calculator: Calculator,
  "case-sensitive": CaseSensitive,
  calendar: Calendar,
  "calendar-clock": CalendarClock,
  "circle-stop": CircleStop,
  clock: Clock,
  contact: Contact,
  database: Database,
  "file-text": FileText,
  flag: Flag,
  "git-branch": GitBranch,
  "git-fork": GitFork,
  globe: Globe,
  headset: Headset,
  image: Image,
  images: Images,
  languages: Languages,
  "layout-list": LayoutList,
  "list-tree": ListTree,
  "life-buoy": LifeBuoy,
  link: Link,
  list: List,
  locate: Locate,
  "map-pin": MapPin,
  "message-circle": MessageCircle,
  "message-circle-question": MessageCircleQuestionMark,
  "message-square": MessageSquare,
  "message-square-text": MessageSquareText,
  "mouse-pointer-click": MousePointerClick,
  paperclip: Paperclip,
  phone: Phone,
  repeat: Repeat,
  reply: Reply,
  "rotate-cw": RotateCw,
  route: Route,
  send: Send,
  "shield-alert": ShieldAlert,
  shuffle: Shuffle,
  smile: Smile,
  split: Split,
  "square-check": SquareCheck,
  "square-mouse-pointer": SquareMousePointer,
  star: Star,
  sticker: Sticker,
  table: Table,
  tag: Tag,
  timer: Timer,
  user: User,
  "user-plus": UserPlus,
  "user-round": UserRound,
  variable: Variable,
  video: Video,
  webhook: Webhook,
  workflow: Workflow,
  zap: Zap,
};

/** `icon`: the sign that the type asks for, where it has one of its own. */
export function lookOf(group: FlowNodeType["group"] | null, icon?: string): Look {
  const look = (group && LOOKS[group]) || { icon: Bot, tile: "bg-sunken text-ink-2" };
  const own = icon ? ICONS[icon] : undefined;
  return own ? { ...look, icon: own } : look;
}

/** What an exit says: its own label, the word for its name, or the name itself where a node of a newer version has it. */
export function useExitName(): (exit: Exit) => string {
  const { t } = useTranslation("bots");
  return (exit) => exit.label ?? t(`exit.${exit.name}`, { defaultValue: exit.name.replaceAll("_", " ") });
}

/** The same for a step that is edited: its author's own label, in the language that is looked at. */
export function useExitWords(): (name: string, label: string | { [language: string]: string } | null, fallback: string) => string {
  const { t, i18n } = useTranslation("bots");
  const language = i18n.language;
  return useCallback((name, label, fallback) => readText(label, language, fallback) || t(`exit.${name}` as "exit.next", { defaultValue: name.replaceAll("_", " ") }), [t, language]);
}
