import { BadgeInfo, ClipboardList, type LucideIcon, MapPinned, Phone, PhoneCall, ShoppingBag, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Bubble, type Speaker } from "@/components";
import type { Content, Thing } from "../content";

const ICONS: Record<Thing, LucideIcon> = {
  form_reply: ClipboardList,
  address: MapPinned,
  call_permission: PhoneCall,
  contacts: UserRound,
  order: ShoppingBag,
  call: Phone,
  system: BadgeInfo,
};

type ThingBodyProps = { content: Extract<Content, { kind: "thing" }>; speaker: Speaker; isGrouped: boolean };

/** What is no text: its kind, its words, and all that came behind a fold. */
export function ThingBody({ content, speaker, isGrouped }: ThingBodyProps) {
  const { t } = useTranslation("inbox");
  const Icon = ICONS[content.type];
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <span className="flex items-center gap-2.5">
        <span className="grid size-9 flex-none place-items-center rounded-md bg-line text-ink-2">
          <Icon aria-hidden="true" strokeWidth={1.75} className="size-[18px]" />
        </span>
        <span className="min-w-0">
          <span className="block font-medium">{t(`preview.${content.type}`)}</span>
          {content.words && (
            <span dir="auto" className="block text-13 break-words text-ink-2">
              {content.words}
            </span>
          )}
        </span>
      </span>
      <RawDetails raw={content.raw} />
    </Bubble>
  );
}

/** What came, as it came. */
export function RawDetails({ raw }: { raw: unknown }) {
  const { t } = useTranslation("inbox");
  return (
    <details className="mt-1 text-13">
      <summary className="w-fit cursor-pointer text-12 font-medium text-ink-2">{t("message.showRaw")}</summary>
      <pre dir="ltr" tabIndex={0} className="mt-1 max-h-60 max-w-full overflow-auto rounded-md bg-surface p-2 font-mono text-11 whitespace-pre-wrap text-ink-2">
        {JSON.stringify(raw, null, 2)}
      </pre>
    </details>
  );
}
