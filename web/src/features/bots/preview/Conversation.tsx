import { Ban, Clock3, type LucideIcon, MoonStar, Plug, SmilePlus, Sparkles, TriangleAlert, UserRound, UserRoundCheck, Wifi } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { PreviewAct } from "@/api/models";
import { Bubble, BubbleRow, cx, EventLine } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { Line } from "./lines";
import { SpokenBody, type Tap } from "./SpokenBody";

const ICONS: Record<Exclude<Line["kind"], "said" | "spoken">, LucideIcon> = {
  passed: Clock3,
  answered: Plug,
  performed: Plug,
  change: Sparkles,
  tookOver: UserRound,
  reacted: SmilePlus,
  refusing: Ban,
  accepting: Wifi,
  handedBack: UserRoundCheck,
  silence: MoonStar,
  crash: TriangleAlert,
};

/** Both sides of the conversation, and what happened in between. */
export function Conversation({ lines, onTap }: { lines: readonly Line[]; onTap: (message: Tap) => void }) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  const words = useSaidWords();
  return lines.map((line, at) => {
    const isGrouped = lines[at - 1]?.kind === line.kind;
    switch (line.kind) {
      case "said":
        return (
          <BubbleRow key={line.key} speaker="customer" isGrouped={isGrouped}>
            <Bubble speaker="customer" isGrouped={isGrouped}>
              {words(line.act)}
            </Bubble>
          </BubbleRow>
        );
      case "spoken":
        return (
          <BubbleRow key={line.key} speaker="bot" isGrouped={isGrouped} isNew={at === lines.length - 1} footer={<Notes line={line} />}>
            <SpokenBody message={line.message} isGrouped={isGrouped} tapped={line.tapped} {...(line.isLast && { onTap })} />
          </BubbleRow>
        );
      case "performed":
        return <PerformedLine key={line.key} given={line.given} />;
      case "change":
        return (
          <EventLine key={line.key} icon={ICONS.change}>
            {t(`change.${line.change.kind}`, { name: line.change.name ?? "", value: shownValue(line.change.value) })}
          </EventLine>
        );
      default:
        return (
          <EventLine key={line.key} icon={ICONS[line.kind]}>
            {t(`event.${line.kind}`, { time: `${format.day(line.at)}, ${format.time(line.at)}`, word: line.word ?? "" })}
          </EventLine>
        );
    }
  });
}

function Notes({ line }: { line: Extract<Line, { kind: "spoken" }> }) {
  const { t, i18n } = useTranslation("preview");
  const format = useFormat();
  return (
    <>
      {line.message.is_refused && (
        <span className="flex items-center gap-1 font-medium text-danger">
          <TriangleAlert aria-hidden="true" className="size-3.5 flex-none" />
          {t("refused")}
        </span>
      )}
      {line.message.error && (
        <span className="flex items-center gap-1 font-medium text-danger">
          <TriangleAlert aria-hidden="true" className="size-3.5 flex-none" />
          {line.message.error.title[i18n.language] ?? line.message.error.title.en} <bdi className="num">({line.message.error.code})</bdi>
        </span>
      )}
      {line.message.fitting && <span>{t("fitted")}</span>}
      <time dateTime={line.message.at} className="num">
        {format.time(line.message.at)}
      </time>
    </>
  );
}

/** What another system answered by itself, and what exactly, to be opened. */
function PerformedLine({ given }: { given: Extract<Line, { kind: "performed" }>["given"] }) {
  const { t } = useTranslation("preview");
  const { status, error, ok } = given.result as { status?: number | null; error?: string | null; ok?: boolean };
  return (
    <details className="mt-3.5 mb-1 w-full self-center text-12 text-ink-3">
      <summary className={cx("cursor-pointer text-center", ok === false && "text-danger")}>
        {t(`performed.${given.source}`, { status: status ?? error ?? t("performed.done"), seconds: given.seconds ?? 0 })}
      </summary>
      <pre dir="ltr" tabIndex={0} className="mt-1 max-h-40 overflow-auto rounded-sm bg-sunken p-2 font-mono text-12 whitespace-pre-wrap break-words text-ink">
        {JSON.stringify(given.result, null, 2)}
      </pre>
    </details>
  );
}

const shownValue = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? null));

/** What the person said, in words. */
function useSaidWords() {
  const { t } = useTranslation("preview");
  return ({ message }: Extract<PreviewAct, { type: "say" }>): string => {
    switch (message.type) {
      case "text":
        return message.text;
      case "button_reply":
      case "list_reply":
        return message.title;
      case "location":
        return `${t("sent.location")} ${message.name ?? `${message.latitude}, ${message.longitude}`}`;
      case "contacts":
        return `${t("sent.contacts")} ${message.name} ${message.phone}`;
      case "audio":
        return t(message.voice ? "sent.voice" : "sent.audio");
      default:
        return [t(`sent.${message.type}`), message.caption ?? message.filename].filter(Boolean).join(" ");
    }
  };
}
