import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api";
import { setLanguage, useLanguage } from "@/app/preferences";
import { Button, cx, Field, Input, Select } from "@/components";
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from "@/i18n";
import { AuthFrame } from "./AuthFrame";
import { looksLikeEmail, useForm } from "./form";
import { NumberStep } from "./NumberStep";
import { PASSWORD_MAX, PASSWORD_MIN } from "./password";
import { PasswordField } from "./PasswordField";
import { setupQuery, useRegister } from "./queries";
import { Refusal } from "./Refusal";

const STEPS = ["stepYou", "stepBusiness", "stepNumber"] as const;
const NOTHING = { name: "", email: "", password: "", workspace_name: "" };

/** First run and new accounts: who you are, what the business is called, and the number that is already there. */
export function RegisterPage() {
  const { t } = useTranslation("auth");
  const setup = useQuery(setupQuery);
  const register = useRegister();
  const language = useLanguage();
  const [step, setStep] = useState(0);
  // The account's making changes what setup says; the words of the page stay those it began with.
  const [isFirst] = useState(setup.data?.needs_setup ?? false);
  const form = useForm(NOTHING);

  const faultsOfYou = () => {
    const { name, email, password } = form.values;
    const length = [...password].length;
    return {
      ...(!name.trim() && { name: t("fault.name") }),
      ...(!looksLikeEmail(email) && { email: t("fault.email") }),
      ...(length < PASSWORD_MIN && { password: t("fault.passwordShort") }),
      ...(length > PASSWORD_MAX && { password: t("fault.passwordLong") }),
    };
  };

  const submit = () => {
    if (step === 0) {
      const faults = faultsOfYou();
      form.show(faults);
      if (!Object.keys(faults).length) setStep(1);
      return;
    }
    const { name, email, password, workspace_name } = form.values;
    if (!workspace_name.trim()) return form.show({ workspace_name: t("fault.business") });
    register.mutate(
      { name: name.trim(), email: email.trim(), password, workspace_name: workspace_name.trim(), locale: language },
      {
        onSuccess: () => setStep(2),
        onError: (error) => {
          if (error instanceof ApiError && (error.code === "email_taken" || error.fields.some((fault) => fault.field !== "workspace_name"))) setStep(0);
          if (error instanceof ApiError && error.code === "email_taken") form.show({ email: t("fault.emailTaken") });
          else form.refuse(error);
        },
      },
    );
  };

  return (
    <AuthFrame
      footer={
        step < 2 &&
        !isFirst && (
          <Link to="/login" className="font-medium text-ink-2 hover:text-ink">
            {t("register.haveAccount")}
          </Link>
        )
      }
    >
      <h1 className="mt-10 text-28 tracking-display pane:mt-14">{t(step === 2 ? "number.title" : isFirst ? "register.titleFirst" : "register.title")}</h1>
      {step < 2 && <p className="mt-1.5 text-[15px] leading-[23px] text-ink-2 rtl:leading-[26px]">{t(isFirst ? "register.textFirst" : "register.text")}</p>}
      <Progress step={step} />
      {step === 2 ? (
        <NumberStep />
      ) : (
        <form {...form.bind(submit)} key={step} className="mt-[26px] grid gap-[18px]">
          {step === 0 ? (
            <>
              <Field label={t("register.name")} error={form.errors.name} size="lg">
                <Input {...form.field("name")} size="lg" autoComplete="name" autoFocus />
              </Field>
              <Field label={t("login.email")} error={form.errors.email} size="lg">
                <Input {...form.field("email")} size="lg" type="email" dir="ltr" autoComplete="username" className="rtl:text-end" />
              </Field>
              <PasswordField {...form.field("password")} error={form.errors.password} isNew />
            </>
          ) : (
            <>
              <Field label={t("register.business")} help={t("register.businessHelp")} error={form.errors.workspace_name} size="lg">
                <Input {...form.field("workspace_name")} size="lg" autoComplete="organization" autoFocus />
              </Field>
              <Field label={t("register.language")} help={t("register.languageHelp")} size="lg">
                <Select
                  size="lg"
                  value={language}
                  onChange={(next) => isLanguage(next) && void setLanguage(next)}
                  options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
                />
              </Field>
            </>
          )}
          <Refusal text={form.rest} />
          <div className="mt-1.5 flex gap-2">
            {step === 1 && (
              <Button size="lg" onClick={() => setStep(0)}>
                {t("register.back")}
              </Button>
            )}
            <Button type="submit" variant="primary" size="lg" className="grow" isBusy={register.isPending}>
              {t(step === 0 ? "register.continue" : "register.create")}
            </Button>
          </div>
        </form>
      )}
      {step < 2 && <p className="mt-3.5 text-center text-13 text-ink-3">{t("register.noNumber")}</p>}
    </AuthFrame>
  );
}

function Progress({ step }: { step: number }) {
  const { t } = useTranslation("auth");
  return (
    <ol aria-label={t("register.steps")} className="mt-[26px] flex gap-2">
      {STEPS.map((name, index) => (
        <li
          key={name}
          aria-current={index === step ? "step" : undefined}
          className={cx("flex-1 border-t-[3px] pt-2 text-12", index <= step ? "border-ink" : "border-line", index === step ? "font-medium text-ink" : "text-ink-3")}
        >
          {t(`register.${name}`)}
        </li>
      ))}
    </ol>
  );
}
