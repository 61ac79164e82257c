import { CircleAlert } from "lucide-react";
import { type ComponentProps, createContext, type ReactNode, use, useId } from "react";
import { cx } from "./cx";

type FieldValue = { id: string; describedBy: string | undefined; isInvalid: boolean };
const FieldContext = createContext<FieldValue | null>(null);

type FieldProps = {
  label: string;
  /** Stands at the end of the label's line: a counter, "Show". */
  aside?: ReactNode;
  help?: ReactNode;
  /** A sentence that says the fix. Turns the control's edge crimson and is read out with it. */
  error?: string | undefined;
  size?: "md" | "lg";
  className?: string;
  children: ReactNode;
};

/** Label above, help or error below, and the ids that tie them to the one `Input`, `Textarea` or `Select` inside. */
export function Field({ label, aside, help, error, size = "md", className, children }: FieldProps) {
  const id = useId();
  const note = `${id}-note`;
  const value: FieldValue = { id, describedBy: error || help ? note : undefined, isInvalid: Boolean(error) };
  return (
    <FieldContext value={value}>
      <div className={className}>
        <div className={cx("mb-[5px] flex items-baseline gap-2 font-medium", size === "lg" ? "text-13" : "text-12")}>
          <label htmlFor={id} className="grow">
            {label}
          </label>
          {aside}
        </div>
        {children}
        {error ? (
          <p id={note} className="mt-[5px] flex items-start gap-1.5 text-12 text-danger">
            <CircleAlert aria-hidden="true" strokeWidth={1.75} className="mt-0.5 size-3.5 flex-none" />
            {error}
          </p>
        ) : (
          help && (
            <p id={note} className="mt-[5px] text-12 text-ink-3">
              {help}
            </p>
          )
        )}
      </div>
    </FieldContext>
  );
}

/** What a control inside a `Field` must carry; empty outside of one. */
export function useFieldProps(): { id?: string; "aria-describedby"?: string; "aria-invalid"?: true } {
  const field = use(FieldContext);
  if (!field) return {};
  return { id: field.id, ...(field.describedBy && { "aria-describedby": field.describedBy }), ...(field.isInvalid && { "aria-invalid": true as const }) };
}

const CONTROL =
  "w-full border border-line-control bg-surface text-ink outline-offset-1 read-only:[input&]:border-line read-only:[input&]:bg-sunken aria-invalid:border-danger-solid aria-invalid:shadow-[0_0_0_3px_var(--danger-soft)]";

export type ControlSize = "md" | "lg";
export function controlClass(size: ControlSize): string {
  return cx(CONTROL, size === "lg" ? "h-[42px] rounded-[9px] px-3 text-14 pointer-coarse:text-16" : "h-8 rounded-md px-2.5 text-13 pointer-coarse:h-11 pointer-coarse:text-16");
}

type InputProps = Omit<ComponentProps<"input">, "size"> & { size?: ControlSize };

export function Input({ size = "md", className, ...rest }: InputProps) {
  return <input dir="auto" {...useFieldProps()} {...rest} className={cx(controlClass(size), className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea dir="auto" rows={3} {...useFieldProps()} {...rest} className={cx(CONTROL, "rounded-md px-2.5 py-1.5 text-13 pointer-coarse:text-16", className)} />;
}
