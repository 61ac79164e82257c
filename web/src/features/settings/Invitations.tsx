import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { Invitation, InvitationCreated, Role } from "@/api/models";
import { Badge, Button, CopyLine, Dialog, ErrorState, Field, Input, Select, useToast } from "@/components";
import { looksLikeEmail, useForm } from "@/features/auth/form";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { More } from "./More";
import { invitationsQuery, useInvite, useRenewInvitation, useRevokeInvitation } from "./queries";
import { Failure } from "./Section";

/** Inviting, and the invitations that nobody has used: their link again, or their end. */
export function Invitations({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation("settings");
  const invitations = useInfiniteQuery(invitationsQuery);
  const [isInviting, setInviting] = useState(false);
  const rows = invitations.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section className="mt-6">
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <h2 className="grow text-16">{t("invitations.title")}</h2>
        <Button variant="primary" icon={UserPlus} onClick={() => setInviting(true)}>
          {t("invitations.invite")}
        </Button>
      </div>
      {invitations.isLoadingError && (
        <ErrorState title={t("invitations.failed")} text={t("failedText")} error={invitations.error} action={{ label: t("again"), onPress: () => void invitations.refetch() }} />
      )}
      {invitations.isSuccess && rows.length === 0 && <p className="text-13 text-ink-3">{t("invitations.empty")}</p>}
      {rows.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {rows.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} mayRenew={roles.includes(invitation.role)} />
          ))}
        </ul>
      )}
      <More pages={invitations} />
      {isInviting && <InviteDialog roles={roles} onClose={() => setInviting(false)} />}
    </section>
  );
}

function InvitationRow({ invitation, mayRenew }: { invitation: Invitation; mayRenew: boolean }) {
  const { t } = useTranslation(["settings", "workspace"]);
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  const renew = useRenewInvitation();
  const revoke = useRevokeInvitation();
  const isOver = new Date(invitation.expires_at) < serverNow();
  const whom = invitation.email ?? t("settings:invitations.anybody");
  const failure = renew.error ?? revoke.error;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-48">
        <p className="flex items-center gap-2 font-medium">
          <bdi className="truncate">{whom}</bdi>
          <Badge>{t(`workspace:role.${invitation.role}`)}</Badge>
          {isOver && <Badge tone="outline">{t("settings:keys.over")}</Badge>}
        </p>
        <p className="text-12 text-ink-3">{t("settings:invitations.until", { date: format.date(invitation.expires_at) })}</p>
      </div>
      <div className="flex gap-2">
        {mayRenew && (
          <Button isBusy={renew.isPending} onClick={() => renew.mutate(invitation.id)} aria-label={t("settings:invitations.renewOf", { whom })}>
            {t("settings:invitations.renew")}
          </Button>
        )}
        <Button variant="ghost" isBusy={revoke.isPending} onClick={() => revoke.mutate(invitation.id)} aria-label={t("settings:invitations.revokeOf", { whom })}>
          {t("settings:invitations.revoke")}
        </Button>
      </div>
      {failure && <Failure text={reasonOf(failure)} />}
      {renew.data && <LinkDialog made={renew.data} onClose={() => renew.reset()} />}
    </li>
  );
}

function InviteDialog({ roles, onClose }: { roles: readonly Role[]; onClose: () => void }) {
  const { t } = useTranslation(["settings", "workspace", "auth", "common"]);
  const invite = useInvite();
  const form = useForm({ email: "" });
  const [role, setRole] = useState<Role>("agent");
  if (invite.data) return <LinkDialog made={invite.data} onClose={onClose} />;
  const submit = () => {
    const email = form.values.email.trim();
    if (email && !looksLikeEmail(email)) return form.show({ email: t("auth:fault.email") });
    invite.mutate({ role, ...(email && { email }) }, { onError: form.refuse });
  };
  return (
    <Dialog isOpen onOpenChange={onClose} title={t("settings:invitations.invite")} text={t("settings:invitations.text")}>
      <form {...form.bind(submit)} className="mt-3 grid gap-4">
        <Field label={t("settings:invitations.email")} help={t("settings:invitations.emailHelp")} error={form.errors.email}>
          <Input {...form.field("email")} type="email" dir="ltr" autoComplete="off" autoFocus className="rtl:text-end" />
        </Field>
        <Field label={t("settings:invitations.role")} help={t(`settings:invitations.roles.${role}`)}>
          <Select value={role} onChange={(next) => setRole(next as Role)} options={roles.map((value) => ({ value, label: t(`workspace:role.${value}`) }))} />
        </Field>
        <Failure text={form.rest} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common:cancel")}</Button>
          <Button variant="primary" type="submit" isBusy={invite.isPending}>
            {t("settings:invitations.invite")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function LinkDialog({ made, onClose }: { made: InvitationCreated; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const toast = useToast();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("invitations.made")}
      text={made.is_mailed ? t("invitations.madeMailed", { email: made.email }) : t("invitations.madeText")}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div className="mt-3">
        <CopyLine label={t("invitations.link")} help={t("invitations.linkHelp")} value={made.link} onCopied={() => toast({ text: t("copied") })} />
      </div>
    </Dialog>
  );
}
