import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Language } from "@/i18n";
import { createFormat, type Format } from "@/i18n/format";
import { call, type ClockAnswer, type Fault, type FileKind, kindOf, type Person, type PhoneMessage, turn, type WireRow, type World } from "./world";

export const worldQuery = queryOptions({ queryKey: ["world"], queryFn: () => call<World>("/world"), refetchInterval: 5_000 });
export const peopleQuery = queryOptions({ queryKey: ["people"], queryFn: async () => (await call<{ phones: Person[] }>("/phones")).phones });
export const threadQuery = (key: string, channel: string) =>
  queryOptions({
    queryKey: ["thread", key, channel],
    queryFn: async () => (await call<{ messages: PhoneMessage[] }>(`/phones/${encodeURIComponent(key)}/messages?channel=${channel}&limit=500`)).messages,
  });
export const logQuery = queryOptions({ queryKey: ["log"], queryFn: async () => (await call<{ log: WireRow[] }>("/world/log?limit=200")).log });

const formats = new Map<string, Format>();

/** Times as the dashboard shows them: of the place where the phones are. */
export function usePhoneFormat(language: Language): Format {
  const zone = useQuery(worldQuery).data?.clock.time_zone ?? undefined;
  const key = `${language} ${zone}`;
  const format = formats.get(key) ?? createFormat(language, zone);
  formats.set(key, format);
  return format;
}

/** The world's own stream says when something moved; what is on screen is then read anew, at most every tenth of a second. */
export function useLive(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let planned: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      planned ??= setTimeout(() => {
        planned = undefined;
        void queryClient.invalidateQueries();
      }, 100);
    };
    const stream = new EventSource("/world/stream");
    for (const name of ["log", "message", "status", "typing", "person", "person_removed", "faults", "clock", "gap", "open"]) stream.addEventListener(name, refresh);
    return () => {
      clearTimeout(planned);
      stream.close();
    };
  }, [queryClient]);
}

function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queryClient.invalidateQueries() });
}

/** `isOwner`: the owner of the number writes it to the person, on the business's own phone. */
export type Said = { type: string; content: unknown; context?: string; isOwner?: boolean } | { file: File; as?: FileKind; isVoice?: boolean };

/** A person sends something to a channel. */
export const useSay = (key: string, channel: string) =>
  useChange((said: Said) => {
    const path = `/phones/${encodeURIComponent(key)}/messages`;
    if ("file" in said) {
      const form = new FormData();
      form.set("to", channel);
      form.set("type", said.as ?? kindOf(said.file.type));
      if (said.isVoice) form.set("voice", "true");
      form.set("file", said.file);
      return call(path, form);
    }
    return call(said.isOwner ? `/phones/${encodeURIComponent(key)}/echoes` : path, { to: channel, type: said.type, [said.type]: said.content, ...(said.context && { context: { id: said.context } }) });
  });

/** The owner, another app or WhatsApp does something. */
export const useOther = () => useChange(({ path, body }: { path: string; body: Record<string, unknown> }) => call(path, body));

export const useRead = () => useChange((key: string) => call(`/phones/${encodeURIComponent(key)}/read`, {}));
export const useAddPerson = () => useChange((person: { name: string; number?: string; username?: string }) => call("/phones", person));
export const useAdvance = () => useChange((seconds: number) => call<ClockAnswer>("/world/clock/advance", { seconds }));
export const useResetClock = () => useChange(() => call<ClockAnswer>("/world/clock/reset", {}));
export const useFault = (faults: readonly Fault[]) => useChange((name: string) => call("/world/faults", { faults: turn(faults, name) }));
