import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { buttonClass, Empty, ErrorState } from "@/components";

/** A page that cannot be shown: what it means for messages, and a way to try again. */
export function PageError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation(["common", "workspace"]);
  const isOffline = error instanceof ApiError && error.code === "offline";
  return (
    <main className="mx-auto grid min-h-dvh max-w-[440px] content-center px-4">
      <h1 className="sr-only">{t("brand")}</h1>
      <ErrorState
        title={isOffline ? t("workspace:startFailed.title") : t("error.page")}
        text={isOffline ? t("workspace:startFailed.text") : t("error.pageText")}
        error={error}
        action={{ label: t("tryAgain"), onPress: onRetry }}
      />
    </main>
  );
}

export function PageMissing() {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-dvh content-center">
      <h1 className="sr-only">{t("brand")}</h1>
      <Empty
        title={t("error.notFound")}
        text={t("error.notFoundText")}
        action={
          <Link to="/inbox" className={buttonClass({ variant: "primary" })}>
            {t("error.toInbox")}
          </Link>
        }
      />
    </main>
  );
}
