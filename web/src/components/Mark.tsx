import { useTranslation } from "react-i18next";
import { cx } from "./cx";
import { MARK, MARK_PIECES, MARK_SMALL, MARK_TIPPED, MARK_TIPS, NAME_AR, NAME_EN } from "./mark-paths";

type MarkProps = { className?: string; small?: boolean };

/**
 * Our mark in the current text colour; decorative, so hidden from assistive technology.
 * `small` below 24 px (three feathers). The bird faces the content: it turns in a right-to-left interface.
 */
export function Mark({ className, small = false }: MarkProps) {
  return (
    <svg viewBox="0 0 48 48" fill="currentColor" aria-hidden="true" className={cx("flip block flex-none", className)}>
      <path d={small ? MARK_SMALL : MARK} />
    </svg>
  );
}

/** The two-colour mark, 64 px and up. `tips` is the colour of the crest's ends; ivory on dark grounds. */
export function MarkTipped({ className, tips }: { className?: string; tips: string }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className={cx("block", className)}>
      <path className="fill-brand" d={MARK_TIPPED} />
      <path fill={tips} d={MARK_TIPS} />
    </svg>
  );
}

/** Mark and name. The bird always looks at its name: right in Latin, left in Arabic. */
export function Wordmark({ className }: { className?: string }) {
  const { t, i18n } = useTranslation();
  const isArabic = i18n.language === "ar";
  return (
    <svg viewBox={isArabic ? "0 0 175.4 48" : "0 0 193.8 48"} role="img" aria-label={t("brand")} className={cx("block", className)}>
      <path className="fill-brand" d={MARK} transform={isArabic ? "translate(175.4) scale(-1 1)" : undefined} />
      <path
        fill="currentColor"
        d={isArabic ? NAME_AR : NAME_EN}
        transform={isArabic ? "translate(0 36.2) scale(0.046)" : "translate(57 37.6) scale(0.04)"}
      />
    </svg>
  );
}

/** For whole pages that take longer than 400 ms: feathers appear back to front, 90 ms apart, then fold. Says so to screen readers. */
export function Loader({ className = "min-h-dvh" }: { className?: string }) {
  const { t } = useTranslation();
  return (
    <div role="status" className={`grid place-items-center text-brand ${className}`}>
      <span className="sr-only">{t("loading")}</span>
      <svg viewBox="0 0 48 48" fill="currentColor" aria-hidden="true" className="loader flip size-12">
        {MARK_PIECES.map((piece, index) => (
          <path key={piece} d={piece} style={{ animationDelay: `${400 + (MARK_PIECES.length - index) * 90}ms` }} />
        ))}
      </svg>
    </div>
  );
}
