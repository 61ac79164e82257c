import { Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { buttonClass, Empty, ErrorState } from "@/components";

const RETRY_MS = 5_000;

/** The whole page cannot be shown, because not even the session could be asked for. */
export function PageError({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-dvh">
      <h1 className="sr-only">{t("brand")}</h1>
      <PartError error={error} />
    </main>
  );
}

/** A page inside its frame that cannot be shown: what it means for messages, and a way to try again. While nobody answers it tries by itself. */
export function PartError({ error }: { error: unknown }) {
  const { t } = useTranslation(["common", "workspace"]);
  const router = useRouter();
  const isOffline = error instanceof ApiError && error.code === "offline";
  useEffect(() => {
    if (!isOffline) return;
    const retry = () => void router.invalidate();
    const timer = setInterval(retry, RETRY_MS);
    addEventListener("online", retry);
    return () => {
      clearInterval(timer);
      removeEventListener("online", retry);
    };
  }, [isOffline, router]);
  return (
    <div className="mx-auto grid w-full max-w-[472px] grow content-center px-4">
      <ErrorState
        title={isOffline ? t("workspace:startFailed.title") : t("error.page")}
        text={isOffline ? t("workspace:startFailed.text") : t("error.pageText")}
        error={error}
        action={{ label: t("tryAgain"), onPress: () => void router.invalidate() }}
      />
    </div>
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
