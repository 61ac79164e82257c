import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, Textarea } from "@/components";
import type { ActDialogProps } from "./ActButtons";
import { ActDialog } from "./ActDialog";
import { readJson } from "./reading";

/** Ends a wait as it would end by itself; of a request one says what came of it. */
export function ResumeDialog({ session, isShut, onClose }: ActDialogProps) {
  const { t } = useTranslation("people");
  const [ok, setOk] = useState(true);
  const [body, setBody] = useState("");
  const [isBad, setBad] = useState(false);
  const isEffect = session.wait === "effect";
  const read = () => {
    if (!isEffect) return { act: "resume", result: null } as const;
    const found = body.trim() ? readJson(body) : { value: null };
    setBad(found === null);
    return found && ({ act: "resume", result: { ok, body: found.value } } as const);
  };
  return (
    <ActDialog session={session} title={t("do.resumeTitle")} text={t(`do.resume_${session.wait ?? "delay"}`)} go={t("do.resumeGo")} read={read} onClose={onClose}>
      {isEffect && (
        <div className="mt-3 grid gap-3 text-13">
          <fieldset className="flex gap-4">
            <legend className="sr-only">{t("do.resume")}</legend>
            {[true, false].map((each) => (
              <label key={String(each)} className="flex items-center gap-1.5 pointer-coarse:min-h-11">
                <input type="radio" name="ok" checked={ok === each} onChange={() => setOk(each)} />
                {t(each ? "do.worked" : "do.didNot")}
              </label>
            ))}
          </fieldset>
          <Field label={t("do.answer")} error={isBad ? t("do.badJson") : undefined}>
            <Textarea dir="ltr" value={body} onChange={(event) => setBody(event.target.value)} className="font-mono" />
          </Field>
        </div>
      )}
      {isShut && <p className="mt-2 text-12 text-warning">{t("do.shut")}</p>}
    </ActDialog>
  );
}
