import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** What WhatsApp takes is Opus in Ogg. Browsers record Opus in one wrapping or the other; the server changes the wrapping. */
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"];
const LONGEST_SECONDS = 15 * 60;

export type Recorder = { isSupported: boolean; seconds: number | null; start: () => void; stop: () => void; cancel: () => void };

/** Records a voice note. `seconds` is null while nothing is recorded. */
export function useRecorder(onRecorded: (file: File) => void, onFault: (words: string) => void): Recorder {
  const { t } = useTranslation("inbox");
  const [seconds, setSeconds] = useState<number | null>(null);
  const recorder = useRef<MediaRecorder | null>(null);
  const isKept = useRef(false);
  const type = typeof MediaRecorder === "undefined" ? undefined : TYPES.find((one) => MediaRecorder.isTypeSupported(one));

  const stop = () => {
    isKept.current = true;
    recorder.current?.stop();
  };
  const cancel = () => {
    isKept.current = false;
    recorder.current?.stop();
  };

  useEffect(() => cancel, []);
  const isRecording = seconds !== null;
  useEffect(() => {
    if (!isRecording) return;
    const tick = setInterval(() => setSeconds((now) => (now === null ? null : now + 1)), 1_000);
    return () => clearInterval(tick);
  }, [isRecording]);
  useEffect(() => {
    if (seconds !== null && seconds >= LONGEST_SECONDS) stop();
  }, [seconds]);

  const start = () => {
    if (!type || recorder.current) return;
    const begin = async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
      const made = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32_000 });
      const parts: Blob[] = [];
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        recorder.current = null;
        setSeconds(null);
        const plain = type.split(";")[0] ?? type;
        const ending = plain.endsWith("ogg") ? "ogg" : "webm";
        if (isKept.current && parts.some(({ size }) => size > 0)) onRecorded(new File(parts, `voice.${ending}`, { type: plain }));
      };
      recorder.current = made;
      isKept.current = false;
      made.start(1_000);
      setSeconds(0);
    };
    begin().catch((error: unknown) => {
      recorder.current = null;
      const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
      onFault(t(isRefused ? "attach.microphoneRefused" : "attach.noMicrophone"));
    });
  };

  return { isSupported: type !== undefined && Boolean(navigator.mediaDevices), seconds, start, stop, cancel };
}
