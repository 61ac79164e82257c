/** What has been written and not sent survives a reload of this tab, and belongs to one user: the place names both. */
const PREFIX = "hoopoe.draft.";

export function readDraft(place: string): string {
  try {
    return sessionStorage.getItem(PREFIX + place) ?? "";
  } catch {
    return ""; // storage may be switched off; the field itself still holds the text
  }
}

/** What was written in a conversation that another one took up goes on there, behind what was written there. */
export function moveDraft(from: string, to: string): void {
  const text = [readDraft(to), readDraft(from)].filter(Boolean).join("\n");
  if (text) keepDraft(to, text);
  keepDraft(from, "");
}

export function keepDraft(place: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(PREFIX + place, text);
    else sessionStorage.removeItem(PREFIX + place);
  } catch {
    return;
  }
}
