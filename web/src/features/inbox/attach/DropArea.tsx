import { Paperclip } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

type DropAreaProps = { label: string | undefined; onFiles: ((files: File[]) => void) | null; children: ReactNode };

/** A thread that takes files that are dragged onto it. `onFiles` null: nothing can be sent at the moment, and nothing is taken. */
export function DropArea({ label, onFiles, children }: DropAreaProps) {
  const { t } = useTranslation("inbox");
  const [isOver, setOver] = useState(false);
  // Entering a child comes before leaving its parent.
  const depth = useRef(0);
  const hasFiles = (event: DragEvent) => onFiles !== null && event.dataTransfer.types.includes("Files");
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    <section
      aria-label={label}
      className="relative flex min-w-0 grow flex-col bg-surface"
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        leave();
        onFiles?.([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-10 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-[color-mix(in_oklab,var(--surface)_88%,transparent)]">
          <p className="flex items-center gap-2 text-16 font-medium">
            <Paperclip aria-hidden="true" strokeWidth={1.75} className="size-5" />
            {t("attach.dropHere")}
          </p>
        </div>
      )}
    </section>
  );
}
