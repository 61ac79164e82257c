import type { PreviewAct, PreviewSetting, Simulated, Simulation } from "@/api/models";
import type { Doc } from "../editor/model/doc";

/** One act and what it led to, with all that is needed to stand there again. */
export type Turn = { act: PreviewAct; after: Simulated };

export type PlayerState = {
  setting: PreviewSetting;
  turns: readonly Turn[];
  isPlaying: boolean;
  /** Why the last act did not happen. */
  error: unknown;
};

type Ports = {
  simulate: (simulation: Simulation) => Promise<Simulated>;
  /** The draft as it stands in the editor. */
  read: () => Doc;
  /** Where and when a conversation begins. */
  begin: () => PreviewSetting;
  /** The steps that the last act went through. */
  onPath: (ids: readonly string[]) => void;
};

export type Player = ReturnType<typeof createPlayer>;

/** A conversation with the draft. The server keeps nothing of it: every turn carries the state it ended in, and one step back is the turn before. */
export function createPlayer(ports: Ports) {
  let state: PlayerState = { setting: ports.begin(), turns: [], isPlaying: false, error: null };
  let round = 0;
  const listeners = new Set<() => void>();

  const set = (change: Partial<PlayerState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const stand = (turns: readonly Turn[], setting = state.setting) => {
    round += 1; // an answer that is still under way belongs to what is given up here
    set({ turns, setting, isPlaying: false, error: null });
    ports.onPath(visitedBy(turns.at(-1)));
  };

  return {
    get: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Lets something happen. False where it did not. */
    play: async (act: PreviewAct): Promise<boolean> => {
      if (state.isPlaying) return false;
      const own = round;
      set({ isPlaying: true, error: null });
      try {
        const after = await ports.simulate({
          blueprint: ports.read() as unknown as NonNullable<Simulation["blueprint"]>,
          version: "draft",
          setting: state.setting,
          state: state.turns.at(-1)?.after.state ?? null,
          acts: [act],
        });
        if (own !== round) return false;
        stand([...state.turns, { act, after }]);
        return true;
      } catch (error) {
        if (own === round) set({ isPlaying: false, error });
        return false;
      }
    },
    back: () => stand(state.turns.slice(0, -1)),
    restart: () => stand([], ports.begin()),
  };
}

/** The steps of the draft that a turn went through; those of another flow that it called are none of its own. */
export function visitedBy(turn: Turn | undefined): string[] {
  const played = turn?.after.acts.flatMap((act) => act.traces) ?? [];
  const paths = played.flatMap((trace) => (Array.isArray(trace.path) ? (trace.path as unknown[]) : []));
  const own = paths.filter((step): step is [string] => Array.isArray(step) && typeof step[0] === "string" && step.length < 4);
  return [...new Set(own.map(([id]) => id))];
}
