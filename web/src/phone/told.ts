import type { Person } from "./world";

/** What Meta is made to tell: the field and the value of a change, as its webhook carries them. */
export type Told = { field: string; value: Record<string, unknown> };
type About = { person: Person; name: string; now: Date };

const DAY_SECONDS = 86_400;
const quality = (event: string, current_limit = "TIER_2K"): Told => ({ field: "phone_number_quality_update", value: { event, current_limit } });
const secondsOf = (now: Date) => Math.floor(now.getTime() / 1000);

function wish(value: "stop" | "resume", { person, now }: About): Told {
  const who = { ...(person.number && { wa_id: person.number.replace(/^\+/u, "") }), user_id: person.user_id };
  const preference = { ...who, category: "marketing_messages", value, detail: `User requested to ${value} marketing messages`, timestamp: secondsOf(now) };
  return { field: "user_preferences", value: { contacts: [{ profile: { name: person.name }, ...who }], user_preferences: [preference] } };
}

/** The news that can be chosen, each made for the person and the number on the page. */
export const NEWS = {
  qualityRed: () => quality("FLAGGED"),
  qualityGreen: () => quality("UNFLAGGED"),
  faster: () => quality("THROUGHPUT_UPGRADE", "TIER_UNLIMITED"),
  limit: () => ({ field: "business_capability_update", value: { max_daily_conversations_per_business: "TIER_10K" } }),
  name: ({ name }) => ({ field: "phone_number_name_update", value: { decision: "APPROVED", requested_verified_name: name } }),
  restricted: ({ now }) => ({
    field: "account_update",
    value: { event: "ACCOUNT_RESTRICTION", restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: secondsOf(now) + 7 * DAY_SECONDS }] },
  }),
  disabled: () => ({ field: "account_update", value: { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE" } } }),
  reinstated: () => ({ field: "account_update", value: { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "REINSTATE" } } }),
  template: () => ({
    field: "message_template_status_update",
    value: { event: "PAUSED", message_template_id: 1_000_000_001, message_template_name: "hello_world", message_template_language: "en_US", reason: "NONE" },
  }),
  stop: (about) => wish("stop", about),
  resume: (about) => wish("resume", about),
} satisfies Record<string, (about: About) => Told>;

export type News = keyof typeof NEWS;
export const NEWS_NAMES = Object.keys(NEWS) as News[];

const AGES = { hour: 3_600, day: DAY_SECONDS, month: 30 * DAY_SECONDS } as const;
export type Age = keyof typeof AGES;
export const AGE_NAMES = Object.keys(AGES) as Age[];

/** A thread of before, as the simulator imports it: what the person said, and a minute later the owner's answer. */
export function pastOf(said: string, answered: string, age: Age) {
  const messages = [
    { sender: "person", seconds_ago: AGES[age], text: said.trim() },
    { sender: "owner", seconds_ago: AGES[age] - 60, text: answered.trim() },
  ];
  return { messages: messages.filter(({ text }) => text), in_book: true };
}
