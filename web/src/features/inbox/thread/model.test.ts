import { describe, expect, it } from "vitest";
import type { ConversationEvent } from "@/api/models";
import { aMessage } from "@/test/samples";
import { buildThread, type MessageItem, type ThreadItem } from "./model";

const day = (at: string) => at.slice(0, 10);
const at = (time: string) => `2026-11-20T${time}Z`;
const messagesIn = (items: ThreadItem[]) => items.filter((item): item is MessageItem => item.kind === "message");
const takenOver: ConversationEvent = { id: "1e", type: "taken_over", actor: { kind: "user", id: "u", name: "Noura" }, note: null, at: at("09:37:00") };

describe("buildThread", () => {
  it("runs from oldest to newest, with a line for each day", () => {
    const items = buildThread([aMessage({ id: "2", at: at("00:10:00") }), aMessage({ id: "1", at: "2026-11-19T23:50:00Z" })], [], day);
    expect(items.map((item) => item.key)).toEqual(["day-2026-11-19", "1", "day-2026-11-20", "2"]);
  });

  it("groups one speaker within two minutes, and says the time once", () => {
    const items = messagesIn(
      buildThread(
        [
          aMessage({ id: "4", at: at("09:05:00") }),
          aMessage({ id: "3", at: at("09:01:59"), direction: "out" }),
          aMessage({ id: "2", at: at("09:01:50") }),
          aMessage({ id: "1", at: at("09:00:00") }),
        ],
        [],
        day,
      ),
    );
    expect(items.map((item) => [item.key, item.isGrouped, item.hasFooter])).toEqual([
      ["1", false, false],
      ["2", true, true],
      ["3", false, true],
      ["4", false, true],
    ]);
  });

  it("keeps the time and tick of each where a group fared differently", () => {
    const out = { direction: "out" } as const;
    const items = messagesIn(
      buildThread([aMessage({ ...out, id: "2", at: at("09:00:30"), status: "pending", sending_state: "unknown" }), aMessage({ ...out, id: "1", at: at("09:00:00"), status: "delivered" })], [], day),
    );
    expect(items.map((item) => [item.tick, item.isGrouped, item.hasFooter])).toEqual([
      ["delivered", false, true],
      ["unknown", true, true],
    ]);
  });

  it("puts events where they happened, and ends a group there", () => {
    const items = buildThread([aMessage({ id: "2", at: at("09:37:30") }), aMessage({ id: "1", at: at("09:36:30") })], [takenOver], day);
    expect(items.map((item) => item.key)).toEqual(["day-2026-11-20", "1", "1e", "2"]);
    expect(messagesIn(items).map((item) => item.isGrouped)).toEqual([false, false]);
  });

  it("keeps the order of handling where the provider's whole seconds would turn it around", () => {
    const newestFirst = [aMessage({ id: "3", at: at("09:00:01") }), aMessage({ id: "2", at: "2026-11-20T09:00:01.500Z", direction: "out" }), aMessage({ id: "1", at: at("09:00:01") })];
    expect(messagesIn(buildThread(newestFirst, [], day)).map((item) => item.key)).toEqual(["1", "2", "3"]);
  });

  it("shows one line a day although an old message came late", () => {
    const newestFirst = [aMessage({ id: "3", at: at("09:02:00") }), aMessage({ id: "2", at: "2026-11-19T20:00:00Z" }), aMessage({ id: "1", at: at("09:00:00") })];
    expect(buildThread(newestFirst, [], day).map((item) => item.key)).toEqual(["day-2026-11-20", "1", "2", "3"]);
  });

  it("leaves events older than the fetched messages for later", () => {
    expect(buildThread([aMessage({ id: "9", at: at("10:00:00") })], [takenOver], day).map((item) => item.key)).toEqual(["day-2026-11-20", "9"]);
  });

  describe("marks what the customer chose", () => {
    const offer = (id: string, time: string) =>
      aMessage({ id, at: at(time), direction: "out", type: "buttons", provider_id: `wamid.${id}`, content: { body: "?", buttons: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] } });
    const tap = (reply_to: string | null) => aMessage({ id: "tap", at: at("09:10:00"), type: "button_reply", reply_to, content: { id: "no", title: "No" } });
    const chosen = (reply_to: string | null) =>
      messagesIn(buildThread([tap(reply_to), offer("second", "09:05:00"), offer("first", "09:00:00")], [], day)).map((item) => item.chosenId);

    it("by its reference", () => expect(chosen("wamid.first")).toEqual(["no", null, null]));
    it("else at the nearest offer", () => expect(chosen(null)).toEqual([null, "no", null]));
  });

  it("shows what it cannot read with all that came", () => {
    const [item] = messagesIn(buildThread([aMessage({ id: "1", type: "list", content: { body: 5 } })], [], day));
    expect(item?.content).toEqual({ kind: "unsupported", type: "list", of: null, raw: { body: 5 } });
  });
});
