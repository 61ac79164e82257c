import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, Field, Input } from "@/components";
import { AuthFrame } from "./AuthFrame";
import { looksLikeEmail, useForm } from "./form";
import { useForgotPassword } from "./queries";
import { Refusal } from "./Refusal";

/** A link for a new password, by mail. The page says the same whether there is such an account or not. */
export function ForgotPage() {
  const { t } = useTranslation("auth");
  const forgot = useForgotPassword();
  const form = useForm({ email: "" });
  const submit = () => {
    const { email } = form.values;
    if (!looksLikeEmail(email)) return form.show({ email: t("fault.email") });
    forgot.mutate(email.trim(), { onError: form.refuse });
  };
  return (
    <AuthFrame footer={<BackToLogin />}>
      <h1 className="mt-14 text-28 tracking-display">{t("forgot.title")}</h1>
      {forgot.isSuccess ? (
        <p role="status" className="mt-3 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">
          {t("forgot.sent")}
        </p>
      ) : (
        <>
          <p className="mt-1.5 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">{t("forgot.text")}</p>
          <form {...form.bind(submit)} className="mt-8 grid gap-[18px]">
            <Field label={t("login.email")} error={form.errors.email} size="lg">
              <Input {...form.field("email")} size="lg" type="email" dir="ltr" autoComplete="username" autoFocus className="rtl:text-end" />
            </Field>
            <Refusal text={form.rest} />
            <Button type="submit" variant="primary" size="lg" className="mt-1.5 w-full" isBusy={forgot.isPending}>
              {t("forgot.submit")}
            </Button>
          </form>
        </>
      )}
    </AuthFrame>
  );
}

export function BackToLogin() {
  const { t } = useTranslation("auth");
  return (
    <Link to="/login" className="font-medium text-ink-2 hover:text-ink">
      {t("forgot.toLogin")}
    </Link>
  );
}
