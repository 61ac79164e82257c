import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { Button, buttonClass } from "@/components";
import { AuthFrame } from "./AuthFrame";
import { BackToLogin } from "./ForgotPage";
import { useForm } from "./form";
import { useLinkToken } from "./linkToken";
import { newPasswordFault } from "./password";
import { PasswordField } from "./PasswordField";
import { useResetPassword } from "./queries";
import { Refusal } from "./Refusal";

/** A new password by a mailed link. Every session of the person ends, so one logs in afterwards. */
export function NewPasswordPage() {
  const { t } = useTranslation("auth");
  const token = useLinkToken();
  const reset = useResetPassword();
  const form = useForm({ password: "" });
  const isGone = !token || (reset.error instanceof ApiError && reset.error.code === "reset_gone");
  const submit = () => {
    const fault = newPasswordFault(form.values.password);
    if (fault) return form.show({ password: t(fault) });
    reset.mutate({ token, password: form.values.password }, { onError: form.refuse });
  };
  return (
    <AuthFrame footer={<BackToLogin />}>
      <h1 className="mt-14 text-28 tracking-display">{t(isGone ? "newPassword.goneTitle" : reset.isSuccess ? "newPassword.doneTitle" : "newPassword.title")}</h1>
      <p role={isGone || reset.isSuccess ? "status" : undefined} className="mt-1.5 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">
        {t(isGone ? "newPassword.goneText" : reset.isSuccess ? "newPassword.doneText" : "newPassword.text")}
      </p>
      {isGone || reset.isSuccess ? (
        <Link to={isGone ? "/forgot" : "/login"} className={`${buttonClass({ variant: "primary", size: "lg" })} mt-8`}>
          {t(isGone ? "forgot.submit" : "login.submit")}
        </Link>
      ) : (
        <form {...form.bind(submit)} className="mt-8 grid gap-[18px]">
          <PasswordField {...form.field("password")} error={form.errors.password} isNew autoFocus label={t("newPassword.label")} />
          <Refusal text={form.rest} />
          <Button type="submit" variant="primary" size="lg" className="mt-1.5 w-full" isBusy={reset.isPending}>
            {t("newPassword.submit")}
          </Button>
        </form>
      )}
    </AuthFrame>
  );
}
