import type { FileKind } from "../content";

export const MB = 1024 * 1024;

/** WhatsApp's limits, as channels/capabilities.py has them; the server checks every file again. */
const TYPES: Record<"image" | "video" | "audio", readonly string[]> = {
  image: ["image/jpeg", "image/png"],
  video: ["video/mp4", "video/3gpp"],
  audio: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
};
const MOST = { image: 5 * MB, video: 16 * MB, audio: 16 * MB };
const MOST_DOCUMENT = { meta: 100 * MB, twilio: 16 * MB };

export type Provider = keyof typeof MOST_DOCUMENT;
export type Plan = { as: FileKind } | { fault: "empty" } | { fault: "large"; most: number; canShrink: boolean };

/** As what a file of this type and size can be sent; or why it cannot, and whether a smaller copy of it could. */
export function planFile({ type, size }: { type: string; size: number }, provider: Provider): Plan {
  if (size === 0) return { fault: "empty" };
  const plain = type.split(";")[0] ?? "";
  const kind = (["image", "video", "audio"] as const).find((one) => TYPES[one].includes(plain));
  if (kind && size <= MOST[kind]) return { as: kind };
  if (kind === "image") return { fault: "large", most: MOST.image, canShrink: true };
  const most = MOST_DOCUMENT[provider];
  if (size <= most) return { as: "document" };
  return { fault: "large", most: kind ? Math.max(MOST[kind], provider === "meta" ? most : 0) : most, canShrink: false };
}

/** Pictures that a browser can draw, and WhatsApp does not carry: they are sent as JPEG. */
export function mustConvert(type: string): boolean {
  return /^image\/(webp|gif|bmp|avif|heic|heif|tiff)$/u.test(type);
}
