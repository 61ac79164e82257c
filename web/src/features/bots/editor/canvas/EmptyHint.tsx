import { useTranslation } from "react-i18next";
import { Button, Kbd } from "@/components";
import { useEditor } from "../model/useEditor";

/** What to do with an empty canvas. */
export function EmptyHint() {
  const { t } = useTranslation("editor");
  const { add, isReadOnly } = useEditor();
  return (
    <div dir="auto" className="pointer-events-none absolute inset-0 grid place-items-center px-4 pb-24">
      <div className="pointer-events-auto grid max-w-[340px] justify-items-center gap-2 text-center">
        <h2 className="text-16">{t("empty.title")}</h2>
        <p className="text-13 text-ink-2">{t("empty.text")}</p>
        {!isReadOnly && (
          <>
            <Button variant="primary" onClick={() => add({ at: null })}>
              {t("empty.action")}
            </Button>
            <p className="text-12 text-ink-3 pointer-coarse:hidden">
              {t("empty.keys")} <Kbd>/</Kbd>
            </p>
          </>
        )}
      </div>
    </div>
  );
}
