import type { ReactNode } from "react";

export type Fact = { name: string; value: ReactNode };

/** What is known of one thing, name by name. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 rounded-lg border border-line bg-surface p-4 pane:grid-cols-4">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact.name} className="min-w-0">
              <dt className="text-12 text-ink-3">{fact.name}</dt>
              <dd className="text-13 [overflow-wrap:anywhere]">{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
