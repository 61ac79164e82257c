import { Languages, Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGE_NAMES } from "@/i18n";
import { setLanguage, useLanguage } from "@/app/preferences";
import { buttonClass, cx, MarkTipped, Wordmark } from "@/components";

/** The two halves of login and first run: a form of 600 px, and the tipped mark on ink where there is room. */
export function AuthFrame({ footer, children }: { footer: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("auth");
  return (
    <div className="flex min-h-dvh bg-surface">
      <main className="flex w-full flex-none flex-col px-4 pt-5 pb-6 wide:w-[600px] wide:px-[72px] wide:pt-9 wide:pb-8 pane:px-[max(72px,calc(50%-228px))] pane:pt-9 wide:max-w-none">
        <div className="flex items-center justify-between">
          <Wordmark className="h-8" />
          <LanguageButton />
        </div>
        {children}
        <div className="min-h-8 grow" />
        <p className="flex flex-wrap items-center gap-x-4 gap-y-2 text-12 text-ink-3">
          <span className="flex grow items-center gap-1.5">
            <Lock aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
            {t("register.dataStays")}
          </span>
          {footer}
        </p>
      </main>
      <aside className="on-rail relative hidden grow overflow-hidden bg-rail text-rail-ink wide:block">
        <MarkTipped tips="var(--rail-tile)" className="flip absolute start-10 top-10 h-[640px] w-[640px] max-w-none" />
        <div className="absolute inset-x-12 bottom-11">
          <p className="text-36 leading-[42px] font-semibold tracking-display whitespace-pre-line rtl:leading-[52px]">{t("panel.title")}</p>
          <p className="mt-2.5 max-w-[420px] text-[15px] leading-6 text-rail-ink-2">{t("panel.text")}</p>
        </div>
      </aside>
    </div>
  );
}

/** Names the other language in that language. */
function LanguageButton() {
  const other = useLanguage() === "ar" ? "en" : "ar";
  return (
    <button type="button" lang={other} onClick={() => void setLanguage(other)} className={cx(buttonClass({ variant: "ghost" }), "-me-3")}>
      <Languages aria-hidden="true" strokeWidth={1.75} className="size-4" />
      {LANGUAGE_NAMES[other]}
    </button>
  );
}
