import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewAct, Simulated } from "@/api/models";
import { Button, Field, Textarea } from "@/components";
import { useFormat } from "@/features/auth/queries";

const HOUR = 3_600;
const FINE = '{\n  "ok": true\n}';

type WaitBarProps = { after: Simulated; isPlaying: boolean; onAct: (act: PreviewAct) => void };

/** What the flow waits for, and what ends it. */
export function WaitBar({ after, isPlaying, onAct }: WaitBarProps) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  const { wait, mode } = after;
  const pass = (seconds?: number) => !isPlaying && onAct(seconds === undefined ? { type: "wait" } : { type: "wait", seconds });
  const due = wait?.due_at ? `${format.day(wait.due_at)}, ${format.time(wait.due_at)}` : null;
  return (
    <section aria-label={t("wait.title")} className="grid flex-none gap-2 border-t border-line px-3.5 py-2 text-12 text-ink-2">
      <p role="status">{mode === "human" ? t("wait.human") : wait ? t(`wait.${kindOf(wait.type)}`) : t("wait.nothing")} {due && t("wait.due", { time: due })}</p>
      {wait?.request && <Request key={after.now + wait.node_id} request={wait.request} onAnswer={(result) => !isPlaying && onAct({ type: "answer", result: result as never })} />}
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
      </div>
    </section>
  );
}

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
