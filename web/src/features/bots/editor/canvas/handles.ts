/** A small ring with a large reach: a finger finds it too. */
export const HANDLE =
  "size-[9px]! rounded-full! border-2! border-line-control! bg-surface! after:absolute after:-inset-2 after:content-[''] pointer-coarse:after:-inset-4 hover:border-accent! [&.connectingfrom]:border-accent! [&.connectingfrom]:bg-accent! [&.connectionindicator]:cursor-crosshair";
export const ENTRY = "in";

/** What a dragged kind of step is called on the way from the palette to the canvas. */
export const DRAGGED_TYPE = "application/x-hoopoe-step";
