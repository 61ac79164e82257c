import { CircleAlert, FileText, ImageDown, Mic, RotateCcw, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, cx, IconButton } from "@/components";
import { useFileWords } from "../thread/file/useFileWords";
import type { Attaching, Attachment } from "./useAttachment";

/** The file that goes with the reply: what it looks like, how far it is, why it cannot go, and the way to take it away. */
export function AttachmentCard({ attachment, attaching, isWaiting }: { attachment: Attachment; attaching: Attaching; isWaiting: boolean }) {
  const { t } = useTranslation("inbox");
  const words = useFileWords();
  const { source, fault, progress, file, isVoice, as, preview, canShrink } = attachment;
  const percent = Math.round(progress * 100);
  const name = isVoice ? t("file.kind.voice") : source.name;
  return (
    <div className="mx-2 mt-2 grid gap-2 rounded-md bg-sunken p-2 pane:mx-2.5 pane:mt-2.5">
      <div className="flex items-center gap-2.5">
        <Look as={as} isVoice={isVoice} preview={preview} />
        <div className="min-w-0 grow text-13">
          <p className="cut font-medium">
            <bdi>{name}</bdi>
          </p>
          <p className="tabular-nums text-12 text-ink-3">
            <bdi>{words.size(source.size)}</bdi>
            {!fault && <span> · {file ? t(isWaiting ? "attach.sending" : "attach.ready") : isWaiting ? t("attach.waiting", { percent }) : t("attach.uploading", { percent })}</span>}
          </p>
        </div>
        <IconButton icon={X} label={t(file || fault ? "attach.remove" : "attach.cancel")} onClick={attaching.remove} />
      </div>
      {isVoice && preview && <audio src={preview} controls aria-label={t("file.kind.voice")} className="h-9 w-full" />}
      {!file && !fault && (
        <div role="progressbar" aria-label={t("attach.progress", { name })} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="h-1 overflow-hidden rounded-full bg-line-strong">
          <div className="h-full rounded-full bg-primary transition-[width] duration-(--dur-1)" style={{ width: `${percent}%` }} />
        </div>
      )}
      {fault && (
        <div role="alert" className="flex flex-wrap items-center gap-2 text-13">
          <p className="flex min-w-0 grow items-start gap-1.5 text-danger">
            <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none" />
            {fault}
          </p>
          {canShrink ? (
            <Button size="sm" icon={ImageDown} onClick={attaching.shrink} className="pointer-coarse:h-11">
              {t("attach.shrink")}
            </Button>
          ) : (
            source.size > 0 && (
              <Button size="sm" icon={RotateCcw} onClick={attaching.retry} className="pointer-coarse:h-11">
                {t("attach.again")}
              </Button>
            )
          )}
        </div>
      )}
    </div>
  );
}

function Look({ as, isVoice, preview }: Pick<Attachment, "as" | "isVoice" | "preview">) {
  const { t } = useTranslation("inbox");
  const place = "size-12 flex-none rounded-md";
  if (preview && !isVoice && (as === "image" || as === "sticker" || as === "document")) return <img src={preview} alt={t("attach.preview")} className={cx(place, "bg-surface object-cover")} />;
  const Icon = isVoice || as === "audio" ? Mic : FileText;
  return (
    <span className={cx(place, "grid place-items-center bg-surface text-ink-2")}>
      <Icon aria-hidden="true" strokeWidth={1.75} className="size-5" />
    </span>
  );
}
