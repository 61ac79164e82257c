type Ends = { id: string; sourceX: number; sourceY: number; targetX: number; targetY: number };

const DROP = 22;
const ASIDE = 140;
const LANES = 5;
const LANE_WIDTH = 9;
const CORNER = 12;

/** A connection that leads back up: around the steps at their right, each in a lane of its own. Answers the path and its middle. */
export function wayAround({ id, sourceX, sourceY, targetX, targetY }: Ends): [path: string, x: number, y: number] {
  const lane = ([...id].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % LANES) * LANE_WIDTH;
  const x = Math.max(sourceX, targetX) + ASIDE + lane;
  const [low, high] = [sourceY + DROP + lane / 2, targetY - DROP - lane / 2];
  const corner = Math.max(0, Math.min(CORNER, (low - high) / 2));
  const side = targetX > x - corner ? 1 : -1;
  const path = [
    `M ${sourceX} ${sourceY}`,
    `L ${sourceX} ${low - corner}`,
    `Q ${sourceX} ${low} ${sourceX + corner} ${low}`,
    `L ${x - corner} ${low}`,
    `Q ${x} ${low} ${x} ${low - corner}`,
    `L ${x} ${high + corner}`,
    `Q ${x} ${high} ${x + side * corner} ${high}`,
    `L ${targetX - side * corner} ${high}`,
    `Q ${targetX} ${high} ${targetX} ${high + corner}`,
    `L ${targetX} ${targetY}`,
  ].join(" ");
  return [path, x, (low + high) / 2];
}
