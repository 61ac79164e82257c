/** Calling codes of one and two digits (ITU-T E.164); all others have three. */
const SHORT_CODES = new Set(
  "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98".split(" "),
);
const SHAPES: Record<number, readonly number[]> = { 7: [3, 4], 8: [4, 4], 9: [2, 3, 4], 10: [3, 3, 4], 11: [2, 5, 4] };

/** "+966500000142" → "+966", "50", "000", "0142": groups as people read a number. What is no international number stays whole. */
export function groupsOfPhone(number: string): string[] {
  const digits = /^\+(\d{7,15})$/u.exec(number)?.[1];
  if (!digits) return [number];
  const length = [1, 2].find((size) => SHORT_CODES.has(digits.slice(0, size))) ?? 3;
  const shape = SHAPES[digits.length - length] ?? [];
  const groups = [`+${digits.slice(0, length)}`];
  let at = length;
  for (const size of shape) {
    groups.push(digits.slice(at, at + size));
    at += size;
  }
  return at < digits.length ? [...groups, digits.slice(at)] : groups;
}
