import { ListChecks, QrCode, RotateCcw, StepBack, UserRoundPen, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { Button, cx, IconButton } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { Conversation } from "./Conversation";
import { KeepDialog } from "./KeepDialog";
import { linesOf } from "./lines";
import { PhoneComposer } from "./PhoneComposer";
import { PersonDialog } from "./PersonDialog";
import { actsOf, changedBy, type Player } from "./player";
import { TryDialog } from "./TryDialog";
import { Variables } from "./Variables";
import { WaitBar } from "./WaitBar";

type PreviewPhoneProps = {
  botId: string;
  player: Player;
  /** Brings the draft to the server. */
  onSave: () => Promise<void>;
  onProblems: () => void;
  /** Absent where something around the phone closes it. */
  onClose?: () => void;
};

/** A phone that talks to the draft as it stands, by the rules of production; nothing leaves and nothing is kept. */
export function PreviewPhone({ botId, player, onSave, onProblems, onClose }: PreviewPhoneProps) {
  const { t } = useTranslation("preview");
  const { turns, setting, answering, isPlaying, error } = useSyncExternalStore(player.subscribe, player.get);
  const [isKeeping, setKeeping] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const [isTrying, setTrying] = useState(false);
  const lines = useMemo(() => linesOf(turns), [turns]);
  const after = turns.at(-1)?.after;
  const isEmpty = turns.length === 0;
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [lines, error]);
  return (
    <>
      <header className={cx("flex flex-none items-center gap-1 border-b border-line py-2 ps-3.5", onClose ? "pe-2" : "pe-14")}>
        <h2 className="cut grow text-14 font-semibold">{t("title")}</h2>
        <IconButton icon={QrCode} label={t("try.title")} onClick={() => setTrying(true)} />
        <IconButton icon={UserRoundPen} label={t("person.title")} onClick={() => setChoosing(true)} />
        <IconButton icon={StepBack} isIconDirected label={t("back")} aria-disabled={isEmpty} onClick={() => !isEmpty && player.back()} className={cx(isEmpty && "opacity-40")} />
        <IconButton icon={RotateCcw} label={t("restart")} aria-disabled={isEmpty} onClick={() => !isEmpty && player.restart()} className={cx(isEmpty && "opacity-40")} />
        <IconButton icon={ListChecks} label={t("keep.title")} aria-disabled={isEmpty} onClick={() => !isEmpty && setKeeping(true)} className={cx(isEmpty && "opacity-40")} />
        {onClose && <IconButton icon={X} label={t("close")} onClick={onClose} />}
      </header>
      {after && <Clock now={after.now} isOpen={after.is_window_open} expiresAt={after.window_expires_at} />}
      <div ref={end} role="log" aria-label={t("conversation")} tabIndex={0} className="flex min-h-0 grow flex-col overflow-y-auto px-3.5 pt-1 pb-3">
        {isEmpty && <p className="m-auto max-w-[220px] text-center text-13 text-ink-3">{t("empty")}</p>}
        <Conversation lines={lines} onTap={(message) => void player.play({ type: "say", message })} />
      </div>
      {error !== null && <Refusal error={error} onProblems={onProblems} />}
      {after && <WaitBar after={after} isPlaying={isPlaying} answering={answering} onAnswering={(way) => void player.answerBy(way)} onAct={(act) => void player.play(act)} />}
      {after && <Variables session={after.variables} conversation={after.conversation} changed={changedBy(turns.at(-1))} />}
      <PhoneComposer takesFocus={onClose !== undefined} isPlaying={isPlaying} hasSaid={!isEmpty} onAct={(act) => player.play(act)} />
      <TryDialog
        isOpen={isTrying}
        onClose={() => setTrying(false)}
        botId={botId}
        onSave={onSave}
        onProblems={() => {
          setTrying(false);
          onProblems();
        }}
      />
      <PersonDialog
        isOpen={isChoosing}
        person={setting.contact ?? {}}
        onClose={() => setChoosing(false)}
        onChoose={(person) => {
          setChoosing(false);
          player.restart(person);
        }}
      />
      <KeepDialog isOpen={isKeeping} onClose={() => setKeeping(false)} botId={botId} setting={setting} acts={actsOf(turns)} onSave={onSave} />
    </>
  );
}

/** What time it is in the preview, and until when a bot may write. */
function Clock({ now, isOpen, expiresAt }: { now: string; isOpen: boolean; expiresAt: string | null }) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  return (
    <p className="flex flex-none flex-wrap gap-x-2 border-b border-line px-3.5 py-1.5 text-12 text-ink-2">
      <time dateTime={now} className="num grow">
        {format.day(now)}, {format.time(now)}
      </time>
      <span className={cx(!isOpen && "text-warning")}>{isOpen && expiresAt ? t("window.open", { time: `${format.day(expiresAt)}, ${format.time(expiresAt)}` }) : t("window.shut")}</span>
    </p>
  );
}

function Refusal({ error, onProblems }: { error: unknown; onProblems: () => void }) {
  const { t } = useTranslation("preview");
  const { reasonOf } = useErrorWords();
  const isFaulty = error instanceof ApiError && error.code === "flow_invalid";
  return (
    <div role="alert" className="flex flex-none flex-wrap items-center gap-2 border-t border-line bg-danger-soft px-3.5 py-2 text-13 text-danger">
      <span className="grow">{isFaulty ? t("faulty") : reasonOf(error)}</span>
      {isFaulty && (
        <Button size="sm" onClick={onProblems}>
          {t("showProblems")}
        </Button>
      )}
    </div>
  );
}
