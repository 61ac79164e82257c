import { Ellipsis, Pencil, Trash2, X } from "lucide-react";
import { Menu, MenuItem, MenuLine } from "@/components";
import { usePhoneWords } from "./own";
import type { Said } from "./queries";
import { isEditable, lineOf, type PhoneMessage } from "./world";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

type PhoneActionsProps = { message: PhoneMessage; onSend: (said: Said) => void; onEdit: () => void };

/** What a person can do to a message: react to it; edit or delete an own one. */
export function PhoneActions({ message, onSend, onEdit }: PhoneActionsProps) {
  const { t } = usePhoneWords();
  const react = (emoji: string) => onSend({ type: "reaction", content: { message_id: message.id, emoji } });
  const isOwn = message.direction === "out";
  return (
    <Menu
      trigger={
        <button type="button" title={t("actions")} className="grid size-7 flex-none place-items-center self-center rounded-full text-(--wa-ink-2) pointer-coarse:size-11">
          <Ellipsis aria-hidden="true" strokeWidth={1.75} className="size-4" />
          <span className="sr-only">{t("actionsOn", { text: lineOf(message) })}</span>
        </button>
      }
    >
      {EMOJI.map((emoji) => (
        <MenuItem key={emoji} onSelect={() => react(emoji)}>
          {t("react", { emoji })}
        </MenuItem>
      ))}
      {message.reaction_of_person && (
        <MenuItem icon={X} onSelect={() => react("")}>
          {t("takeBack")}
        </MenuItem>
      )}
      {isOwn && <MenuLine />}
      {isOwn && isEditable(message) && (
        <MenuItem icon={Pencil} onSelect={onEdit}>
          {t("edit")}
        </MenuItem>
      )}
      {isOwn && (
        <MenuItem icon={Trash2} onSelect={() => onSend({ type: "revoke", content: { message_id: message.id } })}>
          {t("delete")}
        </MenuItem>
      )}
    </Menu>
  );
}
