import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** A word of explanation on hover and on focus. `children` is one focusable element. */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content sideOffset={6} collisionPadding={8} className="animate-fade z-50 max-w-[280px] rounded-md bg-primary px-2.5 py-1.5 text-12 text-on-primary shadow-3">
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
