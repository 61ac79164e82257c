import type { Saver } from "../editor/saving/saver";

/** Saves what is not saved yet, also what was written while something was being saved. Throws where the draft cannot be saved now. */
export async function settle(saver: Pick<Saver, "get" | "subscribe" | "send" | "isDirty">): Promise<void> {
  while (saver.isDirty()) {
    if (saver.get().status === "saving") await nextState(saver);
    else await saver.send();
    const { status, error } = saver.get();
    if (status === "offline" || status === "refused" || status === "clash") throw error instanceof Error ? error : new Error(status);
  }
}

/** Which revision the draft is once everything is saved. */
export async function settledRevision(saver: Pick<Saver, "get" | "subscribe" | "send" | "isDirty">): Promise<number> {
  await settle(saver);
  return saver.get().revision;
}

function nextState(saver: Pick<Saver, "subscribe">): Promise<void> {
  return new Promise((resolve) => {
    const stop = saver.subscribe(() => {
      stop();
      resolve();
    });
  });
}
