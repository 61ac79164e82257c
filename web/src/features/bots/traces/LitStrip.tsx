import { Link } from "@tanstack/react-router";
import { Route } from "lucide-react";
import { useTranslation } from "react-i18next";

/** Above the drawing: that a way is lit in it, and how to see the flow without. */
export function LitStrip() {
  const { t } = useTranslation("insight");
  return (
    <p role="status" className="flex flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-success-soft px-4 py-1.5 text-13 text-success">
      <Route aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
      <span className="grow">{t("lit.strip")}</span>
      <Link from="/flows/$botId" to="." search={(last) => ({ ...last, path: undefined })} replace className="font-medium underline underline-offset-2 pointer-coarse:py-2">
        {t("lit.clear")}
      </Link>
    </p>
  );
}
