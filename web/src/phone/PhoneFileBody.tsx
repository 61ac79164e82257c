import { FileText } from "lucide-react";
import { usePhoneWords } from "./own";
import type { FileKind, PhoneFile } from "./world";

/** What a file looks like on the phone. */
export function PhoneFileBody({ kind, file }: { kind: FileKind; file: PhoneFile }) {
  const { t } = usePhoneWords();
  const source = file.id ? `/world/media/${encodeURIComponent(file.id)}` : undefined;
  const name = file.filename ?? t(`file.${kind}`);
  if (source && (kind === "image" || kind === "sticker")) return <img src={source} alt={file.caption ?? name} className={kind === "sticker" ? "mb-1 size-28 object-contain" : "mb-1 max-h-52 rounded-md"} />;
  if (source && kind === "video") return <video src={source} controls preload="metadata" aria-label={name} className="mb-1 max-h-52 w-full rounded-md" />;
  if (source && kind === "audio") return <audio src={source} controls preload="metadata" aria-label={file.voice ? t("file.voice") : name} className="mb-1 h-10 w-56 max-w-full" />;
  return (
    <a href={source ?? file.link} target="_blank" rel="noreferrer" className="mb-1 flex items-center gap-2 rounded-md bg-(--wa-paper) p-2 text-14 hover:underline">
      <FileText aria-hidden="true" strokeWidth={1.75} className="size-5 flex-none" />
      <bdi className="min-w-0 break-words">{name}</bdi>
    </a>
  );
}
