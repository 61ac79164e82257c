import { useQuery } from "@tanstack/react-query";
import { BatteryFull, Signal, Wifi } from "lucide-react";
import { useEffect, useState } from "react";
import { useThreadScroll } from "@/features/inbox/thread/useThreadScroll";
import { directionOf, type Language } from "@/i18n";
import { PhoneLanguage, usePhoneWords } from "./own";
import { PhoneBubble } from "./PhoneBubble";
import { PhoneComposer } from "./PhoneComposer";
import { type Said, threadQuery, usePhoneFormat, useRead, useSay } from "./queries";
import { keyOf, type Person, type PhoneMessage, tapsOf } from "./world";

type PhoneProps = { person: Person; channel: { name: string; phone_number_id: string }; now: Date };

/** One person's phone, in WhatsApp's own look and in the person's language. What is done on it is done as that person. */
export function Phone(props: PhoneProps) {
  const language: Language = props.person.language === "ar" ? "ar" : "en";
  return (
    <PhoneLanguage value={language}>
      <Screen {...props} />
    </PhoneLanguage>
  );
}

function Screen({ person, channel, now }: PhoneProps) {
  const { t, language } = usePhoneWords();
  const key = keyOf(person);
  const thread = useQuery(threadQuery(key, channel.phone_number_id));
  const state = person.threads.find((one) => one.phone_number_id === channel.phone_number_id);
  const say = useSay(key, channel.phone_number_id);
  const read = useRead();
  const [editing, setEditing] = useState<PhoneMessage | null>(null);
  const messages = thread.data ?? [];
  const taps = tapsOf(messages);
  const format = usePhoneFormat(language);
  const dayOf = (at: string | undefined) => at && format.dayKey(at);
  const last = messages.at(-1);
  // What the person says leads to the end; what comes does so only while they are there.
  const { scroller, content: inside, onScroll } = useThreadScroll({ firstKey: messages[0]?.id, lastKey: last?.id }, last?.direction === "out");
  const { mutate: markRead } = read;
  const unread = state?.unread ?? 0;

  // A phone that lies open on the table: what arrives is read. The read status goes to the business.
  useEffect(() => {
    if (unread > 0 && !person.blocked) markRead(key);
  }, [unread, key, markRead, person.blocked]);

  const send = (said: Said) => say.mutate(said);
  return (
    <div dir={directionOf(language)} lang={language} className="flex h-full max-h-[760px] w-full max-w-[372px] flex-col overflow-hidden rounded-[36px] border-[7px] border-rail bg-(--wa-paper) text-(--wa-ink) shadow-3 max-pane:max-w-none max-pane:rounded-xl max-pane:border-2">
      <div aria-hidden="true" dir="ltr" className="num flex flex-none items-center gap-1.5 bg-(--wa-in) px-5 pt-2 text-12 font-semibold max-pane:hidden">
        <span className="grow">{format.time(now.toISOString())}</span>
        <Signal className="size-3.5" />
        <Wifi className="size-3.5" />
        <BatteryFull className="size-4" />
      </div>
      <header className="flex flex-none items-center gap-2.5 border-b border-(--wa-line) bg-(--wa-in) px-4 py-2.5">
        <span aria-hidden="true" className="grid size-9 flex-none place-items-center rounded-full bg-rail text-13 text-rail-ink">
          {channel.name.slice(0, 1)}
        </span>
        <div className="min-w-0">
          <h2 dir="auto" className="cut text-14 font-semibold">
            {channel.name}
          </h2>
          <p className="text-12 text-(--wa-ink-2)">{state?.is_typing ? t("typing") : t("business")}</p>
        </div>
      </header>
      <div ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-label={t("thread", { name: person.name })} className="relative min-h-0 grow overflow-y-auto px-3 py-3">
        <div ref={inside}>
          {messages.length === 0 && <p className="mx-auto mt-6 w-fit rounded-md bg-(--wa-in) px-3 py-1.5 text-12 text-(--wa-ink-2)">{t("first", { name: person.name })}</p>}
          <ol className="grid gap-1.5">
            {messages.map((message, index) => (
              <PhoneBubble
                key={message.id}
                message={message}
                day={dayOf(message.at) === dayOf(messages[index - 1]?.at) ? undefined : format.day(message.at)}
                tapped={taps.get(message.id)}
                onChoose={(type, content) => send({ type, content, context: message.id })}
                onSend={send}
                onEdit={() => setEditing(message)}
              />
            ))}
          </ol>
        </div>
      </div>
      {say.isError && (
        <p role="alert" className="flex-none bg-danger-soft px-4 py-1.5 text-12 text-danger">
          {say.error.message}
        </p>
      )}
      <PhoneComposer onSend={(said, onError) => say.mutate(said, onError && { onError })} editing={editing} onEdited={() => setEditing(null)} />
    </div>
  );
}
