/** What floats over the canvas: the bar below, and the small map at the upper right while it is shown. What is fitted in leaves it free. */
export const MAP = { width: 156, height: 104 };
const BAR = 96;
const EDGE = 24;

type Room = { top: `${number}px`; bottom: `${number}px`; left: `${number}px`; right: `${number}px` };

/** How the whole flow is fitted in: between the bar and, where there is room beside the steps, the map. `hasMap`: it is shown. */
export function fitAll(hasMap: boolean): { padding: Room; maxZoom: number; duration: number } {
  return { padding: { top: `${hasMap ? MAP.height + EDGE : EDGE}px`, bottom: `${BAR}px`, left: `${EDGE}px`, right: `${EDGE}px` }, maxZoom: 1, duration: 200 };
}

/** Whether the small map is on the screen now: in a large flow, and not on a phone. */
export const isMapShown = (): boolean => {
  const map = document.querySelector<HTMLElement>(".react-flow__minimap");
  return map !== null && map.offsetParent !== null;
};
