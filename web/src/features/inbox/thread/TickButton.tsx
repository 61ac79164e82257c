import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/models";
import { Popover, Tick, type TickState } from "@/components";
import { usePricing } from "./usePricing";
import { useTimes } from "./useTimes";

/** The tick. Pressed, it tells every step with its time, and what WhatsApp counts the message as. */
export function TickButton({ message, tick }: { message: Message; tick: TickState }) {
  const { t } = useTranslation(["inbox", "common"]);
  const [isOpen, setOpen] = useState(false);
  const times = useTimes(message);
  const pricing = usePricing(message.pricing);
  const shown = <Tick state={tick} details={times.join(" · ")} />;
  if (times.length === 0 && pricing.length === 0) return shown;
  const trigger = (
    <button type="button" aria-label={`${t(`common:tick.${tick}`)} · ${t("pricing.details")}`} className="rounded-xs hover:text-ink pointer-coarse:px-2 pointer-coarse:py-2">
      {shown}
    </button>
  );
  return (
    <Popover isOpen={isOpen} onOpenChange={setOpen} trigger={trigger} label={t("pricing.details")} side="top" align="end">
      <div className="grid gap-2.5 p-2 text-13">
        <Lines lines={times} />
        {pricing.length > 0 && (
          <section>
            <h3 className="mb-0.5 text-12 font-medium tracking-normal text-ink-3">{t("pricing.title")}</h3>
            <Lines lines={pricing} />
          </section>
        )}
      </div>
    </Popover>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="grid gap-0.5">
      {lines.map((line) => (
        <li key={line} dir="auto" className="text-start">
          {line}
        </li>
      ))}
    </ul>
  );
}
