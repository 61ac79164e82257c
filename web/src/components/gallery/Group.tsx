import type { ReactNode } from "react";

/** A titled stretch of the gallery. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mt-6">
      <h2 className="mb-2.5 text-12 font-medium tracking-normal text-ink-3">{title}</h2>
      {children}
    </div>
  );
}
