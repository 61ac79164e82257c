import { useQuery } from "@tanstack/react-query";
import { peaksOf } from "./peaks";

/** What is larger is no note of a few minutes, and is not fetched to be drawn. */
const MOST_BYTES = 1024 * 1024;
const RATE = 8_000;

type Note = { id: string | null; url: string | null; size: number | null };

/** The shape of a voice note; null until it is known, and for one that is too large or that this browser cannot read. */
export function usePeaks({ id, url, size }: Note, isWanted: boolean): number[] | null {
  const query = useQuery({
    queryKey: ["peaks", id],
    enabled: isWanted && id !== null && url !== null && size !== null && size <= MOST_BYTES && typeof OfflineAudioContext !== "undefined",
    queryFn: async ({ signal }) => {
      const answer = await fetch(url ?? "", { signal });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const sound = await new OfflineAudioContext(1, RATE, RATE).decodeAudioData(await answer.arrayBuffer());
      return peaksOf(sound.getChannelData(0));
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return query.data ?? null;
}
