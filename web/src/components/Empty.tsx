import type { ReactNode } from "react";
import { Mark } from "./Mark";

/** Nothing yet: one sentence on what will appear here, and one action at most. */
export function Empty({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className="grid justify-items-center px-6 py-8 text-center">
      <Mark className="mb-2 size-10 text-line-strong" />
      <p className="font-medium">{title}</p>
      {text && <p className="text-13 text-ink-3">{text}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
