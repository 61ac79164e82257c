import { SendHorizontal } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, Input } from "@/components";

type ComposerProps = { isPlaying: boolean; takesFocus: boolean; onSay: (text: string) => Promise<boolean> };

/** Where the person writes. What could not be said stays written. */
export function PhoneComposer({ isPlaying, takesFocus, onSay }: ComposerProps) {
  const { t } = useTranslation("preview");
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  const say = async () => {
    const said = text.trim();
    if (said && !isPlaying && (await onSay(said))) setText((now) => (now.trim() === said ? "" : now));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void say();
      }}
      className="flex flex-none items-center gap-2 border-t border-line bg-surface p-2.5"
    >
      <Input ref={input} dir="auto" aria-label={t("message")} placeholder={t("message")} autoComplete="off" maxLength={4096} value={text} onChange={(event) => setText(event.target.value)} className="min-w-0 grow" />
      <IconButton type="submit" icon={SendHorizontal} label={t("send")} variant="primary" aria-busy={isPlaying || undefined} isIconDirected />
    </form>
  );
}
