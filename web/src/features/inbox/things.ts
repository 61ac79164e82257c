import * as z from "zod/mini";

/** What is no text, no choice, no file and no place: each with a body of its own. */
export const THINGS = ["form_reply", "address", "call_permission", "contacts", "order", "call", "system"] as const;
export type Thing = (typeof THINGS)[number];

const text = z.string();
const maybe = z.nullish(text);
const number = z.nullish(z.number());

const readers = {
  form_reply: z.looseObject({ answer: z.unknown(), response: maybe }),
  address: z.looseObject({ body: maybe, values: z.record(text, z.unknown()) }),
  call_permission: z.looseObject({ response: text, permanent: z.nullish(z.boolean()), expires_at: maybe }),
  contacts: z.looseObject({
    contacts: z.array(
      z.looseObject({
        name: maybe,
        origin: maybe,
        phones: z.array(z.looseObject({ phone: maybe, wa_id: maybe })),
        emails: z.nullish(z.array(z.looseObject({ email: maybe }))),
        org: z.nullish(z.looseObject({ company: maybe })),
      }),
    ),
  }),
  order: z.looseObject({
    note: maybe,
    items: z.array(z.looseObject({ product_id: text, quantity: z.number(), price: number, currency: maybe })),
    total: number,
    currency: maybe,
    decimals: number,
  }),
  call: z.looseObject({ direction: z.enum(["in", "out"]), status: text, seconds: number }),
  system: z.looseObject({ event: maybe, body: maybe, phone: maybe }),
};

export type Card = { name: string | null; phones: string[]; emails: string[]; company: string | null; isOwn: boolean };
/** `price` of one, in the smallest unit of `currency`. */
export type OrderLine = { product: string; quantity: number; price: number | null; currency: string | null };

export type ThingContent =
  | { kind: "form"; rows: [string, unknown][]; response: string | null }
  | { kind: "address"; rows: [string, unknown][] }
  | { kind: "permission"; isGranted: boolean; isPermanent: boolean; expiresAt: string | null }
  | { kind: "contacts"; cards: Card[] }
  | { kind: "order"; note: string | null; lines: OrderLine[]; total: number | null; currency: string | null; decimals: number }
  | { kind: "call"; direction: "in" | "out"; status: string; seconds: number | null }
  | { kind: "system"; event: string | null; body: string | null; phone: string | null };

/** Reads a content by its type; null for one that does not fit it. */
export function readThing(type: Thing, content: unknown): ThingContent | null {
  switch (type) {
    case "form_reply": {
      const read = readers.form_reply.safeParse(content).data;
      return read ? { kind: "form", rows: rowsOf(read.answer), response: read.response ?? null } : null;
    }
    case "address": {
      const read = readers.address.safeParse(content).data;
      return read ? { kind: "address", rows: rowsOf(read.values) } : null;
    }
    case "call_permission": {
      const read = readers.call_permission.safeParse(content).data;
      return read ? { kind: "permission", isGranted: read.response === "accept", isPermanent: read.permanent === true, expiresAt: read.expires_at ?? null } : null;
    }
    case "contacts": {
      const read = readers.contacts.safeParse(content).data;
      return read ? { kind: "contacts", cards: read.contacts.map(cardOf) } : null;
    }
    case "order": {
      const read = readers.order.safeParse(content).data;
      if (!read) return null;
      const lines = read.items.map(({ product_id, quantity, price, currency }) => ({ product: product_id, quantity, price: price ?? null, currency: currency ?? null }));
      return { kind: "order", note: read.note ?? null, lines, total: read.total ?? null, currency: read.currency ?? null, decimals: read.decimals ?? 2 };
    }
    case "call": {
      const read = readers.call.safeParse(content).data;
      return read ? { kind: "call", direction: read.direction, status: read.status, seconds: read.seconds ?? null } : null;
    }
    case "system": {
      const read = readers.system.safeParse(content).data;
      return read ? { kind: "system", event: read.event ?? null, body: read.body ?? null, phone: read.phone ?? null } : null;
    }
  }
}

type ReadCard = z.infer<typeof readers.contacts>["contacts"][number];

function cardOf({ name, origin, phones, emails, org }: ReadCard): Card {
  return {
    name: name ?? null,
    phones: phones.flatMap(({ phone, wa_id }) => phone ?? (wa_id ? `+${wa_id}` : [])),
    emails: (emails ?? []).flatMap(({ email }) => email ?? []),
    company: org?.company ?? null,
    isOwn: origin === "contact_request",
  };
}

/** An answer as rows of a table: its fields, or the places of a list; what is neither is one row without a name. */
function rowsOf(answer: unknown): [string, unknown][] {
  if (answer === null || answer === undefined) return [];
  if (typeof answer === "object") return Object.entries(answer);
  return [["", answer]];
}
