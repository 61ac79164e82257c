import { ImageIcon, ImageOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Bubble, type Speaker } from "@/components";
import type { Content } from "../content";

type ImageBodyProps = { content: Extract<Content, { kind: "image" }>; speaker: Speaker; isGrouped: boolean };

/** A picture, or the word that it is still on its way. */
export function ImageBody({ content, speaker, isGrouped }: ImageBodyProps) {
  const { t } = useTranslation("inbox");
  const isThere = content.state === "stored" && content.url;
  const Icon = content.state === "failed" ? ImageOff : ImageIcon;
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      {isThere ? (
        <a href={content.url ?? undefined} target="_blank" rel="noreferrer" className="-mx-2 -mt-1 block">
          <img src={content.url ?? undefined} alt={content.caption ?? t("message.photo")} className="max-h-[300px] max-w-full rounded-[10px]" />
          <span className="sr-only">{t("message.openPhoto")}</span>
        </a>
      ) : (
        <span className="flex items-center gap-2.5">
          <span className="grid size-[52px] flex-none place-items-center rounded-md bg-line text-ink-2">
            <Icon aria-hidden="true" strokeWidth={1.75} className="size-[18px]" />
          </span>
          <span className="text-13 text-ink-2">{t(content.state === "failed" ? "message.photoFailed" : "message.photoPending")}</span>
        </span>
      )}
      {content.caption && (
        <span dir="auto" className="mt-1.5 block">
          {content.caption}
        </span>
      )}
    </Bubble>
  );
}
