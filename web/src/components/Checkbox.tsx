import { useEffect, useRef } from "react";
import { cx } from "./cx";

type CheckboxProps = { isOn: boolean | "some"; onChange: (isOn: boolean) => void; label: string; className?: string };

/** Chosen or not; `some` for a heading of which not all is chosen. The target is larger than the box. */
export function Checkbox({ isOn, onChange, label, className }: CheckboxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = isOn === "some";
  }, [isOn]);
  return (
    <label className={cx("inline-grid size-7 flex-none cursor-pointer place-items-center pointer-coarse:size-11", className)}>
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={isOn === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="size-4 cursor-pointer accent-primary"
      />
    </label>
  );
}
