/** How long a text is as WhatsApp counts: by characters and not by code units, without what `{{ }}` will bring. */
export function countFixed(text: string): number {
  return [...text.replaceAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/gu, "")].length;
}
