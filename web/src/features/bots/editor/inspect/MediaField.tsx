import { Paperclip, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { uploadFile } from "@/api";
import { Button, IconButton } from "@/components";
import { useErrorWords } from "@/i18n/useErrorWords";
import type { Json } from "../model/doc";

type MediaFieldProps = { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void };

/** A file of the workspace: taken from this device, kept once, and sent from there. */
export function MediaField({ label, value, onChange }: MediaFieldProps) {
  const { t } = useTranslation("editor");
  const { reasonOf } = useErrorWords();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<{ name: string; isBusy: boolean; error: unknown }>({ name: "", isBusy: false, error: null });
  const upload = async (file: File) => {
    setState({ name: file.name, isBusy: true, error: null });
    try {
      const kept = await uploadFile({ file, name: file.name });
      onChange(kept.id);
      setState({ name: file.name, isBusy: false, error: null });
    } catch (error) {
      setState({ name: "", isBusy: false, error });
    }
  };
  const hasFile = typeof value === "string" && value !== "";
  return (
    <div>
      <div className="flex items-center gap-2">
        <input
          ref={input}
          type="file"
          aria-label={label}
          className="sr-only"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) void upload(file);
            event.target.value = "";
          }}
        />
        <Button size="sm" icon={Paperclip} isBusy={state.isBusy} onClick={() => input.current?.click()}>
          {hasFile ? t("file.another") : t("file.choose")}
        </Button>
        {hasFile && <bdi className="cut grow text-12 text-ink-2">{state.name || t("file.chosen")}</bdi>}
        {hasFile && <IconButton size="sm" icon={X} label={t("remove")} onClick={() => onChange(undefined)} />}
      </div>
      {state.error !== null && (
        <p role="alert" className="mt-1 text-12 text-danger">
          {reasonOf(state.error)}
        </p>
      )}
    </div>
  );
}
