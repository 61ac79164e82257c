import { Switch as Radix } from "radix-ui";
import { useFieldProps } from "./Field";

/** On or off, at once. */
export function Switch({ isOn, onChange, label }: { isOn: boolean; onChange: (isOn: boolean) => void; label?: string }) {
  return (
    <Radix.Root
      {...useFieldProps()}
      checked={isOn}
      onCheckedChange={onChange}
      aria-label={label}
      className="relative h-5 w-9 flex-none rounded-full border border-line-control bg-surface transition-colors duration-(--dur-1) data-[state=checked]:border-primary data-[state=checked]:bg-primary"
    >
      <Radix.Thumb className="absolute start-[2px] top-[2px] size-3.5 rounded-full bg-line-control transition-[inset-inline-start] duration-(--dur-1) data-[state=checked]:start-[18px] data-[state=checked]:bg-on-primary" />
    </Radix.Root>
  );
}
