import { LoaderCircle, type LucideIcon } from "lucide-react";
import { type ComponentProps, type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import { cx } from "./cx";

/** `accent` is for what goes out to a customer (one per view); everything else that acts is `primary` or quieter. */
export type ButtonVariant = "accent" | "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

const VARIANTS: Record<ButtonVariant, string> = {
  accent: "border-transparent bg-accent text-on-accent hover:bg-accent-hover",
  primary: "border-transparent bg-primary text-on-primary hover:bg-primary-hover",
  secondary: "bg-surface text-ink border-line-strong shadow-1 hover:bg-hover",
  ghost: "border-transparent text-ink-2 hover:bg-hover hover:text-ink",
  danger: "border-transparent bg-danger-solid text-on-danger hover:brightness-95",
};
const SIZES: Record<ButtonSize, string> = {
  sm: "h-7 rounded-[7px] text-[12.5px] pointer-coarse:h-10",
  md: "h-8 rounded-md text-[13px] pointer-coarse:h-11",
  lg: "h-11 rounded-[9px] text-14",
};
const PADDED: Record<ButtonSize, string> = { sm: "px-2.5", md: "px-3", lg: "px-4" };
const SQUARE: Record<ButtonSize, string> = { sm: "w-7 pointer-coarse:w-10", md: "w-8 pointer-coarse:w-11", lg: "w-11" };

export type ButtonLook = { variant?: ButtonVariant; size?: ButtonSize; square?: boolean };

/** The classes of a button, for links that look like one. */
export function buttonClass({ variant = "secondary", size = "md", square = false }: ButtonLook): string {
  return cx(
    "inline-flex flex-none select-none items-center justify-center gap-1.5 border font-medium whitespace-nowrap",
    "transition-colors duration-(--dur-1)",
    VARIANTS[variant],
    SIZES[size],
    square ? SQUARE[size] : PADDED[size],
  );
}

type ButtonProps = Omit<ComponentProps<"button">, "children"> &
  ButtonLook & {
    icon?: LucideIcon;
    iconEnd?: LucideIcon;
    /** The icon means forward or back, and turns with the direction of reading. */
    isIconDirected?: boolean;
    /** Label stays, a spinner replaces the icon, presses do nothing until it is over. A button that can be busy also hears a double click once. */
    isBusy?: boolean;
    children: ReactNode;
  };

/** A button that says what will happen. It is never disabled: one that cannot run explains itself when pressed. */
export function Button({ variant, size, icon, iconEnd, isIconDirected, isBusy, className, onClick, children, ...rest }: ButtonProps) {
  const isNew = useFirstPress(isBusy ?? false, typeof children === "string" ? children : "");
  const Icon = isBusy && !iconEnd ? LoaderCircle : icon;
  const IconEnd = isBusy && iconEnd ? LoaderCircle : iconEnd;
  const iconClass = cx("size-4 flex-none", size === "sm" && "size-3.5", isBusy ? "animate-turn" : isIconDirected && "flip");
  return (
    <button
      type="button"
      {...rest}
      aria-busy={isBusy || undefined}
      onClick={(event) => (isBusy || (isBusy === false && !isNew(event)) ? event.preventDefault() : onClick?.(event))}
      className={cx(buttonClass({ ...(variant && { variant }), ...(size && { size }) }), className)}
    >
      {Icon && <Icon aria-hidden="true" strokeWidth={1.75} className={iconClass} />}
      {children}
      {IconEnd && <IconEnd aria-hidden="true" strokeWidth={1.75} className={cx(iconClass, "size-3.5")} />}
    </button>
  );
}

/** How long it may take until a button is drawn as busy. */
const AGAIN_MS = 60;

/** Whether a press is a new one: neither the second of a double click nor one that came before the first could be seen to run, or to have run: the button says something else then. */
function useFirstPress(isBusy: boolean, words: string): (event: MouseEvent) => boolean {
  const isFresh = useRef(false);
  useEffect(() => {
    isFresh.current = false;
  }, [isBusy, words]);
  return (event) => {
    if (event.detail > 1 || isFresh.current) return false;
    isFresh.current = true;
    setTimeout(() => (isFresh.current = false), AGAIN_MS);
    return true;
  };
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & ButtonLook & { icon: LucideIcon; label: string; isIconDirected?: boolean };

/** A square button of one icon. `label` names it for everyone: as its accessible name and as its tooltip. */
export function IconButton({ icon: Icon, label, variant = "ghost", size = "md", isIconDirected = false, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} aria-label={label} {...rest} className={cx(buttonClass({ variant, size, square: true }), className)}>
      <Icon aria-hidden="true" strokeWidth={1.75} className={cx("flex-none", size === "sm" ? "size-3.5" : "size-4", isIconDirected && "flip")} />
    </button>
  );
}
