import { Switch as Radix } from "radix-ui";
import { useFieldProps } from "./Field";

/** On or off, at once. For a finger the target is larger than what is drawn. */
export function Switch({ isOn, onChange, label }: { isOn: boolean; onChange: (isOn: boolean) => void; label?: string }) {
  return (
    <Radix.Root
      {...useFieldProps()}
      checked={isOn}
      onCheckedChange={onChange}
      aria-label={label}
      className="relative h-5 w-9 flex-none rounded-full bg-line-control transition-colors duration-(--dur-1) data-[state=checked]:bg-primary pointer-coarse:after:absolute pointer-coarse:after:-inset-3"
    >
      <Radix.Thumb className="absolute start-[3px] top-[3px] size-3.5 rounded-full bg-surface shadow-1 transition-[inset-inline-start] duration-(--dur-1) data-[state=checked]:start-[19px] data-[state=checked]:bg-on-primary" />
    </Radix.Root>
  );
}
