import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewAct, Simulated } from "@/api/models";
import { Button, Field, Menu, MenuChoice, MenuItem, MenuLine, Select, Textarea } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { Answering } from "./player";
import { TableRequest } from "./TableRequest";

const HOUR = 3_600;
const WAYS: readonly Answering[] = ["hand", "example", "real"];
/** What a provider may say, as people meet it most. */
const REFUSALS = ["none", "131026", "131049", "131056", "190"] as const;
const FINE = '{\n  "ok": true\n}';

type WaitBarProps = { after: Simulated; isPlaying: boolean; answering: Answering; onAnswering: (answering: Answering) => void; onAct: (act: PreviewAct) => void };

/** What the flow waits for, what ends it, who answers for other systems, and what else may happen. */
export function WaitBar({ after, isPlaying, answering, onAnswering, onAct }: WaitBarProps) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  const { wait, mode } = after;
  const pass = (seconds?: number) => !isPlaying && onAct(seconds === undefined ? { type: "wait" } : { type: "wait", seconds });
  const due = wait?.due_at ? `${format.day(wait.due_at)}, ${format.time(wait.due_at)}` : null;
  return (
    <section aria-label={t("wait.title")} className="grid flex-none gap-2 border-t border-line px-3.5 py-2 text-12 text-ink-2">
      <p role="status">{mode === "human" ? t("wait.human") : wait ? t(`wait.${kindOf(wait.type)}`) : t("wait.nothing")} {due && t("wait.due", { time: due })}</p>
      {wait?.request && after.state.effect?.kind === "database_query" && (
        <TableRequest
          key={after.now + wait.node_id}
          request={wait.request}
          onAnswer={(result) => !isPlaying && onAct({ type: "answer", result: result as never })}
          onAsk={() => !isPlaying && onAct({ type: "perform", by: "real" })}
        />
      )}
      {wait?.request && after.state.effect?.kind !== "database_query" && <Request key={after.now + wait.node_id} request={wait.request} onAnswer={(result) => !isPlaying && onAct({ type: "answer", result: result as never })} />}
      {wait?.request && answering === "real" && after.state.effect?.kind === "http_request" && !isPlaying && (
        <Button size="sm" className="justify-self-start" onClick={() => onAct({ type: "perform", by: "real" })}>
          {t("answering.send")}
        </Button>
      )}
      <div className="flex items-center gap-2">
        <span className="flex-none">{t("answering.title")}</span>
        <Select label={t("answering.title")} value={answering} options={WAYS.map((way) => ({ value: way, label: t(`answering.${way}`) }))} onChange={(way) => onAnswering(way as Answering)} />
      </div>
      {answering === "real" && <p className="text-warning">{t("answering.warning")}</p>}
      <div className="flex flex-wrap gap-1.5">
        {mode === "human" && (
          <Button size="sm" onClick={() => !isPlaying && onAct({ type: "hand_back" })}>
            {t("handBack")}
          </Button>
        )}
        {due && (
          <Button size="sm" variant="primary" onClick={() => pass()}>
            {t("pass")}
          </Button>
        )}
        <Button size="sm" onClick={() => pass(HOUR)}>
          {t("hour")}
        </Button>
        <Button size="sm" onClick={() => pass(24 * HOUR)}>
          {t("day")}
        </Button>
        <Menu side="top" trigger={<Button size="sm">{t("more")}</Button>}>
          {mode !== "human" && <MenuItem onSelect={() => !isPlaying && onAct({ type: "take_over" })}>{t("takeOver")}</MenuItem>}
          {after.is_window_open && after.window_expires_at && <MenuItem onSelect={() => pass(secondsUntil(after.now, after.window_expires_at))}>{t("shutWindow")}</MenuItem>}
          <MenuLine />
          <MenuChoice
            label={t("refusal.title")}
            value={after.refuses === null ? "none" : String(after.refuses)}
            options={REFUSALS.map((code) => ({ value: code as string, label: t(`refusal.${code}`) }))}
            onChange={(code) => !isPlaying && onAct({ type: "refuse", code: code === "none" ? null : Number(code) })}
          />
        </Menu>
      </div>
    </section>
  );
}

/** Until a moment is over. */
const secondsUntil = (now: string, then: string | null) => Math.max(1, Math.ceil((Date.parse(then ?? now) - Date.parse(now)) / 1000) + 1);

const kindOf = (type: string) => (type === "delay" || type === "effect" ? type : "message");

type RequestProps = { request: Record<string, unknown>; onAnswer: (result: Record<string, unknown>) => void };

/** A request to another system, which a preview does not make: whoever plays says what came back. */
function Request({ request, onAnswer }: RequestProps) {
  const { t } = useTranslation("preview");
  const [body, setBody] = useState(FINE);
  const [isBroken, setBroken] = useState(false);
  const id = useId();
  const succeed = () => {
    try {
      onAnswer({ ok: true, status: 200, body: JSON.parse(body) as unknown, error: null });
    } catch {
      setBroken(true);
    }
  };
  return (
    <div role="group" aria-labelledby={id} className="grid gap-2">
      <p id={id} className="ltr break-all rounded-sm bg-sunken px-2 py-1 font-mono text-12 text-ink">
        {[request.method, request.url].filter((part) => typeof part === "string").join(" ")}
      </p>
      <Field label={t("answer.body")} error={isBroken ? t("answer.broken") : undefined}>
        <Textarea
          dir="ltr"
          rows={3}
          spellCheck={false}
          value={body}
          onChange={(event) => {
            setBody(event.target.value);
            setBroken(false);
          }}
          className="font-mono"
        />
      </Field>
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" variant="primary" onClick={succeed}>
          {t("answer.success")}
        </Button>
        <Button size="sm" onClick={() => onAnswer({ ok: false, status: 500, body: null, error: null })}>
          {t("answer.failure")}
        </Button>
      </div>
    </div>
  );
}
