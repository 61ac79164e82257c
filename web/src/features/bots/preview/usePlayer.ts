import { useState } from "react";
import { serverNow } from "@/api";
import type { PreviewSetting } from "@/api/models";
import { useSession } from "@/features/auth/queries";
import type { EditorStore } from "../editor/model/store";
import { createPlayer, type Player } from "./player";
import { simulate } from "./queries";

/** The preview of an open draft; it outlives the phone that shows it. */
export function usePlayer(store: EditorStore, botId: string): Player {
  const timezone = useSession()?.workspace.timezone ?? "UTC";
  const [player] = useState(() => createPlayer({ simulate: (simulation) => simulate({ ...simulation, bot_id: botId }), read: () => store.get().doc, begin: () => beginIn(timezone), onPath: store.light }));
  return player;
}

/** Named to the second, with its zone: what is played can be kept as a test that is the same on every day. */
export const beginIn = (timezone: string): PreviewSetting => ({
  starts_at: `${serverNow().toISOString().slice(0, 19)}Z`,
  timezone,
  provider: "meta",
  contact: { name: "Sara", phone: "966500000000", fields: {}, tags: [] },
});
