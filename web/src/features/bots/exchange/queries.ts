import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { components } from "@/api/schema.gen";
import { KEYS } from "../queries";

export type ImportReport = components["schemas"]["ImportReport"];
export type ImportedBot = components["schemas"]["ImportedBot"];
export type ImportNote = components["schemas"]["ImportNote"];

/** More is refused by the server as well. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** `createsTables`: also the data tables that the file brings and that are not here. */
export type SentBot = { text: string; createsTables: boolean };

/** A file goes as it is, so that the server can say where in it something is wrong. */
const send = async ({ text, createsTables }: SentBot, isDryRun: boolean) =>
  dataOf(await api.POST("/api/bots/import", { params: { query: { dry_run: isDryRun, create_tables: createsTables } }, body: text as never, bodySerializer: (body: unknown) => String(body) }));

/** What a file would give; nothing is made. */
export const useTryFile = () => useMutation({ mutationFn: (sent: SentBot) => send(sent, true) });

/** Makes the bots of a file. */
export function useImportFile() {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: (sent: SentBot) => send(sent, false), onSuccess: () => queryClient.invalidateQueries({ queryKey: KEYS.all }) });
}

/** A bot's draft as a file of the browser's own. */
export const useExportBot = () =>
  useMutation({
    mutationFn: async ({ id, name, hasTests }: { id: string; name: string; hasTests: boolean }) => {
      const file = dataOf(await api.GET("/api/bots/{bot_id}/export", { params: { path: { bot_id: id }, query: { tests: hasTests } } }));
      const url = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: "application/json" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = `${fileName(name)}.json`;
      link.click();
      URL.revokeObjectURL(url);
    },
  });

/** A bot's name as a file's: letters of any script, digits, dashes. */
export function fileName(name: string): string {
  return name.trim().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").toLowerCase().slice(0, 80) || "bot";
}
