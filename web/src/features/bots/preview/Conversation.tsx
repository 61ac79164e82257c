import { Clock3, type LucideIcon, MoonStar, Plug, TriangleAlert, UserRoundCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { PreviewAct } from "@/api/models";
import { Bubble, BubbleRow, EventLine } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { Line } from "./lines";
import { SpokenBody, type Tap } from "./SpokenBody";

const ICONS: Record<Exclude<Line["kind"], "said" | "spoken">, LucideIcon> = {
  passed: Clock3,
  answered: Plug,
  handedBack: UserRoundCheck,
  silence: MoonStar,
  crash: TriangleAlert,
};

/** Both sides of the conversation, and what happened in between. */
export function Conversation({ lines, onTap }: { lines: readonly Line[]; onTap: (message: Tap) => void }) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  return lines.map((line, at) => {
    const isGrouped = lines[at - 1]?.kind === line.kind;
    switch (line.kind) {
      case "said":
        return (
          <BubbleRow key={line.key} speaker="customer" isGrouped={isGrouped}>
            <Bubble speaker="customer" isGrouped={isGrouped}>
              {wordsOf(line.act)}
            </Bubble>
          </BubbleRow>
        );
      case "spoken":
        return (
          <BubbleRow key={line.key} speaker="bot" isGrouped={isGrouped} isNew={at === lines.length - 1} footer={<Notes line={line} />}>
            <SpokenBody message={line.message} isGrouped={isGrouped} tapped={line.tapped} {...(line.isLast && { onTap })} />
          </BubbleRow>
        );
      default:
        return (
          <EventLine key={line.key} icon={ICONS[line.kind]}>
            {t(`event.${line.kind}`, { time: `${format.day(line.at)}, ${format.time(line.at)}` })}
          </EventLine>
        );
    }
  });
}

function Notes({ line }: { line: Extract<Line, { kind: "spoken" }> }) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  return (
    <>
      {line.message.is_refused && (
        <span className="flex items-center gap-1 font-medium text-danger">
          <TriangleAlert aria-hidden="true" className="size-3.5 flex-none" />
          {t("refused")}
        </span>
      )}
      {line.message.fitting && <span>{t("fitted")}</span>}
      <time dateTime={line.message.at} className="num">
        {format.time(line.message.at)}
      </time>
    </>
  );
}

function wordsOf({ message }: Extract<PreviewAct, { type: "say" }>): string {
  return message.type === "text" ? message.text : "title" in message ? message.title : "";
}
