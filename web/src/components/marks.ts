/**
 * WhatsApp's way of marking text: *bold*, _italic_, ~struck~, ```code``` and `code`. A mark opens at the beginning of
 * a word and closes at the end of one, on the same line; anything else stays as it was typed.
 */
export type Mark = "plain" | "bold" | "italic" | "struck" | "code";
export type Run = { mark: Mark; text: string };

const MARKED = /```([\s\S]+?)```|(?<![\p{L}\p{N}*_~`])([*_~`])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])/gu;
const MARKS: Record<string, Mark> = { "*": "bold", _: "italic", "~": "struck", "`": "code" };

export function readMarks(text: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > at) runs.push({ mark: "plain", text: text.slice(at, match.index) });
    const [whole, block, sign = "", inner = ""] = match;
    runs.push(block === undefined ? { mark: MARKS[sign] ?? "plain", text: inner } : { mark: "code", text: block });
    at = match.index + whole.length;
  }
  if (at < text.length) runs.push({ mark: "plain", text: text.slice(at) });
  return runs;
}
