/** How a list of actions looks, behind a button and under a pointer alike. */
export const MENU_PANEL = "animate-fade z-50 max-w-[calc(100vw-16px)] min-w-[200px] overflow-y-auto rounded-lg border border-line bg-raised p-1 text-ink shadow-3";
export const MENU_ITEM = "flex min-h-8 items-center gap-2 rounded-sm px-2 text-13 text-ink outline-none! select-none data-highlighted:bg-hover pointer-coarse:min-h-11";
export const MENU_LINE = "mx-1 my-1 h-px bg-line";
