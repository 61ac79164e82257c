import { createContext, use } from "react";

/** Puts the text of a message that cannot go out as it is back into the composer. Null where nobody can write. */
export const EditAgain = createContext<((text: string) => void) | null>(null);

export function useEditAgain(): ((text: string) => void) | null {
  return use(EditAgain);
}
