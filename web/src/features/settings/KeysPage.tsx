import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { Permission, Token } from "@/api/models";
import { Badge, Button, Dialog, Empty, ErrorState, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { More } from "./More";
import { nameOf } from "./permissions";
import { tokensQuery, useRevokeToken } from "./queries";

/** One's own keys for programs: what each may, when it was last used, and an end to it. */
export function KeysPage() {
  const { t } = useTranslation("settings");
  const tokens = useInfiniteQuery(tokensQuery);
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
            <KeyRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      <More pages={tokens} />
      <CreateKeyDialog isOpen={isCreating} onOpenChange={setCreating} />
    </>
  );
}

function KeyRow({ token }: { token: Token }) {
  const { t } = useTranslation(["settings", "common"]);
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  const revoke = useRevokeToken();
  const [isAsking, setAsking] = useState(false);
  const isOver = token.expires_at !== null && new Date(token.expires_at) < serverNow();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-48">
        <p className="flex items-center gap-2 font-medium">
          <span dir="auto" className="truncate">
            {token.name}
          </span>
          {isOver && <Badge tone="outline">{t("settings:keys.over")}</Badge>}
        </p>
        <p className="text-12 text-ink-3">
          {token.last_used_at ? t("settings:keys.used", { when: format.short(token.last_used_at, serverNow()) }) : t("settings:keys.never")}
          {" · "}
          {token.expires_at ? t("settings:keys.until", { date: format.date(token.expires_at) }) : t("settings:keys.forever")}
          {" · "}
          {token.requests_per_minute === null ? t("settings:keys.unlimited") : t("settings:keys.perMinute", { count: token.requests_per_minute })}
        </p>
        <p className="mt-1 flex flex-wrap gap-1">
          {token.scopes ? (
            token.scopes.map((scope) => (
              <Badge key={scope}>{t(`settings:keys.permissions.${nameOf(scope as Permission)}`, { defaultValue: scope })}</Badge>
            ))
          ) : (
            <span className="text-12 text-ink-3">{t("settings:keys.all")}</span>
          )}
        </p>
      </div>
      <Button variant="ghost" onClick={() => setAsking(true)} aria-label={t("settings:keys.revokeTitle", { name: token.name })}>
        {t("settings:keys.revoke")}
      </Button>
      {revoke.error && (
        <p role="alert" className="basis-full text-13 text-danger">
          {reasonOf(revoke.error)}
        </p>
      )}
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t("settings:keys.revokeTitle", { name: token.name })}
        text={t("settings:keys.revokeText")}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("common:cancel")}</Button>
            <Button variant="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate(token.id, { onSettled: () => setAsking(false) })}>
              {t("settings:keys.revoke")}
            </Button>
          </>
        }
      />
    </li>
  );
}
