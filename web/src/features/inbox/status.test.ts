import { describe, expect, it } from "vitest";
import { tickOf } from "./status";

describe("tickOf", () => {
  it.each([
    ["received", null, null],
    ["pending", "queued", "waiting"],
    ["pending", "retrying", "waiting"],
    ["pending", "unknown", "unknown"],
    ["accepted", "unknown", "unknown"],
    ["pending", "dead", "failed"],
    ["pending", "cancelled", "failed"],
    ["accepted", "done", "sent"],
    ["sent", "done", "sent"],
    ["delivered", "done", "delivered"],
    ["read", "done", "read"],
    ["played", "done", "read"],
    ["failed", "done", "failed"],
  ] as const)("%s while the outbox says %s shows %s", (status, sending_state, tick) => {
    expect(tickOf({ status, sending_state })).toBe(tick);
  });
});
