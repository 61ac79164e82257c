import { Download, X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useTranslation } from "react-i18next";
import { cx, IconButton, buttonClass } from "@/components";
import type { FilePartProps } from "./FileBody";
import { useFreshAddress } from "./useFreshAddress";

/** As wide as a bubble, as high as a third of a screen; the place is kept before the picture is there. */
const WIDEST = 300;
const HIGHEST = 300;

/** A picture: small in the thread, whole over the page when it is pressed. */
export function PictureBody({ content, conversationId }: FilePartProps) {
  const { t } = useTranslation("inbox");
  const refresh = useFreshAddress(conversationId);
  const isSticker = content.as === "sticker";
  const alt = content.caption ?? content.name ?? t(isSticker ? "file.kind.sticker" : "file.kind.image");
  const width = content.width ?? WIDEST;
  const height = content.height ?? HIGHEST;
  const scale = Math.min(1, (isSticker ? 128 : WIDEST) / width, (isSticker ? 128 : HIGHEST) / height);
  return (
    <Radix.Root>
      <Radix.Trigger asChild>
        <button type="button" className={cx("block overflow-hidden rounded-[10px]", !isSticker && "-mx-2 -mt-1 bg-sunken")}>
          <img
            src={content.thumbnailUrl ?? undefined}
            width={Math.round(width * scale)}
            height={Math.round(height * scale)}
            alt={alt}
            loading="lazy"
            decoding="async"
            onError={() => refresh(content.thumbnailUrl)}
            className="block h-auto max-w-full object-cover"
          />
          <span className="sr-only">{t("file.openPicture")}</span>
        </button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-[color-mix(in_oklab,black_82%,transparent)]" />
        <Radix.Content aria-describedby={undefined} className="animate-fade fixed inset-0 z-50 flex flex-col outline-none!">
          <div className="on-rail flex flex-none items-center gap-2 px-4 py-3 text-rail-ink">
            <Radix.Title dir="auto" className="cut grow text-14 font-medium">
              {alt}
            </Radix.Title>
            <a href={content.downloadUrl ?? undefined} download className={cx(buttonClass({ variant: "ghost", square: true }), "text-rail-ink hover:bg-white/10 hover:text-rail-ink")} title={t("file.download")} aria-label={t("file.download")}>
              <Download aria-hidden="true" strokeWidth={1.75} className="size-4" />
            </a>
            <Radix.Close asChild>
              <IconButton icon={X} label={t("file.closePicture")} className="text-rail-ink hover:bg-white/10 hover:text-rail-ink" />
            </Radix.Close>
          </div>
          {/* Pressing beside the picture closes it, as one expects. */}
          <Radix.Close asChild>
            <div className="grid min-h-0 grow cursor-zoom-out place-items-center p-4">
              <img src={content.url ?? undefined} alt={alt} className="max-h-full max-w-full object-contain" onError={() => refresh(content.url)} />
            </div>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
