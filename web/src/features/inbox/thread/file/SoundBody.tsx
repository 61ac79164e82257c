import { Download, Mic, Pause, Play } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "@/components";
import type { FilePartProps } from "./FileBody";
import { useFreshAddress } from "./useFreshAddress";
import { clockOf } from "./useFileWords";
import { usePeaks } from "./usePeaks";
import { Waveform } from "./Waveform";

/** A recording or another sound. Players run left to right in every language. */
export function SoundBody({ content, conversationId }: FilePartProps) {
  const { t } = useTranslation("inbox");
  const refresh = useFreshAddress(conversationId);
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(content.durationMs === null ? null : content.durationMs / 1000);
  const name = content.isVoice ? t("file.kind.voice") : (content.name ?? t("file.kind.audio"));

  const peaks = usePeaks(content, content.isVoice && content.state === "stored");

  const toggle = () => {
    const player = audio.current;
    if (!player) return;
    if (player.paused) void player.play().catch(() => setPlaying(false));
    else player.pause();
  };
  const Icon = isPlaying ? Pause : Play;
  return (
    <div dir="ltr" className="flex w-[260px] max-w-full items-center gap-2.5">
      <audio
        ref={audio}
        src={content.url ?? undefined}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)}
        onError={() => refresh(content.url)}
      />
      <button
        type="button"
        onClick={toggle}
        aria-label={t(isPlaying ? "file.pause" : "file.play", { name })}
        className="grid size-9 flex-none place-items-center rounded-full bg-primary text-on-primary hover:bg-primary-hover pointer-coarse:size-11"
      >
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-4" />
      </button>
      <div className="min-w-0 grow">
        {!content.isVoice && (
          <p dir="auto" className="cut text-13 font-medium">
            {name}
          </p>
        )}
        <div className="relative h-6 rounded-sm outline-offset-2 outline-accent has-focus-visible:outline-2">
          {peaks && <Waveform peaks={peaks} heard={length ? at / length : 0} />}
          <input
            type="range"
            min={0}
            max={length ?? 1}
            step={0.1}
            value={Math.min(at, length ?? 1)}
            aria-label={t("file.place", { name })}
            aria-valuetext={clockOf(at)}
            onChange={(event) => {
              const place = Number(event.currentTarget.value);
              setAt(place);
              if (audio.current) audio.current.currentTime = place;
            }}
            className={cx("relative block h-6 w-full cursor-pointer accent-primary", peaks && "opacity-0")}
          />
        </div>
      </div>
      <span className="num flex flex-none items-center gap-1 text-12 text-ink-2">
        {content.isVoice && <Mic aria-hidden="true" strokeWidth={1.75} className="size-3.5" />}
        {length === null ? "–:––" : clockOf(isPlaying || at > 0 ? at : length)}
      </span>
      {!content.isVoice && (
        <a href={content.downloadUrl ?? undefined} download title={t("file.download")} aria-label={t("file.downloadName", { name })} className="grid size-7 flex-none place-items-center rounded-md text-ink-2 hover:bg-hover pointer-coarse:size-11">
          <Download aria-hidden="true" strokeWidth={1.75} className="size-4" />
        </a>
      )}
    </div>
  );
}
