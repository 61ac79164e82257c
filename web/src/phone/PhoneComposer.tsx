import { useQuery } from "@tanstack/react-query";
import { Contact, FileText, ImageIcon, MapPin, Mic, Paperclip, Send, ShoppingBag, Sticker, Store, X } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { Menu, MenuHeading, MenuItem, MenuLine } from "@/components";
import { OrderDialog } from "./OrderDialog";
import { usePhoneWords } from "./own";
import { peopleQuery, type Said } from "./queries";
import { cardOf, type FileKind, type PhoneMessage, textOf } from "./world";

/** Where a customer of a café in Riyadh might be. */
const PLACE = { latitude: 24.6953, longitude: 46.6837, name: "Olaya, Riyadh" };
const TOOL = "grid size-10 flex-none place-items-center rounded-full text-(--wa-ink-2) pointer-coarse:size-11";

/** What each entry of the menu picks from the machine; a voice note is a sound that says that it was recorded now. */
const PICKS = {
  media: { accept: "image/jpeg,image/png,video/mp4,video/3gpp", icon: ImageIcon },
  document: { accept: "", icon: FileText },
  voice: { accept: "audio/*", icon: Mic },
  sticker: { accept: "image/webp", icon: Sticker },
} as const;
type Pick = keyof typeof PICKS;
const PICK_NAMES = Object.keys(PICKS) as Pick[];

type PhoneComposerProps = { onSend: (said: Said, onError?: () => void) => void; editing: PhoneMessage | null; onEdited: () => void };

/** What a person writes and attaches, or the owner of the number from the other side. While a message is edited, its words stand here. */
export function PhoneComposer({ onSend, editing, onEdited }: PhoneComposerProps) {
  const { t } = usePhoneWords();
  const [text, setText] = useState("");
  const [isOwner, setOwner] = useState(false);
  const [editedId, setEditedId] = useState<string | null>(null);
  if ((editing?.id ?? null) !== editedId) {
    setEditedId(editing?.id ?? null);
    setText(editing ? textOf(editing) : "");
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = text.trim();
    if (!body) return;
    setText("");
    if (!editing) {
      onSend({ type: "text", content: { body }, isOwner }, () => setText(body));
      setOwner(false);
      return;
    }
    onSend({ type: "edit", content: { message_id: editing.id, ...(editing.text ? { text: body } : { caption: body }) } });
    onEdited();
  };
  return (
    <form onSubmit={submit} className="flex flex-none items-center gap-1 px-2 py-2">
      {editing || isOwner ? (
        <button type="button" title={t(editing ? "cancelEdit" : "cancelOwner")} className={TOOL} onClick={editing ? onEdited : () => setOwner(false)}>
          <X aria-hidden="true" strokeWidth={1.75} className="size-5" />
          <span className="sr-only">{t(editing ? "cancelEdit" : "cancelOwner")}</span>
        </button>
      ) : (
        <Attach onSend={onSend} onOwner={() => setOwner(true)} />
      )}
      <input
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        aria-label={t(editing ? "edited" : isOwner ? "owner" : "message")}
        placeholder={t(isOwner ? "owner" : "message")}
        dir="auto"
        className="h-10 min-w-0 grow rounded-full bg-(--wa-in) px-4 text-14 text-(--wa-ink) placeholder:text-(--wa-ink-2) pointer-coarse:h-11 pointer-coarse:text-16"
      />
      <button type="submit" className="grid size-10 flex-none place-items-center rounded-full bg-(--wa-button) text-rail-ink pointer-coarse:size-11">
        <Send aria-hidden="true" strokeWidth={1.75} className="flip size-4" />
        <span className="sr-only">{t("send")}</span>
      </button>
    </form>
  );
}

function Attach({ onSend, onOwner }: { onSend: (said: Said) => void; onOwner: () => void }) {
  const { t } = usePhoneWords();
  const people = useQuery(peopleQuery);
  const file = useRef<HTMLInputElement>(null);
  const picked = useRef<Pick>("media");
  const [isOrdering, setOrdering] = useState(false);
  const pick = (name: Pick) => {
    picked.current = name;
    if (!file.current) return;
    file.current.accept = PICKS[name].accept;
    file.current.click();
  };
  return (
    <>
      <Menu
        side="top"
        align="start"
        trigger={
          <button type="button" title={t("picture")} className={TOOL}>
            <Paperclip aria-hidden="true" strokeWidth={1.75} className="size-5" />
            <span className="sr-only">{t("picture")}</span>
          </button>
        }
      >
        {PICK_NAMES.map((name) => (
          <MenuItem key={name} icon={PICKS[name].icon} onSelect={() => pick(name)}>
            {t(`attach.${name}`)}
          </MenuItem>
        ))}
        <MenuItem icon={MapPin} onSelect={() => onSend({ type: "location", content: PLACE })}>
          {t("attach.location")}
        </MenuItem>
        <MenuItem icon={ShoppingBag} onSelect={() => setOrdering(true)}>
          {t("attach.order")}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Store} onSelect={onOwner}>
          {t("attach.owner")}
        </MenuItem>
        <MenuLine />
        <MenuHeading>{t("attach.contact")}</MenuHeading>
        {people.data?.map((person) => (
          <MenuItem key={person.user_id} icon={Contact} onSelect={() => onSend({ type: "contacts", content: [cardOf(person)] })}>
            <bdi>{person.name}</bdi>
          </MenuItem>
        ))}
      </Menu>
      <input
        ref={file}
        type="file"
        aria-label={t("picture")}
        className="hidden"
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          if (chosen) onSend({ file: chosen, ...waysOf(picked.current) });
          event.currentTarget.value = "";
        }}
      />
      <OrderDialog isOpen={isOrdering} onOpenChange={setOrdering} onSend={(order) => onSend({ type: "order", content: order })} />
    </>
  );
}

function waysOf(name: Pick): { as?: FileKind; isVoice?: boolean } {
  if (name === "document") return { as: "document" };
  return name === "voice" ? { as: "audio", isVoice: true } : {};
}
