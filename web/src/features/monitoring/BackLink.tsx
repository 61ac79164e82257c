import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";

/** The way back to the list, as it was. */
export function BackLink({ to, children }: { to: NonNullable<LinkProps["to"]>; children: string }) {
  return (
    <Link to={to} search={{}} className="mb-2 inline-flex min-h-7 items-center gap-1 text-13 font-medium text-ink-2 hover:text-ink pointer-coarse:min-h-11">
      <ChevronLeft aria-hidden="true" strokeWidth={1.75} className="flip size-4" />
      {children}
    </Link>
  );
}
