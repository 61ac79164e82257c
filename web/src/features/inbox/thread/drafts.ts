/** What has been written and not sent survives a reload of this tab, and belongs to one user: the place names both. */
const PREFIX = "hoopoe.draft.";

export function readDraft(place: string): string {
  try {
    return sessionStorage.getItem(PREFIX + place) ?? "";
  } catch {
    return ""; // storage may be switched off; the field itself still holds the text
  }
}

export function keepDraft(place: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(PREFIX + place, text);
    else sessionStorage.removeItem(PREFIX + place);
  } catch {
    return;
  }
}
