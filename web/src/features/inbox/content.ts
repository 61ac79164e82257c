import * as z from "zod/mini";
import type { Message } from "@/api/models";
import { readThing, type ThingContent } from "./things";

export const FILE_KINDS = ["image", "video", "audio", "document", "sticker"] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const text = z.string();
const choice = z.looseObject({ id: text, title: text });
const row = z.looseObject({ id: text, title: text, description: z.nullish(text) });

const bilingual = z.object({ en: text, ar: text });

const readers = {
  text: z.looseObject({ body: text, preview: z.nullish(z.boolean()) }),
  buttons: z.looseObject({ body: text, header: z.nullish(text), footer: z.nullish(text), buttons: z.array(choice) }),
  list: z.looseObject({ body: text, button: text, header: z.nullish(text), footer: z.nullish(text), sections: z.array(z.looseObject({ title: z.nullish(text), rows: z.array(row) })) }),
  button_reply: z.looseObject({ id: text, title: text }),
  list_reply: row,
  file: z.looseObject({
    file_id: z.nullish(text),
    state: z.enum(["pending", "stored", "failed", "deleted"]),
    caption: z.nullish(text),
    filename: z.nullish(text),
    name: z.nullish(text),
    voice: z.nullish(z.boolean()),
    url: z.nullish(text),
    download_url: z.nullish(text),
    thumbnail_url: z.nullish(text),
    mime_type: z.nullish(text),
    size: z.nullish(z.number()),
    width: z.nullish(z.number()),
    height: z.nullish(z.number()),
    duration_ms: z.nullish(z.number()),
    failure: z.nullish(z.looseObject({ code: text, title: bilingual, text: bilingual, can_retry: z.boolean() })),
    more: z.nullish(z.array(z.unknown())),
  }),
  location: z.looseObject({ latitude: z.number(), longitude: z.number(), name: z.nullish(text), address: z.nullish(text) }),
  unsupported: z.looseObject({ type: z.nullish(text), of: z.nullish(text), raw: z.unknown() }),
};
const fileKind = z.looseObject({ type: z.enum(FILE_KINDS) });

export type Choice = { id: string; title: string; description?: string | null | undefined };

export type FileFailure = { code: string; title: Bilingual; text: Bilingual; can_retry: boolean };
type Bilingual = { en: string; ar: string };

/** A file: as what it was sent, and where it is. While it is `pending` with a `failure`, it is tried again by itself. */
export type FileContent = {
  kind: "file";
  as: FileKind;
  id: string | null;
  state: "pending" | "stored" | "failed" | "deleted";
  caption: string | null;
  name: string | null;
  isVoice: boolean;
  url: string | null;
  downloadUrl: string | null;
  thumbnailUrl: string | null;
  mimeType: string | null;
  size: number | null;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  failure: FileFailure | null;
  /** Further files of the same message. */
  more: FileContent[];
};

/** What a message says, ready to draw. */
export type Content =
  | { kind: "text"; body: string; hasPreview: boolean }
  | { kind: "buttons"; body: string; header: string | null; footer: string | null; choices: Choice[] }
  | { kind: "list"; body: string; header: string | null; footer: string | null; button: string; sections: { title: string | null; choices: Choice[] }[] }
  | { kind: "reply"; from: "button" | "list"; id: string; title: string; description: string | null }
  | FileContent
  | { kind: "location"; latitude: number; longitude: number; name: string | null; address: string | null }
  | ThingContent
  | { kind: "unsupported"; type: string; of: string | null; raw: unknown };

/** Reads a message's content by its type. What does not fit its own type is shown as unsupported, with all that came. */
export function readContent({ type, content }: Pick<Message, "type" | "content">): Content {
  const asItCame: Content = { kind: "unsupported", type, of: null, raw: content };
  switch (type) {
    case "text": {
      const read = readers.text.safeParse(content);
      return read.success ? { kind: "text", body: read.data.body, hasPreview: read.data.preview === true } : asItCame;
    }
    case "buttons": {
      const read = readers.buttons.safeParse(content);
      if (!read.success) return asItCame;
      const { body, header, footer, buttons } = read.data;
      return { kind: "buttons", body, header: header ?? null, footer: footer ?? null, choices: buttons };
    }
    case "list": {
      const read = readers.list.safeParse(content);
      if (!read.success) return asItCame;
      const { body, header, footer, button, sections } = read.data;
      return { kind: "list", body, header: header ?? null, footer: footer ?? null, button, sections: sections.map(({ title, rows }) => ({ title: title ?? null, choices: rows })) };
    }
    case "button_reply": {
      const read = readers.button_reply.safeParse(content);
      return read.success ? { kind: "reply", from: "button", id: read.data.id, title: read.data.title, description: null } : asItCame;
    }
    case "list_reply": {
      const read = readers.list_reply.safeParse(content);
      return read.success ? { kind: "reply", from: "list", id: read.data.id, title: read.data.title, description: read.data.description ?? null } : asItCame;
    }
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker": {
      const read = readers.file.safeParse(content);
      return read.success ? readFile(type, read.data) : asItCame;
    }
    case "location": {
      const read = readers.location.safeParse(content);
      if (!read.success) return asItCame;
      const { latitude, longitude, name, address } = read.data;
      return { kind: "location", latitude, longitude, name: name ?? null, address: address ?? null };
    }
    case "form_reply":
    case "address":
    case "call_permission":
    case "contacts":
    case "order":
    case "call":
    case "system":
      return readThing(type, content) ?? asItCame;
    case "unsupported": {
      const read = readers.unsupported.safeParse(content);
      return read.success ? { kind: "unsupported", type: read.data.type ?? "?", of: read.data.of ?? null, raw: read.data.raw } : asItCame;
    }
  }
}

function readFile(as: FileKind, file: z.infer<typeof readers.file>): FileContent {
  return {
    kind: "file",
    as,
    id: file.file_id ?? null,
    state: file.state,
    caption: file.caption ?? null,
    name: file.filename ?? file.name ?? null,
    isVoice: file.voice ?? false,
    url: file.url ?? null,
    downloadUrl: file.download_url ?? null,
    thumbnailUrl: file.thumbnail_url ?? null,
    mimeType: file.mime_type ?? null,
    size: file.size ?? null,
    width: file.width ?? null,
    height: file.height ?? null,
    durationMs: file.duration_ms ?? null,
    failure: file.failure ?? null,
    more: (file.more ?? []).flatMap((further) => {
      const [kind, read] = [fileKind.safeParse(further), readers.file.safeParse(further)];
      return kind.success && read.success ? [readFile(kind.data.type, read.data)] : [];
    }),
  };
}
