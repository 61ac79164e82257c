const ZEROS = ["٠".codePointAt(0) ?? 0, "۰".codePointAt(0) ?? 0];
const DIGITS = /[٠-٩۰-۹]/gu;

/** A number as it is typed, in the digits and marks that a machine reads: ١٬٢٥٠٫٥ becomes 1250.5. Other text stays as it is. */
export function foldNumber(text: string): string {
  return text
    .replace(DIGITS, (digit) => {
      const point = digit.codePointAt(0) ?? 0;
      return String(point - (ZEROS.toReversed().find((zero) => zero <= point) ?? 0));
    })
    .replaceAll("٫", ".")
    .replaceAll("٬", "")
    .replaceAll("\u2212", "-")
    .replace(/[\u200e\u200f\u061c]/gu, "");
}

/** What was typed as a number, in the digits of any keyboard; null for what is none. */
export function readNumber(text: string): number | null {
  const folded = foldNumber(text).trim();
  const number = Number(folded);
  return folded !== "" && Number.isFinite(number) ? number : null;
}
