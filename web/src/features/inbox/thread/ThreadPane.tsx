import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { Empty, ErrorState, Sheet } from "@/components";
import { useSession } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { DropArea } from "../attach/DropArea";
import { Details } from "../details/Details";
import { conversationQuery, eventsQuery, messagesQuery } from "../queries";
import { REPLY_ID } from "../useInboxKeys";
import { useMarkRead } from "../useMarkRead";
import { useNow } from "../useNow";
import { windowAt } from "../window";
import { nameOf } from "../words";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { EditAgain } from "./EditAgain";
import { ThreadHeader } from "./ThreadHeader";
import { ThreadSkeleton } from "./ThreadSkeleton";
import { useDraft } from "./useDraft";
import { WhyProvider } from "./why";
import { WindowStrip } from "./WindowStrip";

/** One conversation: header, messages, composer, and who it is with. */
export function ThreadPane() {
  const { conversationId } = useParams({ from: "/signed-in/inbox/$conversationId" });
  const user = useSession()?.user;
  return user && <Thread key={conversationId} id={conversationId} user={user} />;
}

function Thread({ id, user }: { id: string; user: { id: string; name: string } }) {
  const { t } = useTranslation(["inbox", "common"]);
  const conversation = useQuery(conversationQuery(id));
  const messages = useInfiniteQuery(messagesQuery(id));
  const events = useQuery(eventsQuery(id));
  const [areDetailsOpen, setDetailsOpen] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const now = useNow();
  const draft = useDraft(id, user, conversation.data?.channel.provider);
  const mayWrite = useMay("conversations:write");
  useMarkRead(mayWrite ? conversation.data : undefined, user.id);
  useTitle(conversation.data && nameOf(conversation.data.contact, t));
  useGoOn(id, conversation.data?.id);

  if (conversation.error instanceof ApiError && conversation.error.status === 404) {
    return (
      <section className="grid grow content-center bg-surface">
        <Empty title={t("error.gone")} text={t("error.goneText")} />
      </section>
    );
  }
  const editAgain = (text: string) => {
    draft.write(text);
    document.getElementById(REPLY_ID)?.focus();
  };
  const failed = conversation.isLoadingError ? conversation : messages.isLoadingError ? messages : null;
  const left = conversation.data && windowAt(conversation.data.window_expires_at, now);
  const isImported = messages.data?.pages.some((page) => page.data.some((message) => message.is_imported)) ?? false;
  const canWrite = left?.state === "open" && conversation.data?.mode !== "closed" && mayWrite !== false;
  return (
    <>
      <DropArea label={conversation.data && nameOf(conversation.data.contact, t)} onFiles={canWrite ? draft.attaching.attach : null}>
        <ThreadHeader conversation={conversation.data} userId={user.id} onDetails={() => setDetailsOpen(true)} onRefusal={setRefusal} />
        {left && conversation.data?.mode !== "closed" && <WindowStrip left={left} />}
        <Refusal text={refusal} onDismiss={() => setRefusal(null)} />
        {failed ? (
          <div className="grow p-5">
            <ErrorState title={t("error.thread")} text={t("error.text")} error={failed.error} action={{ label: t("common:tryAgain"), onPress: () => void failed.refetch() }} />
          </div>
        ) : messages.data && conversation.data ? (
          <EditAgain value={editAgain}>
            <WhyProvider conversationId={conversation.data.id}>
              <MessageList query={messages} events={events.data ?? []} name={nameOf(conversation.data.contact, t)} userId={user.id} />
            </WhyProvider>
          </EditAgain>
        ) : (
          <ThreadSkeleton />
        )}
        {conversation.data && left && <Composer conversation={conversation.data} left={left} draft={draft} isImported={isImported} />}
      </DropArea>
      {conversation.data && left && (
        <>
          <aside aria-label={t("details.title")} className="hidden w-(--side-w) flex-none overflow-y-auto border-s border-line bg-canvas wide:block">
            <Details conversation={conversation.data} left={left} userId={user.id} />
          </aside>
          <Sheet isOpen={areDetailsOpen} onOpenChange={setDetailsOpen} title={t("details.title")}>
            <Details conversation={conversation.data} left={left} userId={user.id} />
          </Sheet>
        </>
      )}
    </>
  );
}

/** A conversation that was merged into another is read and written there. */
function useGoOn(id: string, keptId: string | undefined) {
  const navigate = useNavigate();
  useEffect(() => {
    if (keptId && keptId !== id) void navigate({ to: "/inbox/$conversationId", params: { conversationId: keptId }, search: (search) => search, replace: true });
  }, [id, keptId, navigate]);
}

/** The browser's tab names the person while the thread is open. */
function useTitle(name: string | undefined) {
  const { t } = useTranslation(["inbox", "common"]);
  useEffect(() => {
    if (name) document.title = `${name} · ${t("title")}`;
    return () => {
      document.title = t("common:brand");
    };
  }, [name, t]);
}

function Refusal({ text, onDismiss }: { text: string | null; onDismiss: () => void }) {
  const { t } = useTranslation("inbox");
  return (
    <div role="alert">
      {text && (
        <p className="flex items-center gap-3 border-b border-line bg-danger-soft px-5 py-1.5 text-13 text-danger">
          <span className="grow">{text}</span>
          <button type="button" className="font-medium" onClick={onDismiss}>
            {t("act.dismiss")}
          </button>
        </p>
      )}
    </div>
  );
}
