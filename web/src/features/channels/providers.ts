import type { Channel, ChannelCreate } from "@/api/models";

export type Provider = Channel["provider"];
export const PROVIDERS = ["meta", "twilio"] as const satisfies readonly Provider[];

/** A field of the forms: its label and help are the strings `label` and `<label>Help`. */
export type ChannelField = { name: string; label: string; isSecret?: true; isOptional?: true; inputMode?: "numeric" | "tel" };

/** What each provider's channel is made of, in the order in which the provider's own pages show it. */
export const FIELDS = {
  meta: [
    { name: "phone_number_id", label: "phoneNumberId", inputMode: "numeric" },
    { name: "waba_id", label: "wabaId", inputMode: "numeric" },
    { name: "access_token", label: "accessToken", isSecret: true },
    { name: "app_secret", label: "appSecret", isSecret: true },
  ],
  twilio: [
    { name: "account_sid", label: "accountSid" },
    { name: "auth_token", label: "authToken", isSecret: true },
    { name: "master_account_sid", label: "masterAccountSid", isOptional: true },
  ],
} as const satisfies Record<Provider, readonly ChannelField[]>;

type FieldName = (typeof FIELDS)[Provider][number]["name"];
export type FormValues = Record<"name" | "number" | FieldName, string>;

/** The form as the API takes it: only the chosen provider's fields, and of the optional ones those that are filled in. */
export function toChannel(provider: Provider, values: FormValues): ChannelCreate {
  const { name, number } = values;
  if (provider === "meta") {
    const { phone_number_id, waba_id, access_token, app_secret } = values;
    return { provider, name, number, phone_number_id, waba_id, access_token, app_secret };
  }
  const { account_sid, auth_token, master_account_sid } = values;
  return { provider, name, number, account_sid, auth_token, ...(master_account_sid.trim() && { master_account_sid }) };
}

/** The ids that a channel shows, as its provider names them. */
export function idsOf(channel: Channel): { label: "phoneNumberId" | "wabaId" | "accountSid"; value: string }[] {
  const ids = [
    { label: "phoneNumberId", value: channel.phone_number_id },
    { label: "wabaId", value: channel.waba_id },
    { label: "accountSid", value: channel.account_sid },
  ] as const;
  return ids.flatMap(({ label, value }) => (value ? [{ label, value }] : []));
}
