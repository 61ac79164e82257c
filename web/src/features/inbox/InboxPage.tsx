import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { Trans, useTranslation } from "react-i18next";
import { buttonClass, Empty, Kbd, Mark } from "@/components";
import { useSession } from "@/features/auth/queries";
import { channelsQuery } from "@/features/workspace/queries";
import { useMay } from "@/features/workspace/useMay";
import { ListPane } from "./list/ListPane";
import { countsQuery } from "./queries";
import { useCloseConversation } from "./useCloseConversation";
import { useInboxKeys } from "./useInboxKeys";

/** The list, and beside it the conversation that the address names. Under 720 px one of the two. */
export function InboxPage() {
  const { t } = useTranslation("inbox");
  const session = useSession();
  const address = useSearch({ from: "/signed-in/inbox" });
  const { conversationId } = useParams({ strict: false });
  const userId = session?.user.id ?? "";
  const search = { ...address, tab: address.tab ?? "bot" };
  const close = useCloseConversation(userId);
  useFirstTab(address.tab === undefined);
  useInboxKeys({ search, onClose: close });

  return (
    <div className="flex min-h-0 grow">
      <h1 className="sr-only">{t("title")}</h1>
      <ListPane search={search} userId={userId} selectedId={conversationId} className={conversationId ? "max-pane:hidden" : ""} />
      <div className={conversationId ? "flex min-w-0 grow" : "hidden min-w-0 grow pane:flex"}>{conversationId ? <Outlet /> : <NobodyChosen />}</div>
    </div>
  );
}

/** Somebody who comes without a tab in the address sees the first that has people in it; decided once, so that nothing moves later. */
function useFirstTab(isOpen: boolean) {
  const navigate = useNavigate();
  const counts = useQuery({ ...countsQuery, enabled: isOpen }).data;
  const choose = useCallback((tab: "mine" | "unassigned" | "bot") => void navigate({ to: ".", search: (last) => ({ ...last, tab }), replace: true }), [navigate]);
  useEffect(() => {
    if (isOpen && counts) choose(counts.mine > 0 ? "mine" : counts.unassigned > 0 ? "unassigned" : "bot");
  }, [isOpen, counts, choose]);
}

/** Beside the list. A workspace without a number is told first how people come to write at all. */
function NobodyChosen() {
  const { t } = useTranslation("inbox");
  const mayConnect = useMay("channels:write");
  const channels = useQuery({ ...channelsQuery, enabled: mayConnect === true }).data;
  if (channels?.length === 0) {
    const connect = (
      <Link to="/channels/connect" className={buttonClass({ variant: "primary" })}>
        {t("noNumber.action")}
      </Link>
    );
    return (
      <section className="grid grow place-content-center bg-surface">
        <Empty title={t("noNumber.title")} text={t("noNumber.text")} action={connect} />
      </section>
    );
  }
  return (
    <section className="grid grow place-content-center justify-items-center bg-surface px-6 text-center">
      <Mark className="mb-2 size-10 text-line-strong" />
      <h2 className="text-14 font-medium tracking-normal">{t("none.title")}</h2>
      <p className="mt-1 text-13 text-ink-3 pointer-coarse:hidden">
        <Trans t={t} i18nKey="none.text" components={{ down: <Kbd>j</Kbd>, up: <Kbd>k</Kbd>, reply: <Kbd>r</Kbd> }} />
      </p>
    </section>
  );
}
