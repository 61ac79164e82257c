import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "./cx";

const SHOW_AFTER_MS = 150;

/** A grey shape of what is coming: a line of text by default, `solid` for anything whose class gives height and corners. */
export function Bone({ solid = false, className }: { solid?: boolean; className?: string }) {
  return <span className={cx("block bg-line", !solid && "h-2.5 rounded-[5px]", className)} />;
}

/** Shows its bones only after 150 ms, so that a fast answer does not flicker; tells screen readers at once. */
export function Skeleton({ children, className }: { children: ReactNode; className?: string }) {
  const { t } = useTranslation();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className={className}>
      <span className="sr-only">{t("loading")}</span>
      {isLate && (
        <div aria-hidden="true" className="animate-fade">
          {children}
        </div>
      )}
    </div>
  );
}

/** Rows of a person and two lines, as in every list of ours. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <Skeleton>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-3 px-[10px] py-[13px]">
          <Bone solid className="size-9 flex-none rounded-full" />
          <div className="grid grow gap-2">
            <Bone className={row % 2 ? "w-3/5" : "w-2/5"} />
            <Bone className={row % 3 ? "w-4/5" : "w-2/3"} />
          </div>
        </div>
      ))}
    </Skeleton>
  );
}
