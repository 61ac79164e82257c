import { useQuery } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "@/api";
import type { BrowserSession } from "@/api/models";
import { Badge, Button, Dialog, ErrorState, SkeletonRows, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { newPasswordFault } from "@/features/auth/password";
import { PasswordField } from "@/features/auth/PasswordField";
import { useFormat, useSession } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { sessionsQuery, useChangePassword, useEndSession, useLeaveWorkspace } from "./account";
import { browserOf } from "./browser";
import { SecondFactorSection } from "./SecondFactorSection";
import { Failure, Section } from "./Section";

/** One's own account: how one logs in, where one is logged in, and the way out of the workspace. */
export function AccountPage() {
  const isDeleted = Boolean(useSession()?.workspace.deleted_at);
  return (
    <>
      <PasswordSection />
      <SecondFactorSection />
      <SessionsSection />
      {!isDeleted && <LeaveSection />}
    </>
  );
}

function PasswordSection() {
  const { t } = useTranslation(["settings", "auth"]);
  const toast = useToast();
  const change = useChangePassword();
  const form = useForm({ current_password: "", new_password: "" });
  const submit = () => {
    const fault = newPasswordFault(form.values.new_password);
    const faults = {
      ...(!form.values.current_password && { current_password: t("auth:fault.password") }),
      ...(fault && { new_password: t(`auth:${fault}`) }),
    };
    if (Object.keys(faults).length) return form.show(faults);
    change.mutate(form.values, {
      onSuccess: () => {
        form.set("current_password", "");
        form.set("new_password", "");
        toast({ text: t("settings:account.passwordChanged") });
      },
      onError: form.refuse,
    });
  };
  return (
    <Section title={t("settings:account.password")} text={t("settings:account.passwordText")}>
      <form {...form.bind(submit)} className="grid max-w-[440px] gap-4">
        <PasswordField {...form.field("current_password")} error={form.errors.current_password} label={t("settings:account.currentPassword")} />
        <PasswordField {...form.field("new_password")} error={form.errors.new_password} label={t("auth:newPassword.label")} isNew />
        <Failure text={form.rest} />
        <Button type="submit" variant="primary" className="w-fit" isBusy={change.isPending}>
          {t("settings:account.changePassword")}
        </Button>
      </form>
    </Section>
  );
}

function SessionsSection() {
  const { t } = useTranslation("settings");
  const sessions = useQuery(sessionsQuery);
  return (
    <Section title={t("account.sessions")} text={t("account.sessionsText")}>
      {sessions.isPending && <SkeletonRows rows={2} />}
      {sessions.isLoadingError && (
        <ErrorState title={t("account.sessionsFailed")} text={t("failedText")} error={sessions.error} action={{ label: t("again"), onPress: () => void sessions.refetch() }} />
      )}
      <ul className="divide-y divide-line">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </Section>
  );
}

function SessionRow({ session }: { session: BrowserSession }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  const end = useEndSession();
  const browser = browserOf(session.agent);
  const name = browser ? t("account.browserOn", browser) : (session.agent ?? t("account.unknownBrowser"));
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
      <div className="min-w-0 grow basis-48">
        <p className="flex items-center gap-2 font-medium">
          <bdi className="truncate">{name}</bdi>
          {session.is_current && <Badge>{t("account.thisBrowser")}</Badge>}
        </p>
        <p className="text-12 text-ink-3">
          {t("account.lastUsed", { when: format.short(session.last_used_at, serverNow()) })}
          {session.address && (
            <>
              {" · "}
              <span className="ltr">{session.address}</span>
            </>
          )}
        </p>
      </div>
      {!session.is_current && (
        <Button variant="ghost" isBusy={end.isPending} onClick={() => end.mutate(session.id)} aria-label={t("account.endSessionOf", { name })}>
          {t("account.endSession")}
        </Button>
      )}
      {end.error && <Failure text={reasonOf(end.error)} />}
    </li>
  );
}

function LeaveSection() {
  const { t } = useTranslation(["settings", "common"]);
  const session = useSession();
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const leave = useLeaveWorkspace();
  const [isAsking, setAsking] = useState(false);
  const name = session?.workspace.name ?? "";
  return (
    <Section
      title={t("settings:account.leave")}
      text={t("settings:account.leaveText", { name })}
      aside={
        <Button variant="ghost" icon={LogOut} className="text-danger!" onClick={() => setAsking(true)}>
          {t("settings:account.leave")}
        </Button>
      }
    >
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t("settings:account.leaveTitle", { name })}
        text={t("settings:account.leaveConsequence")}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("common:cancel")}</Button>
            <Button variant="danger" isBusy={leave.isPending} onClick={() => leave.mutate(undefined, { onSuccess: () => toast({ text: t("settings:account.left", { name }) }) })}>
              {t("settings:account.leave")}
            </Button>
          </>
        }
      >
        <Failure text={leave.error ? reasonOf(leave.error) : null} />
      </Dialog>
    </Section>
  );
}
