import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Textarea } from "@/components";
import { isSame, type Json } from "../model/doc";

/** A value of any shape. Plain text is a text; what reads as JSON is that. */
export function JsonField({ label, value, onChange, isBroken }: { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void; isBroken?: boolean }) {
  const { t } = useTranslation("editor");
  const [text, setText] = useState(() => write(value));
  const [last, setLast] = useState(value);
  if (!isSame(last, value)) {
    setLast(value);
    if (!isSame(read(text), value)) setText(write(value));
  }
  const looksBroken = /^\s*[[{]/u.test(text) && typeof read(text) === "string" && !text.includes("{{");
  return (
    <>
      <Textarea
        dir="auto"
        rows={Math.min(8, Math.max(1, text.split("\n").length))}
        aria-label={label}
        aria-invalid={isBroken || looksBroken || undefined}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value === "" ? undefined : read(event.target.value));
        }}
        className="font-mono text-12"
      />
      {looksBroken && <p className="mt-1 text-12 text-warning">{t("notJson")}</p>}
    </>
  );
}

const write = (value: Json | undefined): string => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2));

function read(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
