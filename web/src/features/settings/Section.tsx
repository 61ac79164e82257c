import type { ReactNode } from "react";

/** A part of a settings page: what it is about, and its controls. */
export function Section({ title, text, aside, children }: { title: string; text?: ReactNode; aside?: ReactNode; children?: ReactNode }) {
  return (
    <section className="mb-5 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 grow basis-60">
          <h2 className="text-16">{title}</h2>
          {text && <p className="mt-0.5 text-13 text-ink-2">{text}</p>}
        </div>
        {aside}
      </div>
      {children && <div className="mt-4 empty:hidden">{children}</div>}
    </section>
  );
}

/** Why something did not work, under what was tried. */
export function Failure({ text }: { text: string | null }) {
  return text && (
    <p role="alert" className="text-13 text-danger">
      {text}
    </p>
  );
}
