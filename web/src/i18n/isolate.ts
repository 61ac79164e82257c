const RIGHT_TO_LEFT = /\p{Script=Arabic}|\p{Script=Hebrew}/u;
const LEFT_TO_RIGHT = /\p{Script=Latin}|^\+?\d[\d\s-]{5,}$/u;

/**
 * A value of the other direction, wrapped in Unicode isolates, so that an English name does not turn an Arabic sentence around, nor the
 * other way about. A value of the sentence's own direction stays as it is.
 */
export function isolateForeign(value: string, language: string): string {
  const foreign = language === "ar" ? LEFT_TO_RIGHT : RIGHT_TO_LEFT;
  return foreign.test(value) ? `\u2068${value}\u2069` : value;
}
