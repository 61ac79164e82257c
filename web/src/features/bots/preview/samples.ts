import type { PreviewSetting, Simulated, SpokenMessage } from "@/api/models";

/** What tests of the preview play with. */
export const NOW = "2026-03-01T09:00:00Z";
export const SETTING: PreviewSetting = { starts_at: NOW, timezone: "Asia/Riyadh", provider: "meta", contact: { name: "Sara", phone: "966500000000", fields: {}, tags: [] } };

export const spoken = (type: string, content: Record<string, unknown>, change: Partial<SpokenMessage> = {}): SpokenMessage => ({
  type,
  content: content as never,
  node_id: "answer",
  at: NOW,
  is_refused: false,
  fitting: null,
  error: null,
  ...change,
});

export const after = (said: SpokenMessage[], traces: Record<string, unknown>[] = [], change: Partial<Simulated> = {}): Simulated => ({
  acts: [{ spoken: said, traces: traces as never, crashes: [], changes: [], performed: null }],
  state: { said: said.length } as never,
  now: NOW,
  mode: "bot",
  is_window_open: true,
  window_expires_at: "2026-03-02T09:00:00Z",
  wait: null,
  variables: {},
  conversation: {},
  language: null,
  refuses: null,
  ...change,
});
