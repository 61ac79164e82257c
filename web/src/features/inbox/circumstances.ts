import * as z from "zod/mini";

const text = z.string();
const maybe = z.nullish(text);

const reader = z.looseObject({
  forwarded: z.nullish(z.enum(["once", "often"])),
  referral: z.nullish(z.looseObject({ headline: maybe, body: maybe, source_url: maybe, source_type: maybe, welcome_message: maybe })),
  product: z.nullish(z.looseObject({ product_id: text })),
  errors: z.nullish(z.array(z.looseObject({ code: z.number(), title: maybe, words: z.object({ en: text, ar: text }) }))),
  extra: z.nullish(z.record(text, z.unknown())),
});

/** What any message may carry beside what it says. */
export type Circumstances = {
  forwarded: "once" | "often" | null;
  referral: { headline: string | null; body: string | null; url: string | null; isAd: boolean } | null;
  product: string | null;
  errors: { code: number; title: string | null; words: { en: string; ar: string } }[];
  extra: unknown;
};

const NONE: Circumstances = { forwarded: null, referral: null, product: null, errors: [], extra: null };

/** Reads them out of a content. What cannot be read is as if it were not there: the content itself is shown all the same. */
export function readCircumstances(content: unknown): Circumstances {
  const read = reader.safeParse(content).data;
  if (!read) return NONE;
  const { forwarded, referral, product, errors, extra } = read;
  return {
    forwarded: forwarded ?? null,
    referral: referral ? { headline: referral.headline ?? null, body: referral.body ?? null, url: referral.source_url ?? null, isAd: referral.source_type !== "post" } : null,
    product: product?.product_id ?? null,
    errors: (errors ?? []).map(({ code, title, words }) => ({ code, title: title ?? null, words })),
    extra: extra ?? null,
  };
}
