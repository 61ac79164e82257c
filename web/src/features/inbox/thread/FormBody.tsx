import { ClipboardCheck, House, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Bubble, type Speaker } from "@/components";
import type { ThingContent } from "../things";

type FormBodyProps = { content: Extract<ThingContent, { kind: "form" | "address" }>; speaker: Speaker; isGrouped: boolean };

/** The token is the form's own way to find its way back; nobody reads it. */
const HIDDEN = new Set(["flow_token"]);

/** A form that the customer filled in, or an address: field by field. */
export function FormBody({ content, speaker, isGrouped }: FormBodyProps) {
  const { t } = useTranslation("inbox");
  const isForm = content.kind === "form";
  const Icon: LucideIcon = isForm ? ClipboardCheck : House;
  const rows = content.rows.filter(([name, value]) => !HIDDEN.has(name) && value !== "" && value !== null);
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <p className="mb-1 flex items-center gap-1.5 font-medium">
        <Icon aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-2" />
        {t(isForm ? "form.title" : "form.address")}
      </p>
      {rows.length > 0 && (
        <dl className="grid w-fit max-w-full grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 text-13">
          {rows.map(([name, value]) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid border-t border-line py-1">
              <dt className="break-words text-ink-2">
                <bdi>{name}</bdi>
              </dt>
              <dd dir="auto" className="min-w-0 break-words">
                {wordsOf(value)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rows.length === 0 && <p className="text-13 text-ink-2">{isForm && content.response ? <bdi>{content.response}</bdi> : t("form.empty")}</p>}
    </Bubble>
  );
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(" · ");
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}
