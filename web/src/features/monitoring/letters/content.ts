import type { DeadLetterDetails, SendMessage } from "@/api/models";

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a message that was to leave, where a person may change it. */
export function bodyOf(letter: DeadLetterDetails): string | null {
  const content = isObject(letter.payload) ? letter.payload["content"] : null;
  return letter.can_edit && isObject(content) && typeof content["body"] === "string" ? content["body"] : null;
}

/** The same message with another text, as the API takes it: buttons and rows stay what they were. */
export function withBody(letter: DeadLetterDetails, body: string): SendMessage | null {
  const content = isObject(letter.payload) ? letter.payload["content"] : null;
  if (!isObject(content)) return null;
  const { type, ...rest } = content;
  if (type !== "text" && type !== "buttons" && type !== "list") return null;
  return { type, [type]: { ...rest, body } } as unknown as SendMessage;
}
