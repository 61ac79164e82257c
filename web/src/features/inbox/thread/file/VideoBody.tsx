import { useTranslation } from "react-i18next";
import type { FilePartProps } from "./FileBody";
import { useFreshAddress } from "./useFreshAddress";

/** A film with the browser's own controls. Nothing of it is fetched before somebody plays it, but for its first picture. */
export function VideoBody({ content, conversationId }: FilePartProps) {
  const { t } = useTranslation("inbox");
  const refresh = useFreshAddress(conversationId);
  return (
    <video
      src={content.url ?? undefined}
      controls
      preload="metadata"
      playsInline
      aria-label={content.name ?? t("file.kind.video")}
      onError={() => refresh(content.url)}
      className="-mx-2 -mt-1 block max-h-[300px] max-w-[calc(100%+1rem)] rounded-[10px] bg-sunken"
    />
  );
}
