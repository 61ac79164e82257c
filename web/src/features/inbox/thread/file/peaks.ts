/** How many bars a voice note is drawn with. */
export const BARS = 32;

/** The loudness of a sound as so many heights between 0 and 1, the loudest of them 1; silence is flat. */
export function peaksOf(samples: Float32Array, bars = BARS): number[] {
  const size = samples.length / bars;
  const peaks = Array.from({ length: bars }, (_, bar) => {
    let most = 0;
    for (let at = Math.floor(bar * size); at < Math.floor((bar + 1) * size); at += 1) most = Math.max(most, Math.abs(samples[at] ?? 0));
    return most;
  });
  const loudest = Math.max(...peaks);
  return peaks.map((peak) => (loudest > 0 ? peak / loudest : 0));
}
