import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { setLanguage, storedLanguage } from "@/app/preferences";
import { Button, Field, Input } from "@/components";
import { AuthFrame } from "./AuthFrame";
import { CodeField } from "./CodeField";
import { looksLikeEmail, useForm } from "./form";
import { PasswordField } from "./PasswordField";
import { useLogin } from "./queries";
import { Refusal } from "./Refusal";

export function LoginPage() {
  const { t } = useTranslation("auth");
  const { next } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const login = useLogin();
  const form = useForm({ email: "", password: "", code: "", workspace_name: "" });
  const [asksForCode, setAsksForCode] = useState(false);
  const [asksForWorkspace, setAsksForWorkspace] = useState(false);

  const submit = () => {
    const { email, password, code, workspace_name } = form.values;
    const faults = {
      ...(!looksLikeEmail(email) && { email: t("fault.email") }),
      ...(!password && { password: t("fault.password") }),
      ...(asksForCode && !code.trim() && { code: t("fault.code") }),
      ...(asksForWorkspace && !workspace_name.trim() && { workspace_name: t("fault.business") }),
    };
    if (Object.keys(faults).length) return form.show(faults);
    login.mutate(
      { email: email.trim(), password, ...(asksForCode && { code: code.trim() }), ...(asksForWorkspace && { workspace_name: workspace_name.trim() }) },
      {
        onSuccess: async ({ user }) => {
          // A browser that has never been told which language follows the account.
          if (storedLanguage() === null) await setLanguage(user.locale);
          void navigate({ href: next ?? "/inbox", replace: true });
        },
        onError: (error) => {
          const code = error instanceof ApiError ? error.code : "";
          if (code === "wrong_credentials") form.show({ password: t("login.wrong") });
          else if (code === "wrong_code") form.show({ code: t("code.wrong") });
          else if (code === "second_factor_required") setAsksForCode(true);
          else if (code === "no_workspace") setAsksForWorkspace(true);
          else form.refuse(error);
        },
      },
    );
  };

  return (
    <AuthFrame
      footer={
        <Link to="/register" className="font-medium text-ink-2 hover:text-ink">
          {t("login.noAccount")} {t("login.register")}
        </Link>
      }
    >
      <h1 className="mt-14 text-28 tracking-display">{t("login.title")}</h1>
      <p className="mt-1.5 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">{next && next !== "/inbox" ? t("login.ended") : t("login.text")}</p>
      <form {...form.bind(submit)} className="mt-8 grid gap-[18px]">
        <Field label={t("login.email")} error={form.errors.email} size="lg">
          <Input {...form.field("email")} size="lg" type="email" dir="ltr" autoComplete="username" autoFocus className="rtl:text-end" />
        </Field>
        <PasswordField {...form.field("password")} error={form.errors.password} />
        <Link to="/forgot" className="-mt-2 w-fit text-13 font-medium text-accent-ink">
          {t("login.forgot")}
        </Link>
        {asksForCode && <CodeField {...form.field("code")} error={form.errors.code} />}
        {asksForWorkspace && (
          <Field size="lg" label={t("register.business")} help={t("login.noWorkspace")} error={form.errors.workspace_name}>
            <Input {...form.field("workspace_name")} size="lg" dir="auto" autoFocus maxLength={120} autoComplete="organization" />
          </Field>
        )}
        <Refusal text={form.rest} />
        <Button type="submit" variant="primary" size="lg" className="mt-1.5 w-full" isBusy={login.isPending}>
          {t("login.submit")}
        </Button>
      </form>
    </AuthFrame>
  );
}
