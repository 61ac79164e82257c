import { cx } from "@/components";
import { initialsOf } from "@/components/initials";
import { useLogo } from "./useLogo";

const SIZES = { sm: "size-6 rounded-[7px] text-12", md: "size-9 rounded-[10px] text-[15px]", lg: "size-16 rounded-[14px] text-28" };

/** A workspace's logo, or its first letter. Decorative: the name stands beside it. */
export function WorkspaceLogo({ name, logoUrl, size = "md" }: { name: string; logoUrl: string | null; size?: keyof typeof SIZES }) {
  const logo = useLogo(logoUrl);
  if (logo) return <img src={logo} alt="" className={cx("flex-none bg-surface object-contain", SIZES[size])} />;
  return (
    <span aria-hidden="true" className={cx("grid flex-none place-items-center bg-rail-tile font-bold text-on-rail-tile", SIZES[size])}>
      {initialsOf(name).slice(0, 1)}
    </span>
  );
}
