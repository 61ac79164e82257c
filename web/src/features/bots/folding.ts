/** Words beside an icon in the head of a flow, read aloud always and shown where there is room for all of it in one row. */
export const FOLDED = "max-full:sr-only";
