import { Download, FileArchive, FileAudio, FileImage, FileSpreadsheet, FileText, FileVideo } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FilePartProps } from "./FileBody";
import { useFileWords } from "./useFileWords";

/** A file to be saved: its name, its kind, its size. */
export function DocumentBody({ content }: FilePartProps) {
  const { t } = useTranslation("inbox");
  const words = useFileWords();
  const name = content.name ?? t(`file.kind.${content.as}`);
  const ending = name.includes(".") ? name.split(".").at(-1)?.toUpperCase() : undefined;
  return (
    <a href={content.downloadUrl ?? undefined} download className="-mx-1 flex w-60 max-w-full items-center gap-2.5 rounded-md p-1 hover:bg-hover">
      <span className="grid size-10 flex-none place-items-center rounded-md bg-line text-ink-2">
        <KindIcon mimeType={content.mimeType ?? ""} />
      </span>
      <span className="min-w-0 grow">
        <span className="block text-13 font-medium break-words">
          <bdi>{name}</bdi>
        </span>
        <span className="tabular-nums block text-12 text-ink-2">
          {ending && ending.length <= 5 && (
            <>
              <bdi>{ending}</bdi>
              {content.size !== null && " · "}
            </>
          )}
          {content.size !== null && <bdi>{words.size(content.size)}</bdi>}
        </span>
      </span>
      <Download aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-2" />
      <span className="sr-only">{t("file.download")}</span>
    </a>
  );
}

function KindIcon({ mimeType }: { mimeType: string }) {
  const look = { "aria-hidden": true, strokeWidth: 1.75, className: "size-[18px]" } as const;
  if (mimeType.startsWith("image/")) return <FileImage {...look} />;
  if (mimeType.startsWith("video/")) return <FileVideo {...look} />;
  if (mimeType.startsWith("audio/")) return <FileAudio {...look} />;
  if (/sheet|excel|csv/u.test(mimeType)) return <FileSpreadsheet {...look} />;
  return /zip/u.test(mimeType) ? <FileArchive {...look} /> : <FileText {...look} />;
}
