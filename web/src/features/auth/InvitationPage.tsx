import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import type { InvitationShown } from "@/api/models";
import { useLanguage } from "@/app/preferences";
import { Button, buttonClass, ErrorState, Field, Input, SkeletonRows, Tabs } from "@/components";
import { AuthFrame } from "./AuthFrame";
import { CodeField } from "./CodeField";
import { BackToLogin } from "./ForgotPage";
import { looksLikeEmail, useForm } from "./form";
import { useLinkToken } from "./linkToken";
import { newPasswordFault } from "./password";
import { PasswordField } from "./PasswordField";
import { invitationQuery, sessionQuery, useAcceptInvitation } from "./queries";
import { Refusal } from "./Refusal";

/** Where an invitation's link leads: join with a new account, or with the one that one has. */
export function InvitationPage() {
  const { t } = useTranslation(["auth", "common"]);
  const token = useLinkToken();
  const invitation = useQuery({ ...invitationQuery(token), enabled: Boolean(token) });
  const isGone = !token || (invitation.error instanceof ApiError && invitation.error.status === 404);
  return (
    <AuthFrame footer={<BackToLogin />}>
      {isGone ? (
        <>
          <h1 className="mt-14 text-28 tracking-display">{t("invitation.goneTitle")}</h1>
          <p role="status" className="mt-1.5 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">
            {t("invitation.goneText")}
          </p>
          <Link to="/login" className={`${buttonClass({ variant: "primary", size: "lg" })} mt-8`}>
            {t("login.submit")}
          </Link>
        </>
      ) : invitation.data ? (
        <Acceptance token={token} invitation={invitation.data} />
      ) : (
        <div className="mt-14">
          {invitation.isLoadingError ? (
            <ErrorState
              title={t("invitation.failed")}
              text={t("invitation.failedText")}
              error={invitation.error}
              action={{ label: t("common:tryAgain"), onPress: () => void invitation.refetch() }}
            />
          ) : (
            <SkeletonRows rows={3} />
          )}
        </div>
      )}
    </AuthFrame>
  );
}

const WAYS = ["new", "own"] as const;

function Acceptance({ token, invitation }: { token: string; invitation: InvitationShown }) {
  const { t } = useTranslation(["auth", "workspace"]);
  const language = useLanguage();
  const navigate = useNavigate();
  const accept = useAcceptInvitation(token);
  const session = useQuery(sessionQuery).data;
  const [way, setWay] = useState<(typeof WAYS)[number]>(session ? "own" : "new");
  const [asksForCode, setAsksForCode] = useState(false);
  const form = useForm({ name: "", email: invitation.email ?? session?.user.email ?? "", password: "", code: "" });
  const isNew = way === "new";

  const submit = () => {
    const { name, email, password, code } = form.values;
    const passwordFault = isNew ? newPasswordFault(password) : password ? null : "fault.password";
    const faults = {
      ...(isNew && !name.trim() && { name: t("fault.name") }),
      ...(!looksLikeEmail(email) && { email: t("fault.email") }),
      ...(passwordFault && { password: t(passwordFault) }),
      ...(asksForCode && !code.trim() && { code: t("fault.code") }),
    };
    if (Object.keys(faults).length) return form.show(faults);
    accept.mutate(
      { email: email.trim(), password, locale: language, ...(isNew && { name: name.trim() }), ...(asksForCode && { code: code.trim() }) },
      {
        onSuccess: () => void navigate({ to: "/inbox", replace: true }),
        onError: (error) => {
          const refused = error instanceof ApiError ? error.code : "";
          if (refused === "wrong_credentials") form.show(isNew ? { email: t("fault.emailTaken") } : { password: t("login.wrong") });
          else if (refused === "wrong_code") form.show({ code: t("code.wrong") });
          else if (refused === "second_factor_required") setAsksForCode(true);
          else if (refused === "validation_failed" && !isNew) form.show({ email: t("invitation.noAccount") });
          else form.refuse(error);
        },
      },
    );
  };

  return (
    <>
      <h1 className="mt-14 text-28 tracking-display">{t("invitation.title", { name: invitation.workspace_name })}</h1>
      <p className="mt-1.5 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">{t("invitation.text", { role: t(`workspace:role.${invitation.role}`) })}</p>
      <Tabs
        className="mt-6"
        label={t("invitation.way")}
        value={way}
        onChange={(next) => {
          form.show({});
          setWay(next);
        }}
        items={WAYS.map((value) => ({ value, label: t(`invitation.ways.${value}`) }))}
      >
        <form {...form.bind(submit)} className="mt-6 grid gap-[18px]">
          {isNew && (
            <Field label={t("register.name")} error={form.errors.name} size="lg">
              <Input {...form.field("name")} size="lg" autoComplete="name" />
            </Field>
          )}
          <Field label={t("login.email")} help={invitation.email ? t("invitation.emailFixed") : undefined} error={form.errors.email} size="lg">
            <Input {...form.field("email")} size="lg" type="email" dir="ltr" autoComplete="username" readOnly={invitation.email !== null} className="rtl:text-end" />
          </Field>
          <PasswordField {...form.field("password")} error={form.errors.password} isNew={isNew} />
          {asksForCode && <CodeField {...form.field("code")} error={form.errors.code} />}
          <Refusal text={form.rest} />
          <Button type="submit" variant="primary" size="lg" className="mt-1.5 w-full" isBusy={accept.isPending}>
            {t("invitation.submit")}
          </Button>
        </form>
      </Tabs>
    </>
  );
}
