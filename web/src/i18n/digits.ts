const ZEROS = ["٠".codePointAt(0) ?? 0, "۰".codePointAt(0) ?? 0];
// As people write numbers: no hexadecimal, no powers.
const WRITTEN = /^[+-]?(?:\d+\.?\d*|\.\d+)$/u;
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
  const number = WRITTEN.test(folded) ? Number(folded) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
