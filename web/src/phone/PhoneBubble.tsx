import { Check, CheckCheck, CircleAlert, Clock3, List, MapPin, Reply as ReplyIcon } from "lucide-react";
import { useState } from "react";
import { cx, Dialog, MarkedText } from "@/components";
import { usePhoneWords } from "./own";
import { PhoneActions } from "./PhoneActions";
import { PhoneFileBody } from "./PhoneFileBody";
import { isThing, PhoneThing } from "./PhoneThing";
import { type Said, usePhoneFormat } from "./queries";
import { fileOf, lineOf, type PhoneMessage } from "./world";

type Choose = (type: "button_reply" | "list_reply", content: { id: string; title: string }) => void;
const CHOICE = "flex w-full items-center justify-center gap-1.5 border-t border-(--wa-line) px-3 py-2 text-14 text-(--wa-action) hover:underline pointer-coarse:min-h-11";
const TAPPED = "bg-(--wa-paper) font-semibold text-(--wa-ink)";

/** `day` stands above the first message of a day; `tapped` is what was chosen of this message's buttons or rows. */
type PhoneBubbleProps = { message: PhoneMessage; day: string | undefined; tapped: string | undefined; onChoose: Choose; onSend: (said: Said) => void; onEdit: () => void };

/** One message as the person sees it: `in` came from the business, `out` was written here. */
export function PhoneBubble({ message, day, tapped, onChoose, onSend, onEdit }: PhoneBubbleProps) {
  const { t } = usePhoneWords();
  const isOwn = message.direction === "out";
  return (
    <li className="grid">
      {day && <p className="mb-1.5 justify-self-center rounded-md bg-(--wa-in) px-2.5 py-0.5 text-11 text-(--wa-ink-2) shadow-1">{day}</p>}
      <div className={cx("flex max-w-[94%] items-start", isOwn ? "flex-row-reverse justify-self-end" : "justify-self-start")}>
        <div className="flex min-w-0 flex-col">
          <Balloon message={message} tapped={tapped} onChoose={onChoose} />
          {message.reaction_of_person && (
            <span title={t("yourReaction")} className={cx("z-1 -mt-1.5 w-fit rounded-full bg-(--wa-in) px-1.5 text-14 leading-[22px] shadow-1", isOwn ? "me-2 self-end" : "ms-2")}>
              {message.reaction_of_person}
              <span className="sr-only"> {t("yourReaction")}</span>
            </span>
          )}
        </div>
        {!message.deleted && message.type !== "call" && <PhoneActions message={message} onSend={onSend} onEdit={onEdit} />}
      </div>
    </li>
  );
}

type BalloonProps = Pick<PhoneBubbleProps, "message" | "tapped" | "onChoose">;

function Balloon({ message, tapped, onChoose }: BalloonProps) {
  const { t, language } = usePhoneWords();
  const isOwn = message.direction === "out";
  const { interactive, rendered } = message;
  const header = interactive?.header?.text ?? rendered?.header;
  const found = message.deleted ? null : fileOf(message);
  const footer = interactive?.footer?.text ?? rendered?.footer;
  const time = usePhoneFormat(language).time(message.at);
  return (
    <div className={cx("min-w-24 overflow-hidden rounded-lg shadow-1", isOwn ? "bg-(--wa-out)" : "bg-(--wa-in)")}>
      <div className="px-2.5 pt-1.5 pb-1">
        {header && (
          <p dir="auto" className="text-14 font-semibold">
            {header}
          </p>
        )}
        {found && <PhoneFileBody kind={found.kind} file={found.file} />}
        <PhoneThing message={message} />
        {!isThing(message) && (!found || found.file.caption) && (
          <p dir="auto" className="text-14 break-words whitespace-pre-wrap">
            {message.location && <MapPin aria-hidden="true" className="me-1 inline size-4" />}
            <MarkedText>{lineOf(message)}</MarkedText>
          </p>
        )}
        {footer && (
          <p dir="auto" className="text-12 text-(--wa-ink-2)">
            {footer}
          </p>
        )}
        <p className={cx("num mt-0.5 flex items-center justify-end gap-1 text-11", isOwn ? "text-(--wa-ink)" : "text-(--wa-ink-2)")}>
          {message.edited && !message.deleted && <span>{t("edited")}</span>}
          {time}
          {isOwn && <Ticks status={message.status} />}
        </p>
      </div>
      {!isOwn && interactive?.type === "button" && <Buttons message={message} tapped={tapped} onChoose={onChoose} />}
      {!isOwn && interactive?.type === "list" && <ListChoice message={message} tapped={tapped} onChoose={onChoose} />}
    </div>
  );
}

type ChoiceProps = { message: PhoneMessage; tapped: string | undefined; onChoose: Choose };

function Buttons({ message, tapped, onChoose }: ChoiceProps) {
  return (message.interactive?.action?.buttons ?? []).map(({ reply }) => (
    <button key={reply.id} type="button" aria-pressed={reply.id === tapped} className={cx(CHOICE, reply.id === tapped && TAPPED)} onClick={() => onChoose("button_reply", { id: reply.id, title: reply.title })}>
      {reply.id === tapped ? <Check aria-hidden="true" strokeWidth={1.75} className="size-4" /> : <ReplyIcon aria-hidden="true" strokeWidth={1.75} className="flip size-4" />}
      <bdi>{reply.title}</bdi>
    </button>
  ));
}

function ListChoice({ message, tapped, onChoose }: ChoiceProps) {
  const [isOpen, setOpen] = useState(false);
  const action = message.interactive?.action;
  return (
    <>
      <button type="button" className={CHOICE} onClick={() => setOpen(true)}>
        <List aria-hidden="true" strokeWidth={1.75} className="size-4" />
        <bdi>{action?.button}</bdi>
      </button>
      <Dialog isOpen={isOpen} onOpenChange={setOpen} title={action?.button ?? ""}>
        {(action?.sections ?? []).map((section, index) => (
          <section key={section.title ?? index} className="mt-3">
            {section.title && (
              <h3 dir="auto" className="text-12 text-ink-3">
                {section.title}
              </h3>
            )}
            <ul className="divide-y divide-line">
              {section.rows.map((row) => (
                <li key={row.id}>
                  <button
                    type="button"
                    aria-pressed={row.id === tapped}
                    className={cx("w-full rounded-md px-2 py-2.5 text-start hover:bg-hover", row.id === tapped && "bg-selected")}
                    onClick={() => {
                      setOpen(false);
                      onChoose("list_reply", { id: row.id, title: row.title });
                    }}
                  >
                    <span dir="auto" className="block text-14">
                      {row.title}
                    </span>
                    {row.description && (
                      <span dir="auto" className="block text-12 text-ink-3">
                        {row.description}
                      </span>
                    )}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Dialog>
    </>
  );
}

/** Owed until the business's server acknowledged it; blue once the business has read it. */
function Ticks({ status }: { status: string }) {
  const { t } = usePhoneWords();
  const looks = { owed: Clock3, sent: Check, delivered: CheckCheck, read: CheckCheck, failed: CircleAlert } as const;
  const name = status in looks ? (status as keyof typeof looks) : "sent";
  const Icon = looks[name];
  return (
    <>
      <Icon aria-hidden="true" className={cx("size-3.5", name === "read" && "text-(--wa-tick)", name === "failed" && "text-danger")} />
      <span className="sr-only">{t(`tick.${name}`)}</span>
    </>
  );
}
