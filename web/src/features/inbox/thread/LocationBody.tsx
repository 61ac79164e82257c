import { MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Bubble, type Speaker } from "@/components";
import type { Content } from "../content";

type LocationBodyProps = { content: Extract<Content, { kind: "location" }>; speaker: Speaker; isGrouped: boolean };

/** A place: its name and address where the customer sent them, its coordinates always. No map is loaded from anywhere. */
export function LocationBody({ content, speaker, isGrouped }: LocationBodyProps) {
  const { t } = useTranslation("inbox");
  const coordinates = `${content.latitude.toFixed(5)}, ${content.longitude.toFixed(5)}`;
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <span className="flex items-start gap-2.5">
        <span className="grid size-9 flex-none place-items-center rounded-md bg-success-soft text-success">
          <MapPin aria-hidden="true" strokeWidth={1.75} className="size-[18px]" />
        </span>
        <span className="min-w-0">
          <span dir="auto" className="block font-medium">
            {content.name ?? t("message.location")}
          </span>
          {content.address && (
            <span dir="auto" className="block text-13 text-ink-2">
              {content.address}
            </span>
          )}
          <a href={`geo:${content.latitude},${content.longitude}`} className="num ltr text-12 text-ink-2 underline underline-offset-2" title={t("message.openMap")}>
            {coordinates}
          </a>
        </span>
      </span>
    </Bubble>
  );
}
