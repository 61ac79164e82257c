/** Words beside an icon in the head of a flow, read aloud always and shown where there is room for all of it in one row. */
export const FOLDED = "max-full:sr-only";
/** The same of the few that one needs most often: they have room earlier. */
export const FOLDED_LATE = "max-roomy:sr-only";
