import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { Button, buttonClass, Dialog, Field, Input, Select, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { messagesQuery } from "@/features/inbox/queries";
import { wordsOf } from "@/features/inbox/words";
import { useErrorWords } from "@/i18n/useErrorWords";
import { TestDifferences } from "../TestDifferences";
import { type KeptConversation, useKeepConversation, useRunTests } from "./queries";

type KeepProps = { isOpen: boolean; onClose: () => void; conversationId: string };

/** Makes a test of a bot out of a stretch of a real conversation; then plays it, so that it can be looked at. */
export function KeepConversation({ isOpen, onClose, conversationId }: KeepProps) {
  const { t } = useTranslation("bots");
  return (
    <Dialog isOpen={isOpen} onOpenChange={onClose} title={t("keep.title")} text={t("keep.text")} size="lg">
      {isOpen && <Body conversationId={conversationId} onClose={onClose} />}
    </Dialog>
  );
}

function Body({ conversationId, onClose }: Omit<KeepProps, "isOpen">) {
  const { t } = useTranslation(["bots", "common"]);
  const { t: inboxT } = useTranslation("inbox");
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  const pages = useInfiniteQuery(messagesQuery(conversationId));
  const keep = useKeepConversation(conversationId);
  const messages = pages.data?.pages.flatMap((page) => page.data).toReversed() ?? [];
  const said = messages.filter((message) => message.direction === "in");
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const [name, setName] = useState("");
  const [isMissing, setMissing] = useState(false);
  const first = from ?? said[0]?.id;
  const last = to ?? messages.at(-1)?.id;
  if (pages.isPending) return <SkeletonRows />;
  if (keep.data) return <Review kept={keep.data} onClose={onClose} />;
  if (!first || !last) return <p className="mt-3 text-13 text-ink-2">{t("bots:keep.empty")}</p>;
  const optionOf = (message: Message) => {
    const time = format.time(message.at);
    const who = t(`bots:keep.by.${message.direction === "in" ? "person" : message.author.kind === "user" ? "team" : "bot"}`);
    const words = wordsOf(message, inboxT);
    return { value: message.id, label: `${words} ${who} ${time}`, shown: <Said time={time} who={who} words={words} /> };
  };
  const send = () => {
    if (!name.trim()) return setMissing(true);
    keep.mutate({ name: name.trim(), from_message_id: first, to_message_id: last, bot_id: null });
  };
  return (
    <form
      className="mt-3 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!keep.isPending) send();
      }}
    >
      <Field label={t("bots:keep.from")}>
        <Select value={first} options={said.map(optionOf)} onChange={setFrom} />
      </Field>
      <Field label={t("bots:keep.to")}>
        <Select value={last} options={messages.filter((message) => message.id >= first).map(optionOf)} onChange={setTo} />
      </Field>
      <Field label={t("bots:keep.name")} error={isMissing && !name.trim() ? t("bots:keep.missing") : keep.isError ? reasonOf(keep.error) : undefined}>
        <Input maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("common:cancel")}</Button>
        <Button variant="primary" type="submit" isBusy={keep.isPending}>
          {t("bots:keep.action")}
        </Button>
      </div>
    </form>
  );
}

/** What is not in it as it was; and what the draft says to it now. */
function Review({ kept, onClose }: { kept: KeptConversation; onClose: () => void }) {
  const { t } = useTranslation("bots");
  const { reasonOf } = useErrorWords();
  const run = useRunTests(kept.test.bot_id);
  return (
    <div className="mt-3 grid gap-3 text-13">
      <p role="status">{t("keep.done", { name: kept.test.name, count: kept.test.script.steps.length })}</p>
      <ul className="grid list-disc gap-1 ps-5 text-ink-2">
        {Object.entries(kept.notes).map(([code, count]) => (
          <li key={code}>{t(`keep.note.${code as "name_replaced"}`, { count })}</li>
        ))}
      </ul>
      {run.isError && <p role="alert" className="text-danger">{reasonOf(run.error)}</p>}
      {run.data && (run.data.failed > 0 ? <TestDifferences report={run.data} /> : <p role="status" className="text-success">{t("tests.allPassed", { count: 1 })}</p>)}
      <div className="flex flex-wrap justify-end gap-2">
        <Button isBusy={run.isPending} onClick={() => run.mutate([kept.test.id])}>
          {t("keep.play")}
        </Button>
        <Link to="/flows/$botId" params={{ botId: kept.test.bot_id }} search={{}} onClick={onClose} className={buttonClass({ variant: "primary" })}>
          {t("keep.open")}
        </Link>
      </div>
    </div>
  );
}

/** A message in a line: three parts that stand in the page's direction, whatever the last one's own. */
function Said({ time, who, words }: { time: string; who: string; words: string }) {
  return (
    <span className="inline-flex max-w-full items-baseline gap-2">
      <span className="num flex-none text-12 text-ink-3">{time}</span>{" "}
      <span className="flex-none text-12 text-ink-3">{who}</span>{" "}
      <bdi className="cut">{words}</bdi>
    </span>
  );
}
