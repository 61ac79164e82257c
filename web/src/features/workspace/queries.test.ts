import { expect, it } from "vitest";
import type { Channel } from "@/api/models";
import { healthOf } from "./queries";

it("never says that every number works while one is switched off", () => {
  const health = (...states: Channel["status"][]) => healthOf(states.map((status) => ({ status }) as Channel));
  expect(health("active", "active")).toBe("active");
  expect(health("active", "disabled")).toBe("partly");
  expect(health("disabled")).toBe("disabled");
  expect(health("active", "disabled", "pending")).toBe("pending");
  expect(health("active", "disabled", "error")).toBe("error");
  expect(health()).toBe("none");
});
