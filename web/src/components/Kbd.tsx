import type { ReactNode } from "react";

/** A key. Hidden from touch screens, which have none. */
export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="rounded-xs border border-line-strong bg-surface px-[5px] font-sans text-11 text-ink-3 pointer-coarse:hidden">{children}</kbd>;
}
