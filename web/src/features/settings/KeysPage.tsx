import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Token } from "@/api/models";
import { Button, Empty, ErrorState, SkeletonRows } from "@/components";
import { useMay } from "../workspace/useMay";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { KeyRow } from "./KeyRow";
import { MemberKeys } from "./MemberKeys";
import { More } from "./More";
import { meQuery, tokensQuery, useRevokeToken } from "./queries";

/** One's own keys for programs, and for those who manage members everybody else's. */
export function KeysPage() {
  const { t } = useTranslation("settings");
  const tokens = useInfiniteQuery(tokensQuery);
  const me = useQuery(meQuery).data;
  const mayReadAudit = useMay("audit:read");
  const [isCreating, setCreating] = useState(false);
  const rows = tokens.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className="mb-4 flex flex-wrap items-start gap-3">
        <p className="min-w-0 grow basis-60 text-13 text-ink-2">{t("keys.text")}</p>
        <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
          {t("keys.create")}
        </Button>
      </div>
      {tokens.isPending && <SkeletonRows rows={3} />}
      {tokens.isLoadingError && <ErrorState title={t("keys.failed")} text={t("failedText")} error={tokens.error} action={{ label: t("again"), onPress: () => void tokens.refetch() }} />}
      {tokens.isSuccess && rows.length === 0 && <Empty title={t("keys.empty")} text={t("keys.emptyText")} />}
      {rows.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {rows.map((token) => (
            <OwnKey key={token.id} token={token} />
          ))}
        </ul>
      )}
      <More pages={tokens} />
      <CreateKeyDialog isOpen={isCreating} onOpenChange={setCreating} />
      {me && mayReadAudit && <MemberKeys me={me} />}
    </>
  );
}

function OwnKey({ token }: { token: Token }) {
  return <KeyRow token={token} revoke={useRevokeToken()} />;
}
