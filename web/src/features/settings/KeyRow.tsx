import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { Permission, Token } from "@/api/models";
import { Badge, Button, Dialog } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { nameOf } from "./permissions";

type Revocation = { mutate: (id: string, options: { onSettled: () => void }) => void; isPending: boolean; error: unknown };

/** A key: what it may, when it was last used, and, where `revoke` is given, an end to it. `holder` says whose it is, for a key of somebody else. */
export function KeyRow({ token, holder, revoke }: { token: Token; holder?: { name: string; email: string }; revoke: Revocation | null }) {
  const { t } = useTranslation(["settings", "common"]);
  const format = useFormat();
  const { reasonOf } = useErrorWords();
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
        {holder && (
          <p className="flex min-w-0 flex-wrap gap-x-2 text-13 text-ink-2">
            <bdi>{holder.name}</bdi>
            <span className="ltr truncate text-12 text-ink-3">{holder.email}</span>
          </p>
        )}
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
            <span className="text-12 text-ink-3">{t(holder ? "settings:keys.others.all" : "settings:keys.all")}</span>
          )}
        </p>
      </div>
      {revoke && (
        <>
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
        </>
      )}
    </li>
  );
}
