import { Mic, Paperclip } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components";
import type { Attaching } from "./useAttachment";
import type { Recorder } from "./useRecorder";

/** The ways to add something that is no text: a file from this machine, or a recording where the browser makes one that WhatsApp takes. */
export function AttachTools({ attaching, recorder, className }: { attaching: Attaching; recorder: Recorder; className?: string }) {
  const { t } = useTranslation("inbox");
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={className}>
      <IconButton icon={Paperclip} label={t("attach.file")} onClick={() => input.current?.click()} className="max-pane:size-11 [&>svg]:size-[18px]" />
      <input
        ref={input}
        type="file"
        tabIndex={-1}
        aria-label={t("attach.file")}
        className="hidden"
        onChange={(event) => {
          attaching.attach([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      {recorder.isSupported && !attaching.attachment && <IconButton icon={Mic} label={t("attach.record")} onClick={recorder.start} className="max-pane:size-11 [&>svg]:size-[18px]" />}
    </div>
  );
}
