import type { ReactNode } from "react";
import { cx } from "@/components";

/** `isLong`: an address or an id, which takes the room of two. */
export type Fact = { name: string; value: ReactNode; isLong?: boolean };

/** What is known of one thing, name by name. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 rounded-lg border border-line bg-surface p-4 pane:grid-cols-4">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact.name} className={cx("min-w-0", fact.isLong && "col-span-2")}>
              <dt className="text-12 text-ink-3">{fact.name}</dt>
              <dd className="text-13 [overflow-wrap:anywhere]">{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
