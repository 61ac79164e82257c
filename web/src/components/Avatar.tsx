import { cx } from "./cx";
import { initialsOf, paletteOf } from "./initials";
import { MODE_LOOK, type Mode } from "./mode";

const SIZES = { sm: "size-6 text-[10.5px]", md: "size-8 text-12", list: "size-9 text-12", lg: "size-11 text-16" };
type AvatarProps = { name: string; size?: keyof typeof SIZES; mode?: Mode; modeEdge?: string };

/** A person's circle: two letters in Latin, one in Arabic, ground picked by the name. Decorative: the name stands beside it. */
export function Avatar({ name, size = "md", mode, modeEdge = "border-canvas" }: AvatarProps) {
  const palette = paletteOf(name);
  const corner = mode && MODE_LOOK[mode];
  return (
    <span
      aria-hidden="true"
      style={{ background: `var(--avatar-${palette})`, color: `var(--on-avatar-${palette})` }}
      className={cx("relative inline-grid flex-none place-items-center rounded-full font-semibold select-none", SIZES[size])}
    >
      {initialsOf(name)}
      {corner && (
        <span className={cx("absolute -end-[3px] -bottom-[3px] grid size-[17px] place-items-center rounded-full border-2", modeEdge, corner.corner)}>
          <corner.icon strokeWidth={2.25} className="size-2.5" />
        </span>
      )}
    </span>
  );
}
