import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Field, Input } from "@/components";

/** The code of an authenticator app, or a recovery code. It takes the focus: it stands there because it was just asked for. */
export function CodeField({ error, ...rest }: ComponentProps<typeof Input> & { error: string | undefined }) {
  const { t } = useTranslation("auth");
  return (
    <Field size="lg" label={t("code.label")} help={t("code.help")} error={error}>
      <Input {...rest} size="lg" dir="ltr" autoFocus autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} maxLength={32} className="rtl:text-end" />
    </Field>
  );
}
