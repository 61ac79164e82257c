import { CircleAlert, SendHorizontal } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/models";
import { Button, cx, IconButton, WingMeter } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { useDuration } from "../useDuration";
import { AttachmentCard } from "../attach/AttachmentCard";
import { AttachTools } from "../attach/AttachTools";
import { RecorderBar } from "../attach/RecorderBar";
import { useRecorder } from "../attach/useRecorder";
import type { FileKind } from "../content";
import { REPLY_ID } from "../useInboxKeys";
import type { Window } from "../window";
import type { Draft } from "./useDraft";

/** `isImported`: some of what stands in the thread was said before this Hoopoe, which opens no window. */
type ComposerProps = { conversation: Conversation; left: Window; draft: Draft; isImported?: boolean };

/** Where an answer is written. When it cannot be sent, a sentence stands here instead of a dead field. */
export function Composer({ conversation, left, draft, isImported = false }: ComposerProps) {
  const { t } = useTranslation("inbox");
  const mayWrite = useMay("conversations:write");
  if (mayWrite === false) return <p className="flex-none border-t border-line px-5 py-3 text-13 text-ink-3">{t("composer.viewer")}</p>;
  if (conversation.mode === "closed") return <Sentence note={t("composer.closedNext")}>{t("composer.closed")}</Sentence>;
  if (left.state === "never") return <Sentence note={t("window.shutNext")}>{t(isImported ? "window.shutImported" : "window.shutNever")}</Sentence>;
  if (left.state === "shut") return <Sentence note={t("window.shutNext")}>{t(`window.shut${left.unit}`, { count: left.count })}</Sentence>;
  return <OpenComposer conversation={conversation} left={left} draft={draft} />;
}

function Sentence({ note, children }: { note?: string; children: ReactNode }) {
  return (
    <div className="flex-none border-t border-line px-4 py-3.5 text-13 pane:mx-5 pane:mt-3.5 pane:mb-[18px] pane:rounded-lg pane:border pane:border-line-strong pane:bg-canvas">
      <p className="font-medium">{children}</p>
      {note && <p className="text-ink-3">{note}</p>}
    </div>
  );
}

type OpenWindow = Extract<Window, { state: "open" }>;

function OpenComposer({ conversation, left, draft }: ComposerProps & { left: OpenWindow }) {
  const { t } = useTranslation("inbox");
  // The button says what else it does: who writes while the bot has the conversation takes it.
  const sendLabel = t(conversation.mode === "bot" ? "composer.takeAndSend" : "composer.send");
  const field = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const { attachment } = draft.attaching;
  const recorder = useRecorder((file) => draft.attaching.attach([file], { isVoice: true }), draft.complain);

  // As high as the text, up to a third of the screen.
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, window.innerHeight / 3)}px`;
  }, [draft.text]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") field.current?.blur();
    // While a word is being composed (Arabic and Asian keyboards), Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    // A second Enter after a message that left is no mistake.
    if (draft.text.trim() || attachment) draft.send();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        draft.send();
        field.current?.focus();
      }}
      className="@container flex-none max-pane:border-t max-pane:border-line pane:mx-5 pane:mt-3.5 pane:mb-[18px]"
    >
      <div role="alert">
        {draft.fault && (
          <p className="flex items-start gap-1.5 px-1 pb-1.5 text-13 text-danger max-pane:px-4 max-pane:pt-2">
            <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none" />
            {draft.fault}
          </p>
        )}
      </div>
      <div className="pane:rounded-lg pane:border pane:border-line-strong pane:shadow-2 pane:has-[textarea:focus-visible]:border-accent pane:has-[textarea:focus-visible]:outline-1 outline-accent">
        {attachment && <AttachmentCard attachment={attachment} attaching={draft.attaching} isWaiting={draft.isWaiting} />}
        {recorder.seconds !== null && <RecorderBar recorder={recorder} />}
        <div className={cx("max-pane:flex max-pane:items-end max-pane:gap-1 max-pane:p-2", recorder.seconds !== null && "hidden")}>
          <AttachTools attaching={draft.attaching} recorder={recorder} className="flex flex-none pane:hidden" />
          <textarea
            ref={field}
            id={REPLY_ID}
            dir="auto"
            rows={1}
            value={draft.text}
            onChange={(event) => draft.write(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0) return;
              event.preventDefault();
              draft.attaching.attach(files);
            }}
            aria-label={t("composer.label")}
            aria-describedby={hint}
            placeholder={t(attachment && takesCaption(attachment.as) ? "attach.caption" : conversation.mode === "bot" ? "composer.placeholderBot" : "composer.placeholder")}
            className={cx(
              "block w-full resize-none bg-transparent outline-none!",
              "pane:min-h-14 pane:px-3.5 pane:pt-[11px] pane:pb-1.5",
              "max-pane:min-h-11 max-pane:rounded-bubble max-pane:border max-pane:border-line-control max-pane:bg-canvas max-pane:px-3.5 max-pane:py-[9px] max-pane:text-16 max-pane:leading-6 max-pane:focus-visible:border-accent max-pane:focus-visible:outline-1! max-pane:focus-visible:outline-offset-0!",
            )}
          />
          <span id={hint} className="sr-only">
            {t("composer.hint")}
          </span>
          <div className="hidden items-center gap-3 px-2 pt-1.5 pb-2 pane:flex">
            <AttachTools attaching={draft.attaching} recorder={recorder} className="flex flex-none gap-1" />
            <WindowLeft left={left} />
            <Button type="submit" variant="accent" iconEnd={SendHorizontal} isIconDirected>
              {sendLabel}
            </Button>
          </div>
          <IconButton type="submit" variant="accent" icon={SendHorizontal} isIconDirected label={sendLabel} className="max-pane:size-11 max-pane:rounded-bubble pane:hidden [&>svg]:size-5" />
        </div>
      </div>
    </form>
  );
}

const takesCaption = (as: FileKind) => as !== "audio" && as !== "sticker";

function WindowLeft({ left }: { left: OpenWindow }) {
  const { t } = useTranslation("inbox");
  const duration = useDuration();
  return (
    <p className="flex grow items-center justify-end gap-2 text-12 text-ink-3">
      <WingMeter left={left.bars} tone={left.isShort ? "warning" : "ink"} className="w-[106px] @max-[380px]:hidden" />
      <span>
        {t("window.open")} <span className={cx("num font-medium", left.isShort ? "text-warning" : "text-ink-2")}>{duration(left)}</span>
      </span>
    </p>
  );
}
