import { Check } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx, Field, Input } from "@/components";
import { PASSWORD_MIN, strengthOf } from "./password";

const TONES = { weak: "text-ink-3", fair: "text-warning", strong: "text-success" };

type PasswordFieldProps = Omit<ComponentProps<typeof Input>, "type" | "size"> & { value: string; error: string | undefined; isNew?: boolean; label?: string };

/** A password that can be shown. A new one says how strong it is while it is typed. */
export function PasswordField({ value, error, isNew = false, label, ...rest }: PasswordFieldProps) {
  const { t } = useTranslation("auth");
  const [isShown, setShown] = useState(false);
  const strength = isNew ? strengthOf(value) : null;
  const missing = PASSWORD_MIN - [...value].length;
  const words = strength && (missing > 0 ? t("password.short", { count: missing }) : t(`password.${strength}`));
  return (
    <Field
      size="lg"
      label={label ?? t("login.password")}
      help={isNew ? t("password.help") : undefined}
      error={error}
      aside={
        <button type="button" aria-pressed={isShown} className="font-medium text-accent-ink" onClick={() => setShown(!isShown)}>
          {t(isShown ? "password.hide" : "password.show")}
        </button>
      }
    >
      <div className="relative">
        <Input
          {...rest}
          value={value}
          size="lg"
          dir="ltr"
          type={isShown ? "text" : "password"}
          autoComplete={isNew ? "new-password" : "current-password"}
          className={cx("rtl:text-end", strength && "pe-36 rtl:ps-36 rtl:pe-3", value && !isShown && "tracking-[2px]")}
        />
        {isNew && (
          <span role="status" className={cx("absolute inset-y-0 end-3 flex items-center gap-1 text-12 font-medium", strength && missing <= 0 ? TONES[strength] : "text-ink-3")}>
            {strength === "strong" && <Check aria-hidden="true" strokeWidth={1.75} className="size-3.5" />}
            {words}
          </span>
        )}
      </div>
    </Field>
  );
}
