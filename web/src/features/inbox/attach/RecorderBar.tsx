import { Check, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components";
import { clockOf } from "../thread/file/useFileWords";
import type { Recorder } from "./useRecorder";

/** While something is recorded it stands in place of the field: how long it is, the way to keep it and the way to drop it. */
export function RecorderBar({ recorder }: { recorder: Recorder }) {
  const { t } = useTranslation("inbox");
  return (
    <div className="flex min-h-14 items-center gap-3 px-3 py-2">
      <IconButton icon={Trash2} label={t("attach.drop")} onClick={recorder.cancel} className="max-pane:size-11" />
      <span aria-hidden="true" className="size-2.5 flex-none rounded-full bg-danger-solid motion-safe:animate-pulse" />
      <p role="status" className="grow text-13">
        {t("attach.recording")} <span className="num font-medium">{clockOf(recorder.seconds ?? 0)}</span>
      </p>
      <Button icon={Check} variant="primary" onClick={recorder.stop}>
        {t("attach.stop")}
      </Button>
    </div>
  );
}
