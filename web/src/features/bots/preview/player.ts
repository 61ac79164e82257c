import type { PreviewAct, PreviewSetting, Simulated, Simulation, TestAct } from "@/api/models";
import type { Doc } from "../editor/model/doc";
import { exitKey } from "../editor/model/store";

/** One act and what it led to, with all that is needed to stand there again. */
export type Turn = { act: PreviewAct; after: Simulated };

/** Who answers for other systems: whoever plays, an example, or those systems themselves. */
export type Answering = "hand" | "example" | "real";

/** Which way a turn went: its steps, and the exits by which it left them. */
export type Path = { steps: readonly string[]; exits: readonly string[] };

export type PlayerState = {
  setting: PreviewSetting;
  turns: readonly Turn[];
  answering: Answering;
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
  /** The way that the last act went. */
  onPath: (path: Path) => void;
};

export type Player = ReturnType<typeof createPlayer>;

/** A conversation with the draft. The server keeps nothing of it: every turn carries the state it ended in, and one step back is the turn before. */
export function createPlayer(ports: Ports) {
  let state: PlayerState = { setting: ports.begin(), turns: [], answering: "hand", isPlaying: false, error: null };
  let round = 0;
  const listeners = new Set<() => void>();

  const set = (change: Partial<PlayerState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const stand = (turns: readonly Turn[], setting = state.setting) => {
    round += 1; // an answer that is still under way belongs to what is given up here
    set({ turns, setting, isPlaying: false, error: null });
    ports.onPath(pathOf(sinceActed(turns)));
  };
  const run = async (act: PreviewAct): Promise<boolean> => {
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
  };
  /** Lets what the flow asks of others be answered, where nobody wants to do that by hand. */
  const answer = async () => {
    for (let count = 0; count < MOST_ANSWERS; count += 1) {
      const by = answersItself(state);
      if (by === null || !(await run({ type: "perform", by }))) return;
    }
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
      const hasPlayed = await run(act);
      if (hasPlayed) await answer();
      return hasPlayed;
    },
    /** Chooses who answers, also what is waited for now. */
    answerBy: async (answering: Answering): Promise<void> => {
      set({ answering });
      if (!state.isPlaying) await answer();
    },
    back: () => stand(state.turns.slice(0, -1)),
    /** Begins anew; as somebody else where a person is given. */
    restart: (contact?: PreviewSetting["contact"]) => stand([], { ...ports.begin(), contact: contact ?? state.setting.contact }),
  };
}

const MOST_ANSWERS = 20;

/** How the wait is answered without anybody's doing. What may not be done twice is never done for real by itself. */
function answersItself({ answering, turns }: PlayerState): "example" | "real" | null {
  const after = turns.at(-1)?.after;
  const effect = after?.state.effect;
  if (answering === "hand" || after?.wait?.type !== "effect" || !effect) return null;
  if (answering === "example" || effect.kind !== "http_request") return "example";
  return effect.is_safe ? "real" : null;
}

/** What was done, as a test may repeat it: what was answered by itself is answered with the same by hand. */
export function actsOf(turns: readonly Turn[]): TestAct[] {
  return turns.flatMap(({ act, after }): TestAct[] => {
    if (act.type !== "perform") return [act];
    const performed = after.acts[0]?.performed;
    return performed ? [{ type: "answer", result: performed.result }] : [];
  });
}

/** The last turn and those before it, back to what somebody did: an answer of another system goes on with the same way. */
export function sinceActed(turns: readonly Turn[]): readonly Turn[] {
  const place = turns.findLastIndex(({ act }) => act.type !== "perform" && act.type !== "answer");
  return turns.slice(Math.max(place, 0));
}

/** The way of turns through the draft; what another flow did that it called is none of it. */
export function pathOf(turns: readonly Turn[]): Path {
  const played = turns.flatMap((turn) => turn.after.acts).flatMap((act) => act.traces);
  const paths = played.flatMap((trace) => (Array.isArray(trace.path) ? (trace.path as unknown[]) : []));
  const own = paths.filter((step): step is [string, string | null] => Array.isArray(step) && typeof step[0] === "string" && step.length < 4);
  const exits = own.flatMap(([id, exit]) => (typeof exit === "string" ? [exitKey(id, exit)] : []));
  return { steps: [...new Set(own.map(([id]) => id))], exits: [...new Set(exits)] };
}

export type Changed = { name: string; before: unknown; after: unknown };

/** The variables that a turn set, as they were and are. */
export function changedBy(turn: Turn | undefined): Changed[] {
  const found = new Map<string, Changed>();
  for (const trace of turn?.after.acts.flatMap((act) => act.traces) ?? []) {
    for (const [name, values] of Object.entries((trace.set ?? {}) as Record<string, unknown>)) {
      if (Array.isArray(values)) found.set(name, { name, before: found.get(name)?.before ?? values[0], after: values[1] as unknown });
    }
  }
  return [...found.values()];
}
