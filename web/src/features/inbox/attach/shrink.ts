import { MB } from "./limits";

const LONGEST_SIDE = 2560;
const MOST = 5 * MB;
const QUALITIES = [0.88, 0.75, 0.6, 0.45];

/** A JPEG of a picture that WhatsApp takes, upright and on white; null where the browser cannot draw it. */
export async function shrinkPicture(file: File): Promise<File | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (blob && blob.size <= MOST) return new File([blob], `${file.name.replace(/\.[^.]*$/u, "")}.jpg`, { type: "image/jpeg" });
  }
  return null;
}
