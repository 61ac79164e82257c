import { Unplug } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConnectionState } from "@/realtime/socket";

/** Most breaks are over before anybody has to know of them. */
const SHOW_AFTER_MS = 1_500;

/** A calm line over the page while the live connection is away; silent otherwise. */
export function ConnectionLine({ state }: { state: ConnectionState }) {
  const { t } = useTranslation("workspace");
  const isAway = state === "waiting";
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(isAway), isAway ? SHOW_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [isAway]);
  return (
    <div role="status">
      {isShown && (
        <p className="animate-fade flex items-center gap-2 border-b border-line bg-warning-soft px-5 py-1.5 text-12 text-warning">
          <Unplug aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
          {t("connection.waiting")}
        </p>
      )}
    </div>
  );
}
