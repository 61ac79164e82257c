/** The simulator's control API as this page reads it (docs/subsystems/simulator.md). Same origin. */
export type Person = { number: string | null; user_id: string; username: string | null; name: string; language: string; blocked: boolean; auto_read: boolean; threads: Thread[] };
export type Thread = { phone_number_id: string; unread: number; last_message: PhoneMessage | null; window_ends_at: string | null; is_window_open: boolean; is_typing: boolean };
export type Reply = { id: string; title: string; description?: string };
/** A file on the phone. One that came by a link to elsewhere has no id: nothing leaves this machine. */
export type PhoneFile = { id?: string; link?: string; caption?: string; filename?: string; voice?: boolean };
export type Card = { name?: { formatted_name: string; first_name?: string }; phones?: { phone: string; wa_id?: string; type?: string }[] };
export type PhoneMessage = {
  id: string;
  seq: number;
  direction: "in" | "out";
  type: string;
  status: string;
  at: string;
  text?: { body: string };
  context?: { id: string };
  image?: PhoneFile;
  video?: PhoneFile;
  audio?: PhoneFile;
  document?: PhoneFile;
  sticker?: PhoneFile;
  location?: { latitude: number; longitude: number; name?: string };
  contacts?: Card[];
  order?: { product_items: { product_retailer_id: string; quantity: number; item_price: number; currency: string }[]; text?: string };
  /** What the person put on it. */
  reaction_of_person?: string;
  edited?: boolean;
  deleted?: boolean;
  /** A template, filled in. */
  rendered?: { header?: string; body?: string; footer?: string };
  interactive?: {
    type: string;
    body?: { text: string };
    header?: { text?: string };
    footer?: { text: string };
    action?: { button?: string; buttons?: { reply: Reply }[]; sections?: { title?: string; rows: Reply[] }[] };
    button_reply?: Reply;
    list_reply?: Reply;
    nfm_reply?: { body: string };
  };
};
export type WireRow = {
  seq: number;
  at: number;
  direction: "to_app" | "from_app";
  kind: string;
  summary: string;
  status: number | null;
  ms: number | null;
  body: string;
  answer: string;
  signature: string | null;
  fault: string | null;
  error: string | null;
};
export type Fault = { kind: string; probability?: number; seconds?: number; code?: number; message_type?: string };
/** How something that follows the clock took the news of a move. */
export type ClockAnswer = { listeners: { url: string; ok: boolean; error: string | null }[] };
export type Channel = { provider: "meta" | "twilio"; name: string; number: string; phone_number_id: string; callback_url: string; is_subscribed: boolean };
export type World = {
  channels: Channel[];
  /** `time_zone` is where the phones are; null: where this page is. */
  clock: { now: string; offset_seconds: number; time_zone: string | null };
  faults: Fault[];
  counts: { in: number; out: number; refused: number };
  check: { ok: boolean; lost: number; doubled: number };
};

/** How a person is called in addresses: the number, or the user id of who hides it. */
export const keyOf = (person: Person): string => person.number ?? person.user_id;

/** Calls the simulator. Throws with its own sentence when it refuses, with the browser's when it does not answer. */
export async function call<Answer>(path: string, body?: unknown, method?: string): Promise<Answer> {
  const isForm = body instanceof FormData;
  const answer = await fetch(path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body), ...(!isForm && { headers: { "Content-Type": "application/json" } }) }),
  });
  const json = (await answer.json().catch(() => ({}))) as { error?: { message?: string } };
  if (!answer.ok) throw new Error(json.error?.message ?? `HTTP ${answer.status}`);
  return json as Answer;
}

/** What a message says in one line. */
export function lineOf(message: PhoneMessage | null): string {
  if (!message) return "";
  const { interactive } = message;
  return (
    message.text?.body ??
    interactive?.button_reply?.title ??
    interactive?.list_reply?.title ??
    interactive?.nfm_reply?.body ??
    interactive?.body?.text ??
    message.rendered?.body ??
    message.location?.name ??
    message.contacts?.[0]?.name?.formatted_name ??
    message.order?.text ??
    fileLineOf(message) ??
    (message.location ? "📍" : message.type)
  );
}

const SIGNS = { image: "📷", video: "🎬", audio: "🎤", document: "📄", sticker: "🖼️" } as const;
export type FileKind = keyof typeof SIGNS;
export const FILE_KINDS = Object.keys(SIGNS) as FileKind[];

