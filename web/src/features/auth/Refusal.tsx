import { CircleAlert } from "lucide-react";

/** What went wrong with a whole form, above its button. Always present, so that screen readers notice the text when it comes. */
export function Refusal({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text && (
        <p className="flex items-start gap-1.5 rounded-md bg-danger-soft px-3 py-2 text-13 text-danger">
          <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-4 flex-none" />
          {text}
        </p>
      )}
    </div>
  );
}
