import type { Slot } from "./kept";
import type { Saver } from "./saver";

/**
 * Takes up what earlier pages kept and did not get saved: at once what this tab itself left, then what pages kept that are
 * gone, one at a time, each when the one before is saved. It is told once, however many there were. Returns how it is stopped.
 */
export function inherit(slot: Slot, saver: Pick<Saver, "get" | "subscribe" | "isDirty" | "resume">, onTaken: () => void): () => void {
  let isOver = false;
  let isAsking = false;
  let isTold = false;
  const isFree = () => !isOver && saver.get().status === "saved";
  const goOn = async () => {
    if (isAsking || !isFree()) return;
    isAsking = true;
    const kept = await slot.takeOrphan(isFree);
    isAsking = false;
    if (!kept) return isFree() ? stop() : undefined;
    saver.resume(kept);
    if (saver.isDirty() && !isTold) {
      isTold = true;
      onTaken();
    }
  };
  const unsubscribe = saver.subscribe(() => void goOn());
  const stop = () => {
    isOver = true;
    unsubscribe();
  };
  const own = slot.open();
  if (own) saver.resume(own);
  void goOn();
  return stop;
}
