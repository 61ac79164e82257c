import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { uploadFile } from "@/api";
import type { MediaFile } from "@/api/models";
import { useErrorWords } from "@/i18n/useErrorWords";
import type { FileKind } from "../content";
import { useFileWords } from "../thread/file/useFileWords";
import { mustConvert, planFile, type Provider } from "./limits";
import { shrinkPicture } from "./shrink";

export type Attachment = {
  source: File;
  as: FileKind;
  isVoice: boolean;
  /** Where the browser itself has the picture or the recording, for looking at it before it is sent. */
  preview: string | null;
  /** The part that has left, 0 to 1. */
  progress: number;
  /** What the server keeps, once it is there. */
  file: MediaFile | null;
  fault: string | null;
  canShrink: boolean;
};

export type Attaching = {
  attachment: Attachment | null;
  attach: (files: readonly File[], options?: { isVoice?: boolean }) => void;
  remove: () => void;
  shrink: () => void;
  retry: () => void;
  /** Takes the file out of the composer without forgetting it, and puts it back when sending came to nothing. */
  take: () => Attachment | null;
  putBack: (attachment: Attachment) => void;
};

/** One file beside the reply: looked at, uploaded while the words are written, taken away again. */
export function useAttachment(provider: Provider, { onFault, onReady }: { onFault: (words: string) => void; onReady: (attachment: Attachment) => void }): Attaching {
  const { t } = useTranslation("inbox");
  const { reasonOf } = useErrorWords();
  const words = useFileWords();
  const [attachment, setAttachment] = useState<Attachment | null>(null);
  const leaving = useRef<AbortController | null>(null);
  const current = useRef<Attachment | null>(null);

  const show = (next: Attachment | null) => {
    if (current.current?.preview && current.current.preview !== next?.preview) URL.revokeObjectURL(current.current.preview);
    current.current = next;
    setAttachment(next);
  };
  const change = (source: File, changes: Partial<Attachment>) => {
    if (current.current?.source === source) show({ ...current.current, ...changes });
  };
  useEffect(
    () => () => {
      leaving.current?.abort();
      if (current.current?.preview) URL.revokeObjectURL(current.current.preview);
    },
    [],
  );

  const upload = async (given: Attachment) => {
    leaving.current?.abort();
    const controller = new AbortController();
    leaving.current = controller;
    const { source, isVoice } = given;
    try {
      const file = await uploadFile({ file: source, name: source.name, isVoice, signal: controller.signal, onProgress: (progress) => change(source, { progress }) });
      const ready = { ...given, file, progress: 1, as: kindOf(file, given) };
      if (current.current?.source !== source) return;
      show(ready);
      onReady(ready);
    } catch (error) {
      if (!controller.signal.aborted) change(source, { fault: t("attach.failed", { reason: reasonOf(error) }) });
    }
  };

  const begin = (source: File, isVoice: boolean) => {
    const plan = planFile(source, provider);
    const family = source.type.split("/")[0];
    const preview = family === "image" || family === "audio" ? URL.createObjectURL(source) : null;
    const given: Attachment = { source, as: isVoice ? "audio" : "as" in plan ? plan.as : "document", isVoice, preview, progress: 0, file: null, fault: null, canShrink: false };
    if ("fault" in plan) {
      const fault = plan.fault === "empty" ? t("attach.empty") : t(family === "image" ? "attach.largePhoto" : "attach.large", { size: words.size(source.size), most: words.size(plan.most) });
      return show({ ...given, fault, canShrink: plan.fault === "large" && plan.canShrink });
    }
    show(given);
    void upload(given);
  };

  const attach: Attaching["attach"] = (files, { isVoice = false } = {}) => {
    const [source] = files;
    if (!source) return;
    if (files.length > 1) onFault(t("attach.one"));
    if (!mustConvert(source.type)) return begin(source, isVoice);
    void shrinkPicture(source).then((smaller) => begin(smaller ?? source, isVoice));
  };

  const remove = () => {
    leaving.current?.abort();
    show(null);
  };

  const shrink = () => {
    const source = current.current?.source;
    if (!source) return;
    void shrinkPicture(source).then((smaller) => (smaller ? begin(smaller, false) : change(source, { fault: t("attach.notShrunk"), canShrink: false })));
  };

  const retry = () => {
    const given = current.current;
    if (!given) return;
    const fresh = { ...given, fault: null, progress: 0 };
    show(fresh);
    void upload(fresh);
  };

  const take = () => {
    const taken = current.current;
    // Its preview stays good until it was sent: it may come back.
    current.current = null;
    setAttachment(null);
    return taken;
  };

  return { attachment, attach, remove, shrink, retry, take, putBack: show };
}

/** The bytes decide: a film without pictures is sound, a document that is a photo stays a document. */
function kindOf(file: MediaFile, given: Attachment): FileKind {
  if (given.as === "document" || !file.kind) return given.as;
  return file.kind;
}
