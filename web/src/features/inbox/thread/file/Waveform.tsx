import { cx } from "@/components";

const LEAST = 12;

/** A voice note as bars, those that were heard in ink. Drawn only: the slider above it is what is moved. Runs left to right in every language. */
export function Waveform({ peaks, heard }: { peaks: readonly number[]; heard: number }) {
  return (
    <span aria-hidden="true" data-waveform className="pointer-events-none absolute inset-0 flex items-center gap-0.5">
      {peaks.map((peak, bar) => (
        <span key={bar} style={{ height: `${Math.max(LEAST, Math.round(peak * 100))}%` }} className={cx("min-w-0 flex-1 rounded-full", bar / peaks.length < heard ? "bg-ink" : "bg-ink-3/60")} />
      ))}
    </span>
  );
}
