import { ApiError } from "@/api/errors";
import type { Flow } from "@/api/models";
import { type Doc, isSame } from "../model/doc";
import { mergeDocs } from "../model/merge";
import type { Kept } from "./kept";

/** `saved`: the server has what is here. `offline`: it will be sent later. `clash`: somebody saved meanwhile. `refused`: it takes it never. */
export type SavingState = {
  status: "saved" | "waiting" | "saving" | "offline" | "clash" | "refused";
  /** When the server took it last. */
  at: string;
  revision: number;
  error: unknown;
  theirs: Flow | null;
};

type Ports = {
  save: (doc: Doc, base: number) => Promise<Flow>;
  /** The draft as the server has it. */
  load: () => Promise<Flow>;
  read: () => Doc;
  /** Whether oneself saved this. */
  isOwn: (flow: Flow) => boolean;
  /** Shows `doc`, which is what was saved over `before` (`theirs`), with what is here and not there. */
  take: (doc: Doc, before: Doc, theirs: Doc) => void;
  /** Puts `doc` there as a step of one's own. */
  show: (doc: Doc) => void;
  /** False: a saving says too little of this draft, and it is to be looked at once more. */
  onSaved: (flow: Flow) => boolean | undefined;
  keep: (kept: Kept) => void;
  forget: () => void;
};

const SAVE_AFTER_MS = 500;
const MOST_UNANSWERED = 20;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000];

export type Saver = ReturnType<typeof createSaver>;

/** Saves the draft a moment after each change, one request at a time, and never over somebody else's work. */
export function createSaver(opened: Flow, ports: Ports) {
  let base: Doc = opened.blueprint;
  /** The draft as the server has it, as far as is known here. */
  let there = opened;
  let state: SavingState = { status: "saved", at: opened.updated_at, revision: opened.revision ?? 1, error: null, theirs: null };
  /** What was sent since the last answer: the server may have any of it. */
  let unanswered: Doc[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const listeners = new Set<() => void>();

  const set = (change: Partial<SavingState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), ms);
  };
  const isDirty = () => ports.read() !== base && !isSame(ports.read(), base);
  const keepNow = () => (isDirty() ? ports.keep({ revision: state.revision, base, doc: ports.read() }) : ports.forget());

  const take = (flow: Flow, doc: Doc) => {
    base = doc;
    there = flow;
    failures = 0;
    unanswered = [];
    set({ status: isDirty() ? "waiting" : "saved", at: flow.updated_at, revision: flow.revision ?? state.revision, error: null, theirs: null });
    keepNow();
    const isEnough = ports.onSaved(flow) ?? true;
    if (isDirty()) later(SAVE_AFTER_MS);
    else if (!isEnough) void recheck().catch(() => undefined);
  };

  async function recheck(): Promise<void> {
    if (isDirty()) return later(0);
    const flow = await ports.load();
    if (flow.revision === state.revision) ports.onSaved(flow);
  }

  async function send(): Promise<void> {
    clearTimeout(timer);
    if (state.status === "saving" || state.status === "clash") return;
    const doc = ports.read();
    if (!isDirty()) return set({ status: "saved" });
    set({ status: "saving" });
    unanswered = [...unanswered.filter((sent) => sent !== doc), doc].slice(-MOST_UNANSWERED);
    try {
      take(await ports.save(doc, state.revision), doc);
    } catch (error) {
      await explain(error);
    }
  }

  /**
   * There is another draft than the one that this grew out of. One that says the same is ours: the answer was lost, or the
   * page was left before it came. What oneself saved elsewhere is joined where it touches nothing that was changed here.
   */
  function meet(theirs: Flow, error: unknown): void {
    const mine = ports.read();
    const ours = [mine, ...unanswered].find((doc) => isSame(doc, theirs.blueprint));
    if (ours) return take(theirs, ours);
    const joined = mergeDocs(base, mine, theirs.blueprint, () => "mine");
    if (!ports.isOwn(theirs) || joined.clashes.length) return set({ status: "clash", theirs, error });
    ports.take(joined.doc, base, theirs.blueprint);
    take(theirs, theirs.blueprint);
  }

  async function explain(error: unknown): Promise<void> {
    const code = error instanceof ApiError ? error.code : "";
    const status = error instanceof ApiError ? error.status : 0;
    if (code === "draft_changed") {
      try {
        return meet(await ports.load(), error);
      } catch (second) {
        return explain(second);
      }
    }
    if (code === "offline" || status >= 500 || status === 429) {
      set({ status: "offline", error });
      later(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000);
      failures += 1;
      return;
    }
    set({ status: "refused", error });
  }

  return {
    get: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Something was changed. */
    touch: () => {
      if (state.status === "clash") return keepNow();
      if (!isDirty()) return;
      keepNow();
      if (state.status !== "saving") {
        if (state.status !== "offline") set({ status: "waiting" });
        later(SAVE_AFTER_MS);
      }
    },
    send,
    isDirty,
    base: () => base,
    /** The server has another draft: this is what everything grows out of from here on. */
    rebase: (flow: Flow) => {
      base = flow.blueprint;
      there = flow;
      set({ status: "saved", at: flow.updated_at, revision: flow.revision ?? state.revision, theirs: null, error: null });
      ports.onSaved(flow);
      keepNow();
      if (isDirty()) {
        set({ status: "waiting" });
        later(0);
      }
    },
    /** Takes up what somebody else saved, where there is nothing of one's own. Null where something came in between. */
    refresh: async (): Promise<Flow | null> => {
      const flow = await ports.load();
      if (isDirty() || (flow.revision ?? 0) <= state.revision) return null;
      const before = base;
      base = flow.blueprint;
      there = flow;
      ports.take(flow.blueprint, before, flow.blueprint);
      set({ status: "saved", at: flow.updated_at, revision: flow.revision ?? state.revision, error: null });
      ports.onSaved(flow);
      return flow;
    },
    /** The same draft, looked at once more: what stands around it has changed. */
    recheck,
    /** Goes on with what was kept from an earlier visit. Its answer may have been lost, too. */
    resume: (kept: Kept) => {
      base = kept.base;
      unanswered = [kept.doc];
      set({ revision: kept.revision });
      ports.show(kept.doc);
      if (kept.revision === (there.revision ?? 1)) return later(0);
      meet(there, null);
    },
    stop: () => {
      clearTimeout(timer);
      keepNow();
    },
  };
}