/** The file of a message, and as what it is shown. */
export function fileOf(message: PhoneMessage): { kind: FileKind; file: PhoneFile } | null {
  const kind = FILE_KINDS.find((one) => message[one]);
  const file = kind && message[kind];
  return file ? { kind, file } : null;
}

function fileLineOf(message: PhoneMessage): string | undefined {
  const found = fileOf(message);
  return found ? (found.file.caption ?? `${SIGNS[found.kind]} ${found.file.filename ?? ""}`.trim()) : undefined;
}

/** As what a person would send a file of this type. */
export function kindOf(mimeType: string): FileKind {
  if (mimeType === "image/webp") return "sticker";
  const family = mimeType.split("/")[0] ?? "";
  return family === "image" || family === "video" || family === "audio" ? family : "document";
}

/** The words of an own message that can be edited: its text, or the words under its file. */
export function textOf(message: PhoneMessage): string {
  return message.text?.body ?? fileOf(message)?.file.caption ?? "";
}

const CAPTIONED: readonly FileKind[] = ["image", "video", "document"];

export function isEditable(message: PhoneMessage): boolean {
  const kind = fileOf(message)?.kind;
  return !message.deleted && (Boolean(message.text) || (kind !== undefined && CAPTIONED.includes(kind)));
}

/** A person as a card that another can send. */
export function cardOf({ name, number }: Pick<Person, "name" | "number">): Card {
  const [first = name] = name.split(" ");
  const phones = number ? [{ phone: number, wa_id: number.replace(/\D/gu, ""), type: "CELL" }] : [];
  return { name: { formatted_name: name, first_name: first }, phones };
}

/** What was tapped under each message: its id → the id of the button or row, the last one where there were several. */
export function tapsOf(messages: readonly PhoneMessage[]): ReadonlyMap<string, string> {
  const taps = new Map<string, string>();
  for (const { context, interactive } of messages) {
    const reply = interactive?.button_reply ?? interactive?.list_reply;
    if (context && reply) taps.set(context.id, reply.id);
  }
  return taps;
}

/** The kinds of rows that are talk; the rest is set-up, files, templates and the clock. */
const TALK = new Set(["send", "message", "status", "receipt"]);
export const WIRE_FILTERS = ["all", "messages", "statuses", "refused"] as const;
export type WireFilter = (typeof WIRE_FILTERS)[number];

/** A refusal, or a request that broke. What was never sent, because nobody had asked for it, did not go wrong. */
export function wentWrong(row: Pick<WireRow, "status" | "error">): boolean {
  return row.status === null ? Boolean(row.error) : row.status >= 400;
}

/** Whether a row of the wire log passes. `refused` is what went wrong. */
export function passes(row: Pick<WireRow, "kind" | "status" | "error">, filter: WireFilter): boolean {
  if (filter === "all") return true;
  if (filter === "refused") return wentWrong(row);
  if (filter === "statuses") return row.kind === "status" || row.kind === "receipt";
  return TALK.has(row.kind) && row.kind !== "status" && row.kind !== "receipt";
}

/** A JSON text laid out for reading; what is not JSON stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The switches of the page and the faults that they stand for. */
export const FAULTS: Record<string, { fault: Fault; shown: string }> = {
  lost: { fault: { kind: "accept_and_never_answer", probability: 1 }, shown: "unknown" },
  twice: { fault: { kind: "duplicate", probability: 1 }, shown: "×2" },
  slow: { fault: { kind: "slow_statuses", probability: 1, seconds: 8 }, shown: "+8 s" },
  template: { fault: { kind: "refuse_code", probability: 1, code: 132015, message_type: "template" }, shown: "132015" },
  pair: { fault: { kind: "refuse_pair_rate", probability: 1 }, shown: "131056" },
  file: { fault: { kind: "media_expired", probability: 1 }, shown: "404" },
  down: { fault: { kind: "error_5xx", probability: 1 }, shown: "5xx" },
};

export function isOn(faults: readonly Fault[], name: string): boolean {
  const wanted = FAULTS[name]?.fault;
  return faults.some((fault) => fault.kind === wanted?.kind && (wanted.code === undefined || fault.code === wanted.code));
}

/** The faults after one switch was turned. What no switch stands for, and what was set with other values, stays as it is. */
export function turn(faults: readonly Fault[], name: string): Fault[] {
  const others = faults.filter((fault) => !isOn([fault], name));
  return isOn(faults, name) ? others : [...others, ...(FAULTS[name] ? [FAULTS[name].fault] : [])];
}
