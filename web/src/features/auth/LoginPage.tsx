import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { setLanguage, storedLanguage } from "@/app/preferences";
import { Button, Field, Input } from "@/components";
import { AuthFrame } from "./AuthFrame";
import { looksLikeEmail, useForm } from "./form";
import { PasswordField } from "./PasswordField";
import { useLogin } from "./queries";
import { Refusal } from "./Refusal";

export function LoginPage() {
  const { t } = useTranslation("auth");
  const { next } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const login = useLogin();
  const form = useForm({ email: "", password: "" });

  const submit = () => {
    const { email, password } = form.values;
    const faults = {
      ...(!looksLikeEmail(email) && { email: t("fault.email") }),
      ...(!password && { password: t("fault.password") }),
    };
    if (Object.keys(faults).length) return form.show(faults);
    login.mutate(
      { email: email.trim(), password },
      {
        onSuccess: async ({ user }) => {
          // A browser that has never been told which language follows the account.
          if (storedLanguage() === null) await setLanguage(user.locale);
          void navigate({ href: next ?? "/inbox", replace: true });
        },
        onError: (error) => {
          if (error instanceof ApiError && error.code === "wrong_credentials") form.show({ password: t("login.wrong") });
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
        <Refusal text={form.rest} />
        <Button type="submit" variant="primary" size="lg" className="mt-1.5 w-full" isBusy={login.isPending}>
          {t("login.submit")}
        </Button>
      </form>
    </AuthFrame>
  );
}
