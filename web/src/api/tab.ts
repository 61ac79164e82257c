import type { Tab } from "./client";

const KEY = "hoopoe.workspace";

/** This tab's workspace, in the tab's own storage. Where that is switched off, a reload begins where the last tab was. */
export const tab: Tab = {
  read: () => {
    try {
      return sessionStorage.getItem(KEY);
    } catch {
      return null;
    }
  },
  write: (workspaceId) => {
    try {
      if (workspaceId) sessionStorage.setItem(KEY, workspaceId);
      else sessionStorage.removeItem(KEY);
    } catch {
      return;
    }
  },
};
