import { FileText, Image, type LucideIcon, MapPin, Mic, Plus, SendHorizontal, SmilePlus, Sticker, UserRound, Video } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewAct } from "@/api/models";
import { IconButton, Input, Menu, MenuItem } from "@/components";

type ComposerProps = {
  isPlaying: boolean;
  takesFocus: boolean;
  /** Whether there is a message to react to. */
  hasSaid: boolean;
  onAct: (act: PreviewAct) => Promise<boolean>;
};

/** Where the person writes, and sends everything else that WhatsApp can. What could not be said stays written. */
export function PhoneComposer({ isPlaying, takesFocus, hasSaid, onAct }: ComposerProps) {
  const { t } = useTranslation("preview");
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  const act = async (given: PreviewAct) => {
    if (!isPlaying && (await onAct(given))) setText((now) => (now.trim() === text.trim() ? "" : now));
  };
  const say = () => {
    const said = text.trim();
    if (said) void act({ type: "say", message: { type: "text", text: said } });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
      className="flex flex-none items-center gap-2 border-t border-line bg-surface p-2.5"
    >
      <Menu side="top" align="start" trigger={<IconButton icon={Plus} label={t("attach")} variant="ghost" />}>
        {SENT.map(({ kind, icon }) => (
          <MenuItem key={kind} icon={icon} onSelect={() => void act({ type: "say", message: thingOf(kind, text.trim()) })}>
            {t(`sent.${kind}`)}
          </MenuItem>
        ))}
        {hasSaid && (
          <MenuItem icon={SmilePlus} onSelect={() => void act({ type: "react", emoji: "👍" })}>
            {t("react")}
          </MenuItem>
        )}
      </Menu>
      <Input ref={input} dir="auto" aria-label={t("message")} placeholder={t("message")} autoComplete="off" maxLength={4096} value={text} onChange={(event) => setText(event.target.value)} className="min-w-0 grow" />
      <IconButton type="submit" icon={SendHorizontal} label={t("send")} variant="primary" aria-busy={isPlaying || undefined} isIconDirected />
    </form>
  );
}

type Sent = "image" | "voice" | "video" | "document" | "location" | "contacts" | "sticker";
const SENT: readonly { kind: Sent; icon: LucideIcon }[] = [
  { kind: "image", icon: Image },
  { kind: "voice", icon: Mic },
  { kind: "video", icon: Video },
  { kind: "document", icon: FileText },
  { kind: "location", icon: MapPin },
  { kind: "contacts", icon: UserRound },
  { kind: "sticker", icon: Sticker },
];

type Said = Extract<PreviewAct, { type: "say" }>["message"];
const PLACE = /^(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)$/u;

/** Something to send; what is written goes with it: the words below a file, a place as degrees, a name. */
export function thingOf(kind: Sent, text: string): Said {
  const caption = text || null;
  switch (kind) {
    case "voice":
      return { type: "audio", voice: true };
    case "document":
      return { type: "document", caption, filename: "document.pdf", voice: false };
    case "location": {
      const [latitude, longitude] = PLACE.exec(text)?.slice(1).map(Number) ?? [24.7136, 46.6753];
      const isPlace = Math.abs(latitude ?? 91) <= 90 && Math.abs(longitude ?? 181) <= 180;
      return isPlace && latitude !== undefined && longitude !== undefined ? { type: "location", latitude, longitude } : { type: "location", latitude: 24.7136, longitude: 46.6753 };
    }
    case "contacts":
      return { type: "contacts", name: text || "Omar", phone: "+966500000102" };
    case "sticker":
      return { type: "sticker", voice: false };
    default:
      return { type: kind, caption, voice: false };
  }
}
