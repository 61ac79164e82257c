export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

export type Strength = "weak" | "fair" | "strong";

/**
 * How hard a password is to guess, from its length and variety alone; null for an empty one. Length counts most: a sentence beats symbols.
 * It advises; only the length is enforced.
 */
export function strengthOf(password: string): Strength | null {
  const letters = [...password];
  if (!letters.length) return null;
  if (letters.length < PASSWORD_MIN || new Set(letters).size < 5) return "weak";
  const kinds = [/\p{Ll}|\p{Lo}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  return letters.length + (kinds - 1) * 3 >= 17 ? "strong" : "fair";
}

/** What is wrong with a new password, as a key of auth.json; null when it can be used. */
export function newPasswordFault(password: string): "fault.passwordShort" | "fault.passwordLong" | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return "fault.passwordShort";
  return length > PASSWORD_MAX ? "fault.passwordLong" : null;
}
