import { FileQuestionMark, FileX2, Film, ImageIcon, type LucideIcon, Mic, Paperclip, RotateCcw, Sticker } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Button } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import type { FileKind } from "../../content";
import { useFetchAgain } from "../../queries";
import type { FilePartProps } from "./FileBody";

const ICONS: Record<FileKind, LucideIcon> = { image: ImageIcon, video: Film, audio: Mic, document: Paperclip, sticker: Sticker };

/** A file that is not there: on its way, refused in words with the button that asks for it again, or deleted. */
export function FileState({ content, conversationId }: FilePartProps) {
  const { t } = useTranslation("inbox");
  const language = useLanguage();
  const { reasonOf } = useErrorWords();
  const mayWrite = useMay("conversations:write");
  const again = useFetchAgain(conversationId);
  const Icon = content.state === "deleted" ? FileX2 : content.state === "failed" ? FileQuestionMark : ICONS[content.as];
  const { failure } = content;
  return (
    <div className="flex max-w-[320px] items-start gap-2.5">
      <span className="grid size-11 flex-none place-items-center rounded-md bg-line text-ink-2">
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-[18px]" />
      </span>
      <div className="min-w-0 self-center text-13">
        <p className={content.state === "failed" ? "font-medium text-danger" : "text-ink-2"}>{failure ? failure.title[language] : t(`file.pending.${content.isVoice ? "voice" : content.as}`)}</p>
        {failure && content.state !== "deleted" && <p className="text-ink-2">{failure.text[language]}</p>}
        {failure?.can_retry && content.id && mayWrite !== false && (
          <Button size="sm" icon={RotateCcw} isBusy={again.isPending} onClick={() => again.mutate(content.id as string)} className="mt-1.5 pointer-coarse:h-11">
            {t("file.fetchAgain")}
          </Button>
        )}
        {again.error && (
          <p role="alert" className="mt-1 text-12 text-danger">
            {reasonOf(again.error)}
          </p>
        )}
      </div>
    </div>
  );
}
